"""Mutants of the deletion of customers."""

from typing import Any

from bconnect.sync import forget, tombstones
from tests.simulation.mutants.registry import Replacement, mutant


@mutant("a client is deleted in Robaws without a look at it")
def _unseen() -> list[Replacement]:
    return [(forget, "_refuse_changed", lambda client, customer, tenant: None)]


@mutant("a customer that was deleted here leaves no tombstone")
def _no_tombstone() -> list[Replacement]:
    def among(client_ids: Any) -> set[str]:
        return set()

    return [(tombstones, "exist", lambda: False), (tombstones, "among", among)]
