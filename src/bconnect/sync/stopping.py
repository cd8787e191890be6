"""When may a signal end the work? Not inside a database call, which would leave the connection half way."""

import signal
from types import FrameType

AGAIN_AFTER_S = 0.01
_DATABASE_LAYER = ("django.db", "sqlite3", "psycopg")


def stop_between_database_calls() -> None:
    """From now on SIGTERM and SIGINT raise KeyboardInterrupt in the main thread, from which to call this.

    A signal that falls into the database layer (the opening of a transaction, say) is looked at again a moment
    later: raised there, it would leave a transaction that Django does not know of, and the run could not
    write down any more that it was stopped.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, _stop)


def _stop(signum: int, frame: FrameType | None) -> None:
    is_too_early = _is_in_database_layer(frame)
    signal.setitimer(signal.ITIMER_REAL, AGAIN_AFTER_S if is_too_early else 0)
    if not is_too_early:
        raise KeyboardInterrupt


def _is_in_database_layer(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(_DATABASE_LAYER):
            return True
        frame = frame.f_back
    return False
