"""The upkeep as steps of scheduled jobs: drift, webhook health, retention, alerts."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from bconnect.jobs.outcome import DONE, Ended, Outcome
from bconnect.jobs.slices import Slice
from bconnect.operations import alerts, channels, conditions, drift, retention


def note_drift(turn: Slice) -> Outcome:
    """What the pull before brought that no webhook had told of."""
    missed = drift.look_at_new_runs()
    if missed == 1:
        return Outcome(Ended.DONE, "1 change that no webhook had announced")
    return Outcome(Ended.DONE, f"{missed} changes that no webhook had announced") if missed else DONE


def remove_old(turn: Slice) -> Outcome:
    """What may be forgotten by the settings."""
    kept = retention.Kept(
        payloads=timedelta(days=settings.BCONNECT_KEEP_PAYLOADS_DAYS),
        runs=timedelta(days=settings.BCONNECT_KEEP_RUNS_DAYS),
    )
    return Outcome(Ended.DONE, f"{retention.remove_old(kept, timezone.now(), turn.progress)} rows")


def tell_alerts(turn: Slice) -> Outcome:
    """Notices for what changed its state since the last look."""
    now = timezone.now()
    alerts.tell(conditions.look(now), channels.channels(), now)
    return DONE
