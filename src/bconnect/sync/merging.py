"""Several customers become one here, in one transaction. What follows in Robaws is `merge_steps`' business.

Each merge keeps the rows as they were, so that `unmerge` can take it back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from bconnect.customers import references
from bconnect.customers.duplicates import decisions
from bconnect.customers.fields import BY_COLUMN
from bconnect.customers.models import Customer
from bconnect.sync import conflicts, history, quarantine, upsert, written
from bconnect.sync.address import TOGETHER
from bconnect.sync.history import FieldChange
from bconnect.sync.merge_plan import CannotMergeError, Plan, Row, by_importance, is_in_robaws, plan
from bconnect.sync.merge_plan import token as token_of
from bconnect.sync.models import Change, Conflict, CreateIntent, Merge, MergedCustomer, ParkedEdit, Redirect, SentEdit
from bconnect.sync.snapshots import rows_of, snapshot


def preview(survivor_id: str, other_ids: Sequence[str], taken: Mapping[str, str] | None = None) -> Plan:
    """What `merge` would do now. Raises CannotMergeError."""
    return plan(_read(survivor_id, other_ids), survivor_id, taken or {})


def suggested(client_ids: Sequence[str]) -> str:
    """The one of these that should survive. Raises CannotMergeError."""
    rows = _read(client_ids[0], client_ids[1:])
    counts = {row["robaws_client_id"]: references.count(row["robaws_client_id"]) for row in rows}
    found: str = by_importance(rows, counts)[0]["robaws_client_id"]
    return found


def merge(
    survivor_id: str,
    other_ids: Sequence[str],
    *,
    taken: Mapping[str, str] | None = None,
    in_robaws: Merge.InRobaws,
    who: str,
    now: datetime,
    token: str | None = None,
    looked_at: Sequence[str] = (),
) -> Merge:
    """Do it: fields, intakes, history and links move to the survivor; the others become redirects.

    `token` is that of the preview somebody looked at, which may have shown more customers (`looked_at`) than are
    merged. Raises CannotMergeError, also where one of those has changed since.
    """
    with transaction.atomic():
        upsert.lock([survivor_id, *other_ids])
        rows = _read(survivor_id, other_ids)
        made = plan(rows, survivor_id, taken or {})
        if token is not None and token != token_of(rows_of(list(looked_at)) if looked_at else rows):
            raise CannotMergeError("one of them was changed meanwhile: look at the preview again")
        by_id = {row["robaws_client_id"]: row for row in rows}
        survivor = by_id[survivor_id]
        _refuse_half_created(survivor, rows)
        _refuse_disputed_address(survivor, made)
        record = _record(survivor, made, in_robaws, who, now)
        for client_id in made.other_ids:
            _absorb(record, survivor, by_id[client_id])
        _take_over(survivor, made, who, now)
    return record


def standing(survivor_id: str, other_ids: Sequence[str]) -> Merge | None:
    """The merge of just these that was done here already: asked for again, it goes on."""
    found = Merge.objects.exclude(state=Merge.State.UNDONE).filter(survivor__robaws_client_id=survivor_id)
    for each in found.prefetch_related("merged"):
        if {merged.robaws_client_id for merged in each.merged.all()} == set(other_ids):
            return each
    return None


def choose(record: Merge, in_robaws: Merge.InRobaws) -> None:
    """Something else is to become of the others in Robaws; what was done there already stays done, but what was
    deactivated can be deleted still."""
    if in_robaws == record.in_robaws or record.state == Merge.State.UNDONE:
        return
    with transaction.atomic():
        others = record.merged.filter(pk__in=[each.pk for each in record.merged.all() if _can_change(each, in_robaws)])
        others.update(step=MergedCustomer.Step.WAITING, error="", done_at=None)
        if in_robaws == Merge.InRobaws.KEEP:
            # Where a deletion was sent somebody has to look what became of it.
            others.filter(is_deletion_sent=False).update(step=MergedCustomer.Step.NONE)
        if record.state == Merge.State.DONE:
            record.confirmed_at = None  # the survivor may have changed since it was seen in Robaws
        record.in_robaws, record.state = in_robaws, Merge.State.OPEN
        record.save(update_fields=["in_robaws", "state", "confirmed_at"])


def _can_change(merged: MergedCustomer, in_robaws: Merge.InRobaws) -> bool:
    """Whether another choice is about this one too."""
    match merged.step:
        case MergedCustomer.Step.WAITING | MergedCustomer.Step.HELD | MergedCustomer.Step.LEFT:
            return True
        case MergedCustomer.Step.NONE:
            return in_robaws != Merge.InRobaws.KEEP and is_in_robaws(merged.snapshot)
        case MergedCustomer.Step.DEACTIVATED:
            return in_robaws == Merge.InRobaws.DELETE
        case _:
            return False


def _read(survivor_id: str, other_ids: Sequence[str]) -> list[dict[str, Any]]:
    wanted = list(dict.fromkeys([survivor_id, *other_ids]))
    rows = rows_of(wanted)
    missing = set(wanted) - {row["robaws_client_id"] for row in rows}
    if missing:
        merged = dict(
            Redirect.objects.filter(robaws_client_id__in=missing).values_list(
                "robaws_client_id", "customer__robaws_client_id"
            )
        )
        told = [f"{each} (merged into {merged[each]})" if merged.get(each) else each for each in sorted(missing)]
        raise CannotMergeError(f"there is no customer {', '.join(told)} here")
    return [row | {"untouched": written.untouched(row)} for row in rows]


def _refuse_half_created(survivor: Row, rows: Sequence[Row]) -> None:
    """Which client it becomes is not known yet. It may be merged into one that appeared since, and so may be that one:
    a push holds it back for a person to do just this. Raises CannotMergeError."""
    for half in CreateIntent.objects.filter(customer_id__in=[row["id"] for row in rows]).select_related("customer"):
        if not is_in_robaws(survivor) or survivor["created_at"] < half.written_at:
            raise CannotMergeError(
                f"{half.customer.robaws_client_id} is being created in Robaws: let a push finish that first, or keep "
                "the client that it may have become"
            )


def _refuse_disputed_address(survivor: Row, made: Plan) -> None:
    """Half of a conflict would go to Robaws with the other half of somebody else's address. Raises CannotMergeError."""
    disputed = conflicts.open_of([survivor["id"]])[survivor["id"]].keys() & set(TOGETHER)
    if disputed and made.changes.keys() & set(TOGETHER):
        labels = ", ".join(BY_COLUMN[column].label.lower() for column in TOGETHER if column in disputed)
        client_id = survivor["robaws_client_id"]
        raise CannotMergeError(
            f"{labels} of {client_id} are in conflict with Robaws: decide that first, or keep its address"
        )


