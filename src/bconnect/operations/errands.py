"""What people ask for that is upkeep, as errands."""

from bconnect.jobs.models import Errand
from bconnect.jobs.outcome import Outcome
from bconnect.jobs.slices import Slice
from bconnect.operations.duplicates import look_for_duplicates


def find_duplicates(errand: Errand, turn: Slice) -> Outcome:
    """What the schedule does every day, now."""
    return look_for_duplicates(turn)
