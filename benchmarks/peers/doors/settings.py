"""Django with the plan's two tables and no middleware at all."""

import os

from benchmarks.peers.database import DATABASES as DATABASES

SECRET_KEY = "only the benchmark uses this"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["benchmarks.peers.planned", "benchmarks.peers.doors"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
MIDDLEWARE: list[str] = []
ROOT_URLCONF = f"benchmarks.peers.doors.{os.environ['BENCH_DOOR']}"
