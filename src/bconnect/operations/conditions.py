"""What may be out of order: each condition looks at the database and gives a reason, or "" where all is well."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils.timezone import localdate, localtime

from bconnect.jobs.models import ScheduledJob
from bconnect.jobs.outcome import Ended
from bconnect.operations import drift
from bconnect.operations.models import UnannouncedChange
from bconnect.sync.models import Conflict, Merge, RequestLimit

SYNC_JOBS = ("incremental", "full", "push")
WEBHOOK_HEALTH = "webhook health"
OVERDUE_AFTER = timedelta(hours=6)
"""A run that is cut into slices, or waits for the day's quota, may take hours; one whose workers die never ends."""


def runs_failing(now: datetime) -> str:
    failed = ScheduledJob.objects.filter(name__in=SYNC_JOBS, outcome=Ended.FAILED)
    overdue = ScheduledJob.objects.filter(
        name__in=SYNC_JOBS, last_due_at__gt=F("done_due_at"), last_due_at__lt=now - OVERDUE_AFTER
    ).exclude(outcome=Ended.FAILED)
    return "; ".join(
        [f"{job.name}: {job.detail}" for job in failed]
        + [f"{job.name}: not ended, due since {localtime(job.last_due_at):%Y-%m-%d %H:%M}" for job in overdue]
    )


def guard_tripped(now: datetime) -> str:
    stopped = ScheduledJob.objects.filter(name__in=SYNC_JOBS, outcome=Ended.GUARDED)
    return "; ".join(f"{job.name}: {job.detail}" for job in stopped)


def webhooks_unwell(now: datetime) -> str:
    unwell = ScheduledJob.objects.filter(name=WEBHOOK_HEALTH, outcome=Ended.FAILED)
    return "; ".join(filter(None, (*(job.detail for job in unwell), _unannounced(now))))


def _unannounced(now: datetime) -> str:
    """Where most of what changed since yesterday came by a pull alone; single misses stand in the report."""
    if not UnannouncedChange.objects.filter(taken_at__gte=now - timedelta(days=1)).exists():
        return ""
    days = drift.report(localdate(now), 2)
    announced, missed = (sum(getattr(day, each) for day in days) for each in ("announced", "missed"))
    return f"{missed} changes since yesterday, and no webhook told of them: drift_report" if missed > announced else ""


def quota_low(now: datetime) -> str:
    limit = RequestLimit.objects.filter(tenant=settings.ROBAWS_BASE_URL).first()
    if limit is None:
        return ""
    known = (
        ("live", limit.live_remaining, limit.live_resets_at),
        ("replica", limit.replica_remaining, limit.replica_resets_at),
    )
    low = [
        f"{left} {mode} requests left today"
        for mode, left, resets_at in known
        if left is not None and (resets_at or 0) > now.timestamp() and left < settings.BCONNECT_ALERT_QUOTA_BELOW
    ]
    return "; ".join(low)


def conflicts_waiting(now: datetime) -> str:
    count = Conflict.objects.filter(resolved_at=None).count()
    if count == 1:
        return "1 conflict waits for a decision"
    return f"{count} conflicts wait for a decision" if count else ""


def merges_stuck(now: datetime) -> str:
    """Those that wait for a person, and those that should long be through."""
    held = Merge.objects.filter(state=Merge.State.HELD)
    late = Merge.objects.filter(state=Merge.State.OPEN, merged_at__lt=now - OVERDUE_AFTER)
    told = [
        f"{count} {words}"
        for count, words in ((held.count(), "wait for somebody"), (late.count(), "are late"))
        if count
    ]
    return f"merges of customers: {', '.join(told)}" if told else ""


CONDITIONS: dict[str, Callable[[datetime], str]] = {
    "scheduled runs": runs_failing,
    "mass guard": guard_tripped,
    "webhooks": webhooks_unwell,
    "request quota": quota_low,
    "conflicts": conflicts_waiting,
    "merges": merges_stuck,
}


def look(now: datetime) -> dict[str, str]:
    """Each kind of alert with its reason."""
    return {name: condition(now) for name, condition in CONDITIONS.items()}
