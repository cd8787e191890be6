"""What people ask for: put in the queue with its result to come, looked at while it runs, stopped.

The row and the call in the engine's queue are written in one transaction: none is there without the other.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from bconnect.jobs.models import Errand
from bconnect.jobs.queue import enqueue
from bconnect.jobs.tick import last_tick

WORK_PATH = "bconnect.jobs.errand_work.work"
OPEN = (Errand.State.WAITING, Errand.State.WORKING)
LIVES = timedelta(minutes=3)
"""A worker looks at the schedule every minute; one that did not for so long is not there."""

MOST_FAILURES = 100


def place(kind: str, by: str, now: datetime, **arguments: Any) -> Errand:
    """Ask for it. One that does the same and has not begun is the same: it is returned, not doubled."""
    if kind not in settings.BCONNECT_ERRANDS:
        raise LookupError(f"there is no errand {kind!r}")
    with transaction.atomic():
        waiting = Errand.objects.select_for_update().filter(kind=kind, state=Errand.State.WAITING)
        for same in waiting:
            if same.arguments == arguments:
                return same
        errand = Errand.objects.create(kind=kind, arguments=arguments, by=by, asked_at=now)
        enqueue(WORK_PATH, errand.pk, label=f"task {errand.pk}")
    return errand


def cancel(errand: Errand, by: str, now: datetime) -> bool:
    """Ask it to stop: at once where it has not begun, at its next step where it has. False where it has ended."""
    open_one = Errand.objects.filter(pk=errand.pk, state__in=OPEN)
    stopped = open_one.filter(state=Errand.State.WAITING, started_at=None).update(
        state=Errand.State.CANCELLED, cancelled_by=by, ended_at=now, detail="stopped before it began"
    )
    return bool(stopped) or open_one.filter(cancelled_by="").update(cancelled_by=by) > 0


def note_failures(errand: Errand, failures: Iterable[tuple[str, str]]) -> None:
    """Remember what failed, the first ones; called by the work itself."""
    kept = [*errand.failures, *([who, why] for who, why in failures)][:MOST_FAILURES]
    if kept != errand.failures:
        errand.failures = kept
        errand.save(update_fields=["failures"])


def worker_is_there(now: datetime) -> bool:
    """Whether a worker has looked at the schedule lately, and so would take a call out of the queue."""
    seen = last_tick()
    return seen is not None and now - seen < LIVES


def old(before: datetime) -> Any:
    """Those that ended before then, as a query set."""
    return Errand.objects.filter(~Q(state__in=OPEN), ended_at__lt=before)


def arguments_of(errand: Errand) -> Mapping[str, Any]:
    arguments: Mapping[str, Any] = errand.arguments
    return arguments
