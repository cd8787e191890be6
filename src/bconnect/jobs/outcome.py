"""How a slice of a job ended, as a value."""

from dataclasses import dataclass
from enum import StrEnum


class Ended(StrEnum):
    DONE = "done"
    AGAIN = "again"
    """Cut short; goes on at once."""
    BUSY = "busy"
    """Another run is at work: looked at again a minute later, as often as needed."""
    LATER = "later"
    """Something outside is out of order: tried again after a while, a few times."""
    GUARDED = "guarded"
    """A guard stopped it; only a person can say go on."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    """A person stopped it; it begins again when it is due."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`detail` is a line for people. `after_s`: when LATER is, where the outside said so."""

    ended: Ended
    detail: str = ""
    after_s: float | None = None


DONE = Outcome(Ended.DONE)
AGAIN = Outcome(Ended.AGAIN)
