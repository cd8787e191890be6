"""Which of a row's values are edits that Robaws has not got. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from bconnect.customers.fields import COLUMNS, Place, Value, clean, same
from bconnect.sync.as_one import together
from bconnect.sync.mapping import Tenant
from bconnect.sync.reconcile import full_base


def edits(row: Mapping[str, Any], tenant: Tenant, in_conflict: Collection[str] = ()) -> dict[str, Value]:
    """The fields where the row means something else than `base`, with the value to send.

    Fields in conflict are left out: they wait for a decision, and so does what says one thing with one of them, or
    Robaws would get half of each side's address. A value is sent in its normal form.
    """
    waiting = together(in_conflict)
    place = Place(row["country_code"], tenant.default_country)
    base = full_base(row["base"])
    return {
        column: clean(column, row[column], place).value
        for column in COLUMNS
        if column not in waiting and not same(column, row[column], base[column], place)
    }
