"""Put back what a run changed, where nobody changed it since: here at once, in Robaws by the next push."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from bconnect.customers.fields import COUNTRY, FLAGS, LINE, Place, same
from bconnect.sync import conflicts, history, upsert
from bconnect.sync.address import TOGETHER, is_one_country, is_one_line
from bconnect.sync.history import FieldChange
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import Change, SyncRun

_UNDOABLE = (Change.Source.ROBAWS, Change.Source.BCONNECT)


@dataclass(frozen=True, slots=True)
class Left:
    """A change that stays as it is, and why."""

    client_id: str
    field: str
    reason: str


@dataclass(slots=True)
class Undone:
    changes: list[Change] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def undo(run: SyncRun, *, tenant: Tenant, who: str, now: datetime, dry_run: bool = False) -> Undone:
    """Take a run's changes back, customer by customer, the newest first. What it put back shows as pending edits."""
    outcome = Undone()
    # What followed an edit is no change of the run's own: where it was sent, the sending is put back.
    own = Change.objects.filter(run=run).exclude(source=Change.Source.FOLLOWED)
    changes = own.select_related("customer").order_by("customer_id", "-id")
    for customer_id, group in groupby(changes, lambda change: change.customer_id):
        of_customer = list(group)
        with transaction.atomic():
            row = upsert.lock_one(customer_id)
            # Asked under the lock: somebody may merge into this one just now.
            moved = history.moved_by_merges_since(run.started_at)
            reasons = {} if row is None else _reasons(of_customer, row, moved, tenant)
            if row is not None and not dry_run:
                _put_back([each for each in of_customer if each.pk not in reasons], row, who, now)
        for change in of_customer:
            reason = "the customer is not here any more" if row is None else reasons.get(change.pk)
            if reason is None:
                outcome.changes.append(change)
            else:
                outcome.left.append(Left(change.customer.robaws_client_id, change.field, reason))
    return outcome


def _reasons(changes: Sequence[Change], row: Mapping[str, Any], moved: set[int], tenant: Tenant) -> dict[int, str]:
    """Why a change stays, for those that do. The parts of an address are put back together or not at all."""
    if row["gone_at"]:
        return {each.pk: "the client is gone from Robaws" for each in changes}
    if any(each.field == "name" and each.old is None for each in changes):
        return {each.pk: "the run made this client" for each in changes}
    in_conflict = conflicts.open_of([row["id"]])[row["id"]]
    now, found = dict(row), {}
    for change in changes:
        reason = _reason(change, now, in_conflict, moved, tenant)
        if reason is None:
            now[change.field] = change.old
        else:
            found[change.pk] = reason
    parts = [each for each in changes if each.field in TOGETHER]
    stay = {column for column in in_conflict if column in TOGETHER} | {each.field for each in parts if each.pk in found}
    stay = stay or _unlike(now, {each.field for each in parts})
    if stay:
        for each in parts:
            found.setdefault(each.pk, f"it is part of one address, of which {', '.join(sorted(stay))} stays")
    return found


def _unlike(row: Mapping[str, Any], put_back: set[str]) -> set[str]:
    """The columns that would not say the same as those put back: the run found them changed on both sides alike, and
    so has not changed them."""
    groups = ((LINE, is_one_line), (COUNTRY, is_one_country))
    unlike = {column for group, is_one in groups if put_back & set(group) and not is_one(row) for column in group}
    return unlike - put_back or unlike


def _reason(
    change: Change, row: Mapping[str, Any], in_conflict: Collection[str], moved: set[int], tenant: Tenant
) -> str | None:
    if change.source not in _UNDOABLE:
        return "a person decided it"
    if change.pk in moved:
        return "its customer was merged into this one since"
    if _is_return(change):
        return "the client is in Robaws again"
    if change.field in in_conflict:
        return "the field is in conflict"
    if not same(change.field, row[change.field], change.new, Place(row["country_code"], tenant.default_country)):
        return f"it was changed since, to {row[change.field]!r}"
    return None


def _is_return(change: Change) -> bool:
    """Whether it made active again what was gone and came back: put back, it would tell Robaws to deactivate that."""
    if change.field not in FLAGS or change.old is not False:
        return False
    before = Change.objects.filter(customer_id=change.customer_id, field=change.field, pk__lt=change.pk)
    return before.order_by("-id").values_list("source", flat=True).first() == Change.Source.GONE


def _put_back(changes: Sequence[Change], row: dict[str, Any], who: str, now: datetime) -> None:
    back = []
    for change in changes:
        back.append(FieldChange(row["id"], change.field, row[change.field], change.old, Change.Source.UNDO))
        row[change.field] = change.old
    if back:
        row["updated_at"] = now
        upsert.write_back([row])
        history.record(back, None, who, now)
