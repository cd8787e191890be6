"""Django's DATABASES of the peers that serve: what DATABASE_URL names, with connections kept."""

import os
from typing import Any
from urllib.parse import urlsplit

_url = urlsplit(os.environ["DATABASE_URL"])
_KINDS: dict[str, dict[str, Any]] = {
    "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": _url.path.removeprefix("/")},
    "postgres": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path.removeprefix("/"),
        "USER": _url.username,
        "PASSWORD": _url.password or "",
        "HOST": _url.hostname,
        "PORT": _url.port or 5432,
    },
}
DATABASES = {"default": {**_KINDS[_url.scheme], "CONN_MAX_AGE": 600}}
