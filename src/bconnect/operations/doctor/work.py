"""The worker, the schedule and what waits: is anybody at work, and how did it end last time?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from bconnect.jobs import queue, tick
from bconnect.jobs.models import Pause, ScheduledJob
from bconnect.jobs.outcome import Ended
from bconnect.jobs.table import Job, jobs
from bconnect.jobs.times import next_due
from bconnect.operations.doctor.finding import Finding, fail, ok, warn

LOOKED_WITHIN = timedelta(minutes=5)
START = "start one: `bconnect serve` here, or `bconnect worker` on any machine of this database"


def look(now: datetime) -> Iterator[Finding]:
    yield _worker(now)
    held = Pause.objects.first()
    if held is not None:
        yield warn("pause", f"nothing is written to Robaws: {held}", "`bconnect resume` when it may go on")
    known = {each.name: each for each in ScheduledJob.objects.all()}
    for job in jobs():
        yield _scheduled(job, known.get(job.name), now)


def _worker(now: datetime) -> Finding:
    looked_at = tick.last_tick()
    if looked_at is None:
        return warn("worker", "none has ever run: no schedule, and webhooks are stored but not applied", START)
    minutes = (now - looked_at).total_seconds() / 60
    if now - looked_at > LOOKED_WITHIN:
        return fail("worker", f"none has looked at the schedule for {minutes:,.0f} minutes", START)
    return ok("worker", f"at work; {queue.waiting()} jobs in the queue")


def _scheduled(job: Job, row: ScheduledJob | None, now: datetime) -> Finding:
    about = f"schedule: {job.name}"
    if job.when is None:
        return ok(about, "switched off by its setting")
    at = next_due(job.when, now, ZoneInfo(settings.TIME_ZONE)).astimezone(ZoneInfo(settings.TIME_ZONE))
    coming = f"{job.when}, next {at:%a %H:%M}"
    if row is None or not row.outcome:
        return ok(about, f"{coming}; it has not ended once yet")
    last = f"{coming}; last: {row.outcome}{f' ({row.detail})' if row.detail else ''}"
    if row.outcome == Ended.FAILED:
        return fail(about, last, "the reason is in brackets; `bconnect help` lists the command to try it by hand")
    if row.outcome == Ended.GUARDED:
        return fail(about, last, "a person has to decide: docs/how-to/operations.md, under alerts")
    return ok(about, last)
