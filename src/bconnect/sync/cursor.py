"""Where the next incremental run begins. Pure; all times are Robaws' clock (UTC).

The watermark is the newest `updatedAt` a complete run has seen, not the time at which it ran: a replica that
lags behind has then hidden nothing, since what it hides is newer than what it showed.
"""

from datetime import datetime, timedelta

OVERLAP = timedelta(seconds=60)
"""How long after its `updatedAt` a change may still become visible (a slow transaction on their side)."""

LONGEST_LAG = timedelta(hours=1)
"""No replica is so late. Whoever shows an older state has not fallen behind: Robaws went back in time."""

TICK = timedelta(milliseconds=1)
"""The resolution of `updatedAt`."""


def is_ahead(stamp: datetime | None, now: datetime) -> bool:
    """Whether no clock that is a little off explains it: then it does not say what is newer."""
    return stamp is not None and stamp - now > LONGEST_LAG


def window_start(newest_seen: datetime, remote_now: datetime) -> datetime:
    """The `updatedFrom` of the next run.

    `newest_seen` is the newest `updatedAt` of the run, `remote_now` Robaws' clock when it began. A newest
    change that is older than the overlap is settled: everything up to it was seen, so the next run begins
    just after it (and a bulk import of thousands with one stamp is not read again every night). A younger one
    may have company still on its way, so the next run looks at the overlap again.
    """
    if remote_now - newest_seen > OVERLAP:
        return newest_seen + TICK
    return min(newest_seen, remote_now) - OVERLAP


def tail_start(newest_seen: datetime, remote_started: datetime) -> datetime:
    """The `updatedFrom` that shows what changed while a full run was walking the list.

    Its first pages may have come from a replica that was late: what changed shortly before the run began was not on
    them, and newer things were seen on the later ones.
    """
    return min(newest_seen + TICK, remote_started - LONGEST_LAG)
