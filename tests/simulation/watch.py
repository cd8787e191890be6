"""A process under way, and the ways in which it may end too early."""

from dataclasses import dataclass, field
from typing import NoReturn

from django.db import OperationalError

from bconnect.sync.models import Lease as LeaseRow
from tests.simulation.setup import BREAKS, DIES, STOPS, Move


class Crash(BaseException):
    """The process dies here: nothing after this runs, no handler, no clean-up."""


class PlantedError(OperationalError):
    """The database fails here, as by a lock that lasts too long, a full disk, a lost connection."""


@dataclass(slots=True)
class Watch:
    """A process under way: how far it is, and what is still to happen in its midst."""

    move: Move
    slips: list[tuple[int, Move]] = field(init=False)
    operations: int = 0
    moments: int = 0
    write_requests: int = 0
    row_writes: int = 0
    is_over: bool = False

    def __post_init__(self) -> None:
        self.slips = list(self.move.slips)

    def end(self) -> NoReturn:
        """It ends here, as its move says."""
        self.is_over = True
        raise {DIES: Crash, BREAKS: PlantedError, STOPS: KeyboardInterrupt}[self.move.crash]


def forget_the_dead() -> None:
    """A dead holder's process is seen to be dead: another one of its number began at another time."""
    for row in LeaseRow.objects.exclude(holder=""):
        machine, pid, _, rest = row.holder.split("|")
        row.holder = "|".join((machine, pid, "0", rest))
        row.save()
