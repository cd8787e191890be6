"""How soon is a commit safe from a power cut? At once, unless losing it only means doing it again.

A pull writes what Robaws can be asked for again. Its commits go to disk in their order but are not waited for:
after a power cut some of the last may be missing, all of each, and with each its bookmark. Whatever else is
written (edits, intents, webhook events) waits for the disk, and takes everything before it along.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def unhurried_commits() -> Iterator[None]:
    """Commits of this thread's connection are not waited for; inside a transaction its own commit decides."""
    if connection.in_atomic_block:
        yield
        return
    relax(connection)
    try:
        yield
    finally:
        if connection.connection is not None:
            _execute(connection, "PRAGMA synchronous = FULL", "SET synchronous_commit = DEFAULT")


def relax(connection: BaseDatabaseWrapper) -> None:
    """As above, for as long as this connection is open."""
    _execute(connection, "PRAGMA synchronous = NORMAL", "SET synchronous_commit = off")


def _execute(connection: BaseDatabaseWrapper, on_sqlite: str, on_postgresql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(on_sqlite if connection.vendor == "sqlite" else on_postgresql)
