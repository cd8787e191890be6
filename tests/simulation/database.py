"""A database of its own for a run outside pytest: SQLite in memory, or a scratch database on PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def opened(kind: str) -> Iterator[None]:
    """Django set up, the tables made, and at the end thrown away."""
    set_up(kind)
    from django.db import connection

    if kind == "postgresql":
        # A name of its own: a test run, or another process of this one, may be using the usual one just now.
        connection.settings_dict["TEST"]["NAME"] = f"bconnect_simulation_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(old_database_name=None, verbosity=0)


def set_up(kind: str) -> None:
    """Django, without a database."""
    _configure(kind)
    import django

    django.setup()


def _configure(kind: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bconnect.config.settings"
    os.environ.setdefault("BCONNECT_SECRET_KEY", "only for tests")
    if kind == "postgresql":
        from tests.postgresql import database_url

        url = database_url()
        if not url:
            raise SystemExit("no PostgreSQL: set TEST_DATABASE_URL, or start a server on 127.0.0.1:5432")
        os.environ["DATABASE_URL"] = url
    else:
        os.environ["DATABASE_URL"] = "sqlite:///:memory:"
