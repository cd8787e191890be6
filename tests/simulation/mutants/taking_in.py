"""Mutants of taking records in."""

from types import SimpleNamespace
from typing import Any

from django.db import transaction

from bconnect.customers.models import Customer
from bconnect.sync import (
    apply,
    confirm,
    conflicts,
    quarantine,
    reconcile,
    sender,
    upsert,
)
from robaws.records import ABSENT
from tests.simulation.mutants.registry import Replacement, mutant


@mutant("an older replica record beats newer knowledge")
def _stale_replica() -> list[Replacement]:
    true_merge = apply.Applier._merge

    def merge_(self: Any, row: Any, prepared: Any, *rest: Any) -> None:
        true_merge(self, {**row, "remote_updated_at": None}, prepared, *rest)

    return [(apply.Applier, "_merge", merge_)]


@mutant("the row is not read again after a PATCH")
def _stale_rows() -> list[Replacement]:
    true_merge = sender.Sender.merge
    read: dict[int, dict[str, Any]] = {}

    def merge_(self: Any, work: Any) -> bool:
        is_ready = true_merge(self, work)
        with transaction.atomic():
            read.update({row["id"]: row for row in upsert.lock([work.client_id]).values()})
        return is_ready

    def lock_one(customer_id: int) -> dict[str, Any] | None:
        row = upsert.lock_one(customer_id)
        return dict(read.get(customer_id, row)) if row else None

    stale = SimpleNamespace(lock_one=lock_one, update=upsert.update)
    return [(sender.Sender, "merge", merge_), (confirm, "upsert", stale)]


@mutant("an unchanged record is passed over although its client was gone")
def _fingerprint_before_gone() -> list[Replacement]:
    def news(self: Any, records: Any) -> Any:
        known = Customer.objects.filter(robaws_client_id__in=[r.client_id for r in records])
        same = set(known.values_list("robaws_client_id", "fingerprint"))
        return [r for r in records if (r.client_id, r.fingerprint) not in same or r.client_id in self._watched]

    def returned(self: Any) -> list[str]:
        return []

    return [(apply.Applier, "_news", news), (apply.Applier, "returned", returned)]


@mutant("a client that came back stays inactive")
def _never_back() -> list[Replacement]:
    true_changed_row = reconcile.changed_row

    def changed_row(row: Any, *rest: Any) -> dict[str, Any]:
        return {**true_changed_row(row, *rest), "gone_at": row["gone_at"]}

    return [(apply, "changed_row", changed_row)]


@mutant("a record that was refused once is not tried again")
def _quarantine_for_ever() -> list[Replacement]:
    return [(quarantine, "RETRIED_PER_RUN", 0)]


@mutant("a record that was refused counts as taken in")
def _refused_is_taken() -> list[Replacement]:
    return [(quarantine, "put", lambda rejected, run, now: None)]


@mutant("a conflict counts as decided for us when a record does not mention the field")
def _forgetful_conflict() -> list[Replacement]:
    true_reconcile = reconcile.reconcile

    def forgetful(row: Any, remote: Any, tenant: Any, policy: Any, open_conflicts: Any) -> Any:
        result = true_reconcile(row, remote, tenant, policy, open_conflicts)
        for each in [each for each in result.conflicts if remote[each.field] is ABSENT]:
            result.conflicts.remove(each)
            result.settled.append(each)
            result.base[each.field] = open_conflicts[each.field]
        return result

    return [(apply, "reconcile", forgetful)]


@mutant("a conflict is not written down")
def _silent_conflict() -> list[Replacement]:
    return [(conflicts, "keep", lambda customer_id, decisions, now: None)]
