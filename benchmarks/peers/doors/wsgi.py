"""The WSGI application, for gunicorn; BENCH_DOOR says which of the two."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.doors.settings"
application = get_wsgi_application()
