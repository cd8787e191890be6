"""Mutants of the push."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bconnect.customers.fields import COLUMNS, FLAGS
from bconnect.customers.models import Customer
from bconnect.sync import (
    apply,
    confirm,
    edits,
    outgoing,
    patching,
    sender,
    upsert,
    waiting,
)
from tests.simulation.mutants.registry import Replacement, mutant


@mutant("a push trusts what it read at the last pull")
def _no_live_read() -> list[Replacement]:
    def read(self: Any, work: Any) -> None:
        work.rounds += 1
        work.error = None
        row = Customer.objects.get(robaws_client_id=work.client_id)
        work.record = dict(row.metadata or {})

    return [(sender.Sender, "read", read), (patching, "ORDER", patching.ORDER[1:])]


def _editing(edits_: Callable[..., dict[str, Any]]) -> list[Replacement]:
    return [(outgoing, "edits", edits_), (waiting, "edits", edits_)]


@mutant("a push sends every field")
def _sends_all() -> list[Replacement]:
    def every(row: Any, tenant: Any, in_conflict: Any = ()) -> dict[str, Any]:
        found = edits.edits(row, tenant, in_conflict)
        return {column: row[column] for column in COLUMNS if column not in FLAGS} if found else {}

    return [(outgoing, "edits", every)]


@mutant("a push sends the fields in conflict too")
def _sends_conflicts() -> list[Replacement]:
    true_edits = edits.edits
    return _editing(lambda row, tenant, in_conflict=(): true_edits(row, tenant))


@mutant("cleared fields are not sent")
def _no_clearing() -> list[Replacement]:
    true_edits = edits.edits

    def filled(row: Any, tenant: Any, in_conflict: Any = ()) -> dict[str, Any]:
        return {c: v for c, v in true_edits(row, tenant, in_conflict).items() if v is not None}

    return _editing(filled)


@mutant("the base is our row's value, not what was sent")
def _base_from_local() -> list[Replacement]:
    true_confirm = confirm.confirm

    def confirming(customer_id: int, found: Any, whole: Any, **rest: Any) -> None:
        row = Customer.objects.values(*COLUMNS).get(pk=customer_id)
        true_confirm(customer_id, replace(found, taken={each: row[each] for each in found.taken}), whole, **rest)
        Customer.objects.filter(pk=customer_id).update(base={**_base_of(customer_id), **row})

    return [(sender, "confirm", confirming)]


def _base_of(customer_id: int) -> dict[str, Any]:
    return dict(Customer.objects.values_list("base", flat=True).get(pk=customer_id) or {})


@mutant("the base is written before the PATCH")
def _base_first() -> list[Replacement]:
    true_patch = sender.Sender.patch

    def patch(self: Any, work: Any) -> None:
        row = Customer.objects.get(robaws_client_id=work.client_id)
        Customer.objects.filter(pk=row.pk).update(base={**(row.base or {}), **work.sent})
        true_patch(self, work)

    return [(sender.Sender, "patch", patch)]


@mutant("a failed PATCH counts as sent")
def _failure_is_success() -> list[Replacement]:
    true_conclude = sender.Sender.conclude

    def conclude(self: Any, work: Any) -> bool:
        if work.error is not None and not isinstance(work.error, patching.StaleError):
            row = sender.row_of(work.client_id)
            agreed = {**(row["base"] or {}), **work.sent}
            sender.Customer.objects.filter(pk=row["id"]).update(base=agreed)
            return False
        return true_conclude(self, work)

    return [(sender.Sender, "conclude", conclude)]


@mutant("a JSON Patch without its tests")
def _no_tests() -> list[Replacement]:
    true_shaped = patching.shaped

    def shaped(body: Any, record: Any, form: Any, guards: Any) -> Any:
        made = true_shaped(body, record, form, guards)
        return [each for each in made if each["op"] != "test"] if isinstance(made, list) else made

    return [(patching, "shaped", shaped)]


@mutant("a JSON Patch that does not look whether what was not there is there now")
def _no_guards() -> list[Replacement]:
    return [(patching, "_guards", lambda body, record: [])]


@mutant("an object is set whole where the record did not show it")
def _whole_objects() -> list[Replacement]:
    return [(patching, "_is_pointed_at", lambda body, record: True)]


@mutant("a spelling is put back over an edit made meanwhile")
def _spelling_unchecked() -> list[Replacement]:
    def settle(self: Any, client_id: str) -> None:
        self._lease.renew()
        row = Customer.objects.get(robaws_client_id=client_id)
        Customer.objects.filter(pk=row.pk).update(**upsert.synced(row.base))

    return [(waiting.Waiting, "_settle_spelling", settle)]


@mutant("what is on its way is not known again as our own")
def _own_is_foreign() -> list[Replacement]:
    return [(apply.sent, "arrived", lambda row, remote, under_way, tenant: {})]
