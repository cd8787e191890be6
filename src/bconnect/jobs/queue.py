"""The one door to the engine (django-q2): put a call in the queue, now or later.

Both are rows written in the caller's transaction: they are there if and only if it commits.
"""

from datetime import datetime
from typing import Any

from django_q.models import OrmQ, Schedule, Task
from django_q.tasks import async_task

TICK = "bconnect: what is due"
Argument = str | int


def enqueue(path: str, *args: Argument, label: str, is_kept: bool = True) -> None:
    """Call the function at `path` as soon as a worker is free. `label` is for people.

    `is_kept`: whether the engine's log keeps the call once it went well.
    """
    async_task(path, *args, q_options={"group": label, "save": is_kept})


def enqueue_later(path: str, *args: Argument, label: str, at: datetime) -> None:
    """Call it at `at` or within a minute after. One that waits under this label is moved, not doubled."""
    Schedule.objects.update_or_create(
        name=label,
        defaults={"func": path, "args": repr(args), "schedule_type": Schedule.ONCE, "repeats": -1, "next_run": at},
    )


def keep_ticking(path: str, first: datetime) -> None:
    """Have the function called every minute by one worker at a time, over all machines, from `first` on."""
    Schedule.objects.update_or_create(
        name=TICK,
        defaults={
            "func": path,
            "kwargs": repr({"q_options": {"save": False, "group": TICK}}),
            "schedule_type": Schedule.MINUTES,
            "minutes": 1,
            "repeats": -1,
            "next_run": first,
        },
    )


def ended_before(moment: datetime) -> Any:
    """The engine's log of calls that ended before then, as a query set. It never drops failed ones itself."""
    return Task.objects.filter(stopped__lt=moment)


def waiting() -> int:
    """Calls that wait in the queue or are at work."""
    return int(OrmQ.objects.count())
