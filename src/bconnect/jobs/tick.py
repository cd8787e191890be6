"""What is due now? Called every minute; puts each due job in the queue once, however many ask.

"Due" is decided from the last due moment that was dealt with, not from a timer: after a night without power a
job is made up for once.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bconnect.jobs.models import ScheduledJob
from bconnect.jobs.queue import TICK, enqueue, keep_ticking
from bconnect.jobs.table import Job, jobs
from bconnect.jobs.times import last_due

logger = logging.getLogger(__name__)

TICK_PATH = "bconnect.jobs.tick.tick"
RUN_PATH = "bconnect.jobs.runner.run"
THE_TICK = "tick"
EVERY = timedelta(minutes=1)


def tick() -> None:
    """What the engine calls."""
    enqueue_due(jobs(), timezone.now())


def begin_ticking(now: datetime) -> None:
    """Called by every worker at its start: the engine's schedule holds the tick once, and the first comes at once."""
    with transaction.atomic():
        _lock(now)
        keep_ticking(TICK_PATH, now + EVERY)
        enqueue(TICK_PATH, label=TICK, is_kept=False)


def last_tick() -> datetime | None:
    """When a worker last looked, or began to."""
    return ScheduledJob.objects.filter(name=THE_TICK).values_list("last_due_at", flat=True).first()


def enqueue_due(table: Iterable[Job], now: datetime) -> list[str]:
    """Put what is due in the queue, once over all that ask at the same time. Returns the names."""
    with transaction.atomic():
        row = _lock(now)
        due = {job.name: (job, moment) for job in table if (moment := _due(job, now))}
        put = [name for name, (job, _) in due.items() if job.yields_to not in due]
        for name, (_, moment) in due.items():
            passed_over = {} if name in put else {"done_due_at": moment}
            ScheduledJob.objects.filter(name=name).update(last_due_at=moment, **passed_over)
            if name in put:
                enqueue(RUN_PATH, name, moment.isoformat(), label=name)
        row.last_due_at = now
        row.save(update_fields=["last_due_at"])
    if put:
        logger.info("due: %s", ", ".join(put))
    return put


def _lock(now: datetime) -> ScheduledJob:
    """One at a time. SQLite has no row locks, but its transactions lock for writing from their beginning."""
    ScheduledJob.objects.bulk_create([ScheduledJob(name=THE_TICK, last_due_at=now)], ignore_conflicts=True)
    return ScheduledJob.objects.select_for_update().get(name=THE_TICK)


def _due(job: Job, now: datetime) -> datetime | None:
    """Its due moment where that was not dealt with yet. A job seen for the first time begins with the next."""
    if job.when is None:
        return None
    moment = last_due(job.when, now, ZoneInfo(settings.TIME_ZONE))
    seen_first = {"last_due_at": moment, "done_due_at": moment}
    row, _ = ScheduledJob.objects.get_or_create(name=job.name, defaults=seen_first)
    return moment if row.last_due_at < moment else None
