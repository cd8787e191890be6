"""Mutants of what keeps harm small: the day's reserve, the guards against mass changes, the lease."""

from typing import Any

from bconnect.sync import absence, lease, push
from robaws import limiter
from tests.simulation.mutants.registry import Replacement, mutant


@mutant("the daily reserve is used up")
def _no_reserve() -> list[Replacement]:
    true_take = limiter.MemoryStore.take

    def take(self: Any, mode: Any, *, interval_s: float, burst: int, reserve: int) -> Any:
        return true_take(self, mode, interval_s=interval_s, burst=burst, reserve=0)

    return [(limiter.MemoryStore, "take", take)]


@mutant("any number of clients may be gone at once")
def _no_guard_of_the_gone() -> list[Replacement]:
    return [(absence, "check_share", lambda missing, known: None)]


@mutant("any number of edits is sent at once")
def _no_guard_of_edits() -> list[Replacement]:
    return [(push, "check_mass", lambda pending: None)]


@mutant("a run that lost its lease goes on")
def _no_fence() -> list[Replacement]:
    return [(lease.Lease, "renew", lambda self: None)]
