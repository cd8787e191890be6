"""Which of a customer's values did a merge, an undo or a decision write, and nobody since?

They write all columns of an address at once. Where a person edits one of them before the next push, that one says
what they want, and not the others, which differ from the base as well.
"""

from collections.abc import Mapping
from typing import Any

from bconnect.customers.fields import same
from bconnect.customers.models import Customer
from bconnect.sync.address import NOWHERE, TOGETHER, is_one_country, is_one_line, settled
from bconnect.sync.models import Change

_SOURCES = (Change.Source.MERGED, Change.Source.UNDO, Change.Source.FOLLOWED)


def untouched(row: Mapping[str, Any]) -> set[str]:
    """The columns of the row's address that still hold what was written then."""
    if is_one_line(row) and is_one_country(row):
        return set()  # there is nothing to decide
    changes = Change.objects.filter(customer_id=row["id"], field__in=TOGETHER).order_by("id")
    last = {field: (new, source) for field, new, source in changes.values_list("field", "new", "source")}
    return {
        column
        for column, (new, source) in last.items()
        if source in _SOURCES and same(column, row[column], new, NOWHERE)
    }


def settle(row: dict[str, Any]) -> None:
    """Let the address follow the columns edited since. In the transaction that holds the row's lock."""
    if stale := untouched(row):
        changed = {column: value for column, value in settled(row, stale).items() if value != row[column]}
        if changed:
            Customer.objects.filter(pk=row["id"]).update(**changed)
            row |= changed
