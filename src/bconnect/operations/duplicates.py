"""The look for duplicates among new and changed customers, as a step of a scheduled job."""

from django.utils import timezone

from bconnect.customers.duplicates.refresh import refresh
from bconnect.jobs.outcome import DONE, Ended, Outcome
from bconnect.jobs.slices import Slice


def look_for_duplicates(turn: Slice) -> Outcome:
    """Slice by slice; what is left is still seen as changed by the next turn."""
    done = refresh(timezone.now(), progress=turn.progress)
    if done.looked_at == 1:
        return Outcome(Ended.DONE, "1 customer looked at")
    return Outcome(Ended.DONE, f"{done.looked_at} customers looked at") if done.looked_at else DONE
