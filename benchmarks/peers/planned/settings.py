"""Django with one table on SQLite, and Django's own defaults for everything else."""

import os

SECRET_KEY = "only the benchmark uses this"
INSTALLED_APPS = ["benchmarks.peers.planned"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_DATABASE"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
