"""How good is the simulation? A mutant is played against until a case catches it."""

from dataclasses import dataclass

from tests.simulation.histories import case_of
from tests.simulation.mutants import Mutant
from tests.simulation.play import played


@dataclass(frozen=True, slots=True)
class Caught:
    """After how many cases, and by what; `by` is empty where the mutant got away."""

    name: str
    cases: int
    by: str


def hunt(mutant: Mutant, seed: int, most: int) -> Caught:
    """Play cases from `seed` on, at most so many."""
    for tried in range(most):
        case = case_of(seed + tried)
        with mutant.in_force():
            outcome = played(case)
        # A case that the true product fails too says nothing about the mutant.
        if outcome.broken and not played(case).broken:
            return Caught(mutant.name, tried + 1, outcome.broken)
    return Caught(mutant.name, most, "")
