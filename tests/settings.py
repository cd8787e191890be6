"""The settings of the tests: the product's own, with nothing of the machine they run on but DATABASE_URL."""

import os

for name in list(os.environ):
    if name.startswith(("ROBAWS_", "BCONNECT_")):
        del os.environ[name]
os.environ.setdefault("DATABASE_URL", "sqlite:///bconnect.sqlite3")
os.environ["ROBAWS_API_KEY"], os.environ["ROBAWS_API_SECRET"] = "key", "secret"
os.environ["ROBAWS_BASE_URL"] = "http://127.0.0.1:9"  # nobody: no test may reach a tenant that some .env names
os.environ["BCONNECT_SECRET_KEY"] = "only for tests"

from bconnect.config.settings import *  # noqa: E402, F403 - the environment has to be set first

if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    # Two rounds on one server do not take each other's database away.
    DATABASES["default"]["TEST"] = {"NAME": f"test_bconnect_{os.getpid()}"}  # noqa: F405
