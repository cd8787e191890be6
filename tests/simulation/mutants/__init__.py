"""All mutants, by what they break."""

from tests.simulation.mutants import (
    creating,
    deleting,
    duplicates,
    guarding,
    inbox,
    merging,
    pulling,
    pushing,
    taking_in,
)
from tests.simulation.mutants.registry import MUTANTS, Mutant

__all__ = [
    "MUTANTS",
    "Mutant",
    "creating",
    "deleting",
    "duplicates",
    "guarding",
    "inbox",
    "merging",
    "pulling",
    "pushing",
    "taking_in",
]
