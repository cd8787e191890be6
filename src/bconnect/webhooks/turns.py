"""Whose turn is it to write? On SQLite, which has one writer at a time and waits badly.

Its own waiting looks again after ever longer sleeps, up to a tenth of a second; whoever comes in between is served
first. So the threads of a process queue up, and the first of them looks again every few milliseconds: under a burst,
with a worker applying events meanwhile, the slowest calls took a third of the time.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection

LOOK_EVERY_S = 0.002

_queue = threading.Lock()


def write_in_turn(write: Callable[[], None]) -> None:
    """Call it, again and again while the database is locked; raises OperationalError after its usual time-out."""
    patience_s = float(settings.DATABASES["default"]["OPTIONS"]["timeout"])
    with _queue, _without_sleeping_in_sqlite(patience_s):
        deadline = time.monotonic() + patience_s
        while not _wrote(write, is_last_try=time.monotonic() > deadline):
            time.sleep(LOOK_EVERY_S)


def _wrote(write: Callable[[], None], *, is_last_try: bool) -> bool:
    try:
        write()
    except OperationalError as error:
        if is_last_try or "locked" not in str(error):
            raise
        return False
    return True


@contextmanager
def _without_sleeping_in_sqlite(patience_s: float) -> Iterator[None]:
    _look_for(0)
    try:
        yield
    finally:
        _look_for(patience_s)


def _look_for(seconds: float) -> None:
    connection.ensure_connection()
    connection.connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