def _record(survivor: Row, made: Plan, in_robaws: Merge.InRobaws, who: str, now: datetime) -> Merge:
    return Merge.objects.create(
        survivor_id=survivor["id"],
        survivor_client_id=survivor["robaws_client_id"],
        survivor_name=survivor["name"],
        survivor_before=_before(survivor),
        fields=made.changes,
        in_robaws=in_robaws,
        merged_by=who,
        merged_at=now,
    )


def _before(row: Row) -> dict[str, Any]:
    """The row as it is, and which columns of its address nobody has edited although they are pending."""
    return snapshot(row) | {"untouched": sorted(row["untouched"])}


def _absorb(record: Merge, survivor: Row, other: Row) -> None:
    """All that refers to `other` refers to the survivor; its row goes, and stays away."""
    old_id, old_number = other["robaws_client_id"], other["id"]
    moved = {
        "references": references.rows_of(old_id),
        "changes": list(Change.objects.filter(customer_id=old_number).values_list("pk", flat=True)),
        "redirects": list(Redirect.objects.filter(customer_id=old_number).values_list("robaws_client_id", flat=True)),
        "conflicts": [_plain(each) for each in Conflict.objects.filter(customer_id=old_number).values()],
        "decisions": decisions.pass_on(old_number, survivor["id"], now=record.merged_at),
        "parked": [_plain(each) for each in ParkedEdit.objects.filter(customer_id=old_number).values()],
        "sent": [_plain(each) for each in SentEdit.objects.filter(customer_id=old_number).values()],
        "creation": [_plain(each) for each in CreateIntent.objects.filter(customer_id=old_number).values()],
    }
    MergedCustomer.objects.create(
        merge=record,
        customer_number=old_number,
        robaws_client_id=old_id,
        name=other["name"],
        snapshot=_before(other),
        moved=moved,
        step=_first_step(other, record.in_robaws),
    )
    references.move(old_id, survivor["robaws_client_id"])
    Change.objects.filter(customer_id=old_number).update(customer_id=survivor["id"])
    Redirect.objects.filter(customer_id=old_number).update(customer_id=survivor["id"])
    Redirect.objects.update_or_create(robaws_client_id=old_id, defaults={"customer_id": survivor["id"]})
    Customer.objects.filter(pk=old_number).delete()
    quarantine.release([old_id])


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _first_step(other: Row, in_robaws: str) -> MergedCustomer.Step:
    has_step = is_in_robaws(other) and in_robaws != Merge.InRobaws.KEEP
    return MergedCustomer.Step.WAITING if has_step else MergedCustomer.Step.NONE


def _take_over(survivor: dict[str, Any], made: Plan, who: str, now: datetime) -> None:
    """The survivor's new values are ordinary edits: the next push carries them."""
    changes = [
        FieldChange(survivor["id"], column, survivor[column], value, Change.Source.MERGED)
        for column, value in made.changes.items()
    ]
    survivor |= {**made.changes, "updated_at": now}
    upsert.write_back([survivor])
    history.record(changes, None, who, now)
