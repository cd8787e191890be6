"""Deliberately broken variants of the product, each of which the simulation must catch. A score under 1 is a
weakness of the simulation, not a virtue of the product.

A mutant replaces functions or attributes while it is in force; nothing of the product knows of it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

Replacement = tuple[Any, str, Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    replacements: Callable[[], list[Replacement]]

    @contextmanager
    def in_force(self) -> Iterator[None]:
        with ExitStack() as stack:
            for owner, name, value in self.replacements():
                stack.enter_context(mock.patch.object(owner, name, value))
            yield


MUTANTS: list[Mutant] = []


def mutant(name: str) -> Callable[[Callable[[], list[Replacement]]], Callable[[], list[Replacement]]]:
    """Registers the function below as the mutant of that name."""

    def registered(replacements: Callable[[], list[Replacement]]) -> Callable[[], list[Replacement]]:
        MUTANTS.append(Mutant(name, replacements))
        return replacements

    return registered
