"""Which of a customer's values did a merge, an undo or a decision write, and nobody since?

They write all columns of an address at once. Where a person edits one of them before the next push, that one says
what they want, and not the others, which differ from the base as well.
"""

from collections.abc import Collection, Mapping
from typing import Any

from bconnect.customers.fields import Value, same
from bconnect.customers.models import Customer
from bconnect.sync import history
from bconnect.sync.address import NOWHERE, TOGETHER, is_one_country, is_one_line, settled
from bconnect.sync.history import FieldChange
from bconnect.sync.models import Change
from bconnect.sync.reconcile import full_base

_SOURCES = (Change.Source.MERGED, Change.Source.UNDO, Change.Source.FOLLOWED)


def untouched(row: Mapping[str, Any]) -> set[str]:
    """The columns of the row's address that still hold what was written then."""
    if is_one_line(row) and is_one_country(row):
        return set()  # there is nothing to decide
    changes = Change.objects.filter(customer_id=row["id"], field__in=TOGETHER).order_by("id")
    own = changes.exclude(pk__in=history.moved_into(row["id"]))
    last = {field: (new, source) for field, new, source in own.values_list("field", "new", "source")}
    return {
        column
        for column, (new, source) in last.items()
        if source in _SOURCES and same(column, row[column], new, NOWHERE)
    }


def following(row: Mapping[str, Any], in_conflict: Collection[str] = ()) -> dict[str, Value]:
    """What the address has to say after the columns edited since, where that is not what it says. Not while part of
    it is in conflict."""
    if set(in_conflict) & set(TOGETHER) or not (stale := untouched(row)):
        return {}
    return {column: value for column, value in settled(row, stale).items() if value != row[column]}


def settle(row: dict[str, Any], in_conflict: Collection[str] = ()) -> list[FieldChange]:
    """Let the address follow, before the row is merged or sent. In the transaction that holds its lock.

    Returns what that changes, for the history: nobody has typed it.
    """
    changed = following(row, in_conflict)
    changes = history.followed(row, changed, full_base(row["base"]))
    if changed:
        Customer.objects.filter(pk=row["id"]).update(**changed)
        row |= changed
    return changes
