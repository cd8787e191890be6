"""What the sync's commands share: exit statuses, one line instead of a traceback, who is at the keyboard."""

import getpass
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from django.db import DatabaseError

from bconnect.jobs.pause import PausedError
from bconnect.sync.absence import TooManyMissingError
from bconnect.sync.lease import LeaseHeldError, LeaseLostError
from bconnect.sync.pending import TooManyEditsError
from bconnect.sync.stopping import stop_between_database_calls
from robaws.errors import RobawsError

DONE, SOME_FAILED, WRONG_USAGE, NOT_DONE = 0, 1, 2, 3


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """What keeps a command from being done at all becomes one line and exit status 3; SIGTERM is like Ctrl-C."""
    stop_between_database_calls()
    try:
        yield
        sys.stdout.flush()
    except (RobawsError, LeaseHeldError, LeaseLostError, PausedError, TooManyMissingError, TooManyEditsError) as error:
        refuse(str(error))
    except DatabaseError as error:
        refuse(_database_line(error))
    except KeyboardInterrupt as stop:
        _stop_at_once(str(stop) or "stopped")
    except OSError as error:
        # Only the output is written to a file here; what Python still holds of it must not fail a second time.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stays open until the end
        refuse(f"the work is done, but its result could not be written: {error}")


def refuse(reason: str, status: int = NOT_DONE) -> NoReturn:
    """End the command with one line on standard error."""
    sys.stderr.write(f"bconnect: {reason}\n")
    raise SystemExit(status)


def _stop_at_once(why: str) -> NoReturn:
    sys.stderr.write(f"bconnect: {why}; the next run goes on where this one ended\n")
    if threading.active_count() > 1:
        # Requests are under way, and Python would wait for their answers, which nobody will read any more.
        sys.stderr.flush()
        os._exit(NOT_DONE)
    raise SystemExit(NOT_DONE)


def who() -> str:
    """For the run and the history."""
    return f"command line ({user()})"


def user() -> str:
    """The name this system knows the person by."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return f"user {os.getuid()}"


def _database_line(error: DatabaseError) -> str:
    line = str(error).strip().splitlines()[0]
    cure = "Check DATABASE_URL, and that this user may read and write there."
    if "database is locked" in line:
        cure = "Another program writes to it for too long: see which, and run this again."
    if re.search(r"no such (table|column)|(relation|column) .* does not exist", line):
        cure = "Run `bconnect migrate` first."
    return f"The database says: {line}. {cure}"
