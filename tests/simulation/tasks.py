"""What a process of the pool does. Django's models can be imported only where a database is: inside these."""

from collections import Counter
from typing import TYPE_CHECKING

from tests.simulation.database import set_up

if TYPE_CHECKING:
    from tests.simulation.score import Caught


def told_of(seed: int, *, shrinks: bool) -> tuple[str, Counter[str]]:
    """What is to be told of this case, nothing where all held; and what happened in it."""
    from tests.simulation.histories import case_of
    from tests.simulation.play import played
    from tests.simulation.report import told

    outcome = played(case_of(seed))
    if not outcome.broken:
        return "", outcome.happened
    return told(outcome) if shrinks else f"seed {seed}: {outcome.broken}", outcome.happened


def mutants_named(word: str) -> list[str]:
    """The names of those with this word in them."""
    set_up("sqlite")
    from tests.simulation.mutants import MUTANTS

    return [mutant.name for mutant in MUTANTS if word in mutant.name]


def hunted(name: str, *, seed: int, most: int) -> "Caught":
    from tests.simulation.mutants import MUTANTS
    from tests.simulation.score import hunt

    return hunt(next(mutant for mutant in MUTANTS if mutant.name == name), seed, most)
