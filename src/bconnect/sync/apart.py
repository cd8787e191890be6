"""A way to the database beside the sync's own: in autocommit, so that it neither waits for a transaction of the
sync nor is undone with it, and no wait holds one of its locks.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


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
            with self._connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall() if cursor.description else []

    @property
    def is_sqlite(self) -> bool:
        return connections["default"].vendor == "sqlite"

    @property
    def now(self) -> str:
        """SQL for the seconds since 1970: the server's clock, so that several machines share one; SQLite lives on one
        machine."""
        return f"{time.time():.6f}" if self.is_sqlite else "extract(epoch from clock_timestamp())::float8"

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                # SQLite's own close() leaves one to a database in memory open, as if it were the only one.
                BaseDatabaseWrapper.close(self._connection)
                self._connection = None
