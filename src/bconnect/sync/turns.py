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
LOOK_FROM_THE_QUEUE_EVERY_S = 0.1
FORGOTTEN_AFTER_S = 1.0

_queue = threading.RLock()


class _Lock:
    """For how long have the writers of this process found the database locked, one after the other?"""

    def __init__(self) -> None:
        self._since = self._seen_at = float("-inf")

    def note(self) -> None:
        now = time.monotonic()
        if now - self._seen_at > FORGOTTEN_AFTER_S:
            self._since = now
        self._seen_at = now

    def is_over(self) -> None:
        self._seen_at = float("-inf")

    def lasts_longer_than(self, seconds: float) -> bool:
        return time.monotonic() - self._seen_at <= FORGOTTEN_AFTER_S and self._seen_at - self._since > seconds


_lock = _Lock()


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

    Returns what it returns; raises OperationalError after the database's usual time-out, spent in the queue or at its
    head; and as soon as the database was locked for `patience_s`, whoever of this process looked.
    """
    usual_s = float(settings.DATABASES["default"]["OPTIONS"]["timeout"])
    deadline = time.monotonic() + usual_s
    patience_s = usual_s if patience_s is None else patience_s
    with _turn(deadline, patience_s), _without_sleeping_in_sqlite(connection or connections["default"], usual_s):
        while True:
            try:
                result = write()
            except OperationalError as error:
                if "locked" not in str(error):
                    raise
                _lock.note()
                if time.monotonic() > deadline or _lock.lasts_longer_than(patience_s):
                    raise
            else:
                _lock.is_over()
                return result
            time.sleep(LOOK_EVERY_S)


@contextmanager
def _turn(deadline: float, patience_s: float) -> Iterator[None]:
    while not _queue.acquire(timeout=LOOK_FROM_THE_QUEUE_EVERY_S):
        if time.monotonic() > deadline or _lock.lasts_longer_than(patience_s):
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
