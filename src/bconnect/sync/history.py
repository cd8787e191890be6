"""The change log: one row a changed field. The sync writes its own, since bulk writes pass by any hook."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bconnect.customers.fields import Value
from bconnect.sync.models import Change, Merge, MergedCustomer, SyncRun
from bconnect.sync.reconcile import Reconciled


@dataclass(frozen=True, slots=True)
class FieldChange:
    customer_id: int
    field: str
    old: Value
    new: Value
    source: Change.Source


def changes_of(row: Mapping[str, Any], result: Reconciled) -> list[FieldChange]:
    """What this merge changes in the row."""
    taken = [
        FieldChange(row["id"], each.field, row[each.field], result.local[each.field], Change.Source.ROBAWS)
        for each in result.taken
    ]
    return followed(row, {column: result.local[column] for column in result.followed}, result.base) + taken


def followed(row: Mapping[str, Any], values: Mapping[str, Value], base: Mapping[str, Value]) -> list[FieldChange]:
    """What says now what the rest of its address does, with what both sides agree on from now on.

    Also where it says what it said, and Robaws something else by now: it is pending, and nobody has typed it.
    """
    return [
        FieldChange(row["id"], column, row[column] if row[column] != new else base[column], new, Change.Source.FOLLOWED)
        for column, new in values.items()
        if row[column] != new or base[column] != new
    ]


def record(changes: Iterable[FieldChange], run: SyncRun | None, actor: str, now: datetime) -> None:
    Change.objects.bulk_create(
        [
            Change(
                customer_id=each.customer_id,
                field=each.field,
                old=each.old,
                new=each.new,
                source=each.source,
                actor=actor,
                run=run,
                at=now,
            )
            for each in changes
        ],
        batch_size=500,
    )


def moved_by_merges_since(moment: datetime) -> set[int]:
    """The changes of customers that were merged since: they stand in the survivor's history, and are not its own."""
    return _moved(merge__merged_at__gte=moment)


def moved_into(customer_id: int) -> set[int]:
    """The changes of customers that were merged into this one."""
    return _moved(merge__survivor_id=customer_id)


def _moved(**of_merges: Any) -> set[int]:
    standing = MergedCustomer.objects.exclude(merge__state=Merge.State.UNDONE).filter(**of_merges)
    return {number for moved in standing.values_list("moved", flat=True) for number in moved["changes"]}
