"""Django with the plan's two tables and no middleware at all."""

import os
from urllib.parse import urlsplit

_url = urlsplit(os.environ["DATABASE_URL"])
_DATABASES = {
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
SECRET_KEY = "only the benchmark uses this"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["benchmarks.peers.planned", "benchmarks.peers.doors"]
DATABASES = {"default": {**_DATABASES[_url.scheme], "CONN_MAX_AGE": 600}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
MIDDLEWARE: list[str] = []
ROOT_URLCONF = f"benchmarks.peers.doors.{os.environ['BENCH_DOOR']}"
