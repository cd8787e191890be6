"""The last step of a push: what Robaws accepted becomes the base, in one transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bconnect.customers.fields import Place, same
from bconnect.customers.models import Customer
from bconnect.sync import conflicts, history, sent, upsert, written
from bconnect.sync.answered import Judged
from bconnect.sync.cursor import TICK
from bconnect.sync.custom_fields import FIELDS as EXTRA_FIELDS
from bconnect.sync.history import FieldChange
from bconnect.sync.incoming import Incoming, Origin, Prepared, overlaid, salt
from bconnect.sync.mapping import Tenant, project
from bconnect.sync.models import Change, ParkedEdit, SyncRun
from bconnect.sync.reconcile import Policy, changed_row, full_base, reconcile
from bconnect.sync.turns import transaction_in_turn
from robaws.records import Record, shows_extra_fields


def as_it_is_now(record: Record, body: dict[str, Any], answer: Record | None) -> Record:
    """The whole record after a write: as read before, with what was sent and what was answered laid over it."""
    if answer and shows_extra_fields(answer):
        # Shown by its answer in whatever shape it has them: ours beside them would be a second word on the same.
        body = {member: value for member, value in body.items() if member != EXTRA_FIELDS}
    sent: Record = overlaid(record, body)
    return overlaid(sent, answer) if answer else sent


def confirm(
    customer_id: int,
    found: Judged,
    whole: Record,
    *,
    tenant: Tenant,
    policy: Policy,
    run: SyncRun,
    actor: str,
    now: datetime,
    asked_at: datetime | None,
    in_transaction: Callable[[], None],
) -> None:
    """Write down what became of what was sent, where `whole` is what Robaws holds now. An edit made here meanwhile
    stays an edit, and a customer deleted here meanwhile stays deleted."""
    with transaction_in_turn():
        in_transaction()
        row = upsert.lock_one(customer_id)
        if row is None:
            return
        client_id = row["robaws_client_id"]
        incoming = Incoming.of(client_id, whole, salt(tenant))
        prepared = Prepared(incoming, project(whole, tenant), asked_at=asked_at)
        agreed, place = full_base(row["base"]), Place(row["country_code"], tenant.default_country)
        changes = [
            FieldChange(customer_id, column, agreed[column], value, Change.Source.BCONNECT)
            for column, value in found.taken.items()
            # Otherwise it came back by another way first, and is in the history already.
            if not same(column, agreed[column], value, place)
        ]
        if not prepared.is_overtaken(row):
            # Otherwise a webhook brought in what came after our write, and with it our write.
            row["base"] = agreed | found.taken
            changes += _merge(row, _dated(prepared, row), tenant, policy, actor, now)
        history.record(changes, run, actor, now)
        if found.taken:
            Customer.objects.filter(pk=customer_id).update(last_pushed_to_robaws_at=now)
        sent.forget(customer_id, found.taken.keys() | found.refused.keys())
        if not found.refused and not found.unknown:
            ParkedEdit.objects.filter(customer_id=customer_id).delete()


def _merge(
    row: dict[str, Any], prepared: Prepared, tenant: Tenant, policy: Policy, actor: str, now: datetime
) -> list[FieldChange]:
    """Take in what Robaws answered; returns what somebody else had changed there meanwhile."""
    open_ones = conflicts.open_of([row["id"]])[row["id"]]
    followed = written.settle(row, open_ones)
    result = reconcile(row, prepared.projection.values, tenant, policy, open_ones)
    upsert.update([changed_row(row, prepared, result, Origin.LIVE, now)])
    conflicts.settle(row["id"], result, actor, now)
    return followed + history.changes_of(row, result)


def _dated(prepared: Prepared, row: Mapping[str, Any]) -> Prepared:
    """The answer, newer than what was read. Where it does not tell when it was written, it was after that: a
    replica that still shows the state before has to look older than what we know."""
    stamp, known = prepared.incoming.updated_at, row["remote_updated_at"]
    if stamp is None or known is None or stamp > known:
        return prepared
    return prepared._replace(incoming=prepared.incoming._replace(updated_at=known + TICK))
