"""Whose turn is it to write? On SQLite, which has one writer at a time and waits badly.

Its own waiting looks again after ever longer sleeps, up to a tenth of a second; whoever comes in between is served
first. So the threads of a process queue up, and the first of them looks again every few milliseconds. Under a burst of
webhook calls, with a worker applying events meanwhile, the slowest took a third of the time; and a request to Robaws
does not miss its moment while a pull writes.

A run that writes takes a place in the queue as well, for a whole transaction: its own threads, which count their
requests meanwhile, need not look again and again. Where nothing slowed the requests down, a fifth of a pull's CPU time
went into that.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TypeVar

from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")

LOOK_EVERY_S = 0.002

_queue = threading.RLock()


@contextmanager
def transaction_in_turn() -> Iterator[None]:
    """`transaction.atomic()` on the default connection, for which the other writers of this process wait in the queue.

    Between its two ends the thread must not wait for another one that writes.
    """
    with _queue if connection.vendor == "sqlite" else nullcontext(), transaction.atomic():
        yield


def write_in_turn(
    write: Callable[[], T], connection: BaseDatabaseWrapper | None = None, *, patience_s: float | None = None
) -> T:
    """Call it, which writes through `connection` (the thread's own), again and again while the database is locked.

    Returns what it returns; raises OperationalError after `patience_s`, the database's usual time-out where that is not
    given, whether they were spent in the queue or at its head.
    """
    usual_s = float(settings.DATABASES["default"]["OPTIONS"]["timeout"])
    deadline = time.monotonic() + (usual_s if patience_s is None else patience_s)
    with _turn(deadline), _without_sleeping_in_sqlite(connection or connections["default"], usual_s):
        while True:
            try:
                return write()
            except OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(LOOK_EVERY_S)


@contextmanager
def _turn(deadline: float) -> Iterator[None]:
    if not _queue.acquire(timeout=max(0.0, deadline - time.monotonic())):
        raise OperationalError("database is locked")  # as SQLite says it
    try:
        yield
    finally:
        _queue.release()


@contextmanager
def _without_sleeping_in_sqlite(connection: BaseDatabaseWrapper, patience_s: float) -> Iterator[None]:
    _look_for(connection, 0)
    try:
        yield
    finally:
        _look_for(connection, patience_s)


def _look_for(connection: BaseDatabaseWrapper, seconds: float) -> None:
    connection.ensure_connection()
    connection.connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
