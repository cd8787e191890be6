"""Settings of the commands that only move data: the same as everybody's, without the web UI's apps."""

import logging.config

from bconnect.config.settings import *  # noqa: F403
from bconnect.config.settings import CORE_APPS, LOGGING

INSTALLED_APPS = CORE_APPS
MIDDLEWARE = []
# Django's own set-up would load the template engine, for e-mails to administrators that these commands don't send.
LOGGING_CONFIG = None
logging.config.dictConfig(LOGGING)
