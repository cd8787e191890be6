"""What is printed of a failing case: what broke, and its shrunk history."""

from tests.simulation import faults
from tests.simulation.play import Outcome, played
from tests.simulation.setup import Case
from tests.simulation.shrink import shrunk


def told(outcome: Outcome) -> str:
    """The failure, then the smallest history found that still fails, with what that one breaks."""

    def fails(case: Case) -> bool:
        return played(case).rule == outcome.rule

    small = shrunk(outcome.case, fails)
    weather = [f"  {move}: {' '.join(faults.drawn(move.chance))}" for move in small.moves if move.kind == "weather"]
    return "\n".join((outcome.broken, "", "shrunk:", str(small), *weather, played(small).broken))
