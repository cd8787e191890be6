"""A way to the database beside the sync's own: in autocommit, so that it neither waits for a transaction of the
sync nor is undone with it, and no wait holds one of its locks.
"""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from bconnect.sync.turns import write_in_turn


class Apart:
    """One connection, opened at the first statement; threads may share it. `prepare` is called once with it."""

    def __init__(self, prepare: Callable[[BaseDatabaseWrapper], None] = lambda connection: None) -> None:
        self._prepare = prepare
        self._lock = threading.Lock()
        self._connection: BaseDatabaseWrapper | None = None

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement, none where it has none."""
        with self._lock:
            if self._connection is None:
                self._connection = connections.create_connection("default")
                self._connection.inc_thread_sharing()
                self._prepare(self._connection)
            ask = partial(_rows, self._connection, sql, parameters)
            return write_in_turn(ask, self._connection) if self._is_sqlite else ask()

    @property
    def now(self) -> str:
        """SQL for the seconds since 1970, once the statement has its turn (SQLite: to a millisecond).

        The server's clock, so that several machines share one; SQLite lives on one machine.
        """
        if self._is_sqlite:
            return "((julianday('now') - 2440587.5) * 86400)"
        return "extract(epoch from clock_timestamp())::float8"

    @property
    def greatest(self) -> str:
        """SQL for the function that gives the greatest of its arguments."""
        return "max" if self._is_sqlite else "greatest"

    @property
    def _is_sqlite(self) -> bool:
        return connections["default"].vendor == "sqlite"

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                # SQLite's own close() leaves one to a database in memory open, as if it were the only one.
                BaseDatabaseWrapper.close(self._connection)
                self._connection = None


def _rows(connection: BaseDatabaseWrapper, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []
