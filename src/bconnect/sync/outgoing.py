"""What of a customer's edits goes out as things are, and what can't go and why? Pure.

A push sends it, and a page shows it before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bconnect.customers import normalise
from bconnect.customers.fields import COUNTRY, LINE, Value, same
from bconnect.sync.address import NOWHERE
from bconnect.sync.answered import shown_by
from bconnect.sync.as_one import STREET
from bconnect.sync.body import to_wire
from bconnect.sync.edits import edits
from bconnect.sync.incoming import overlaid
from bconnect.sync.mapping import Tenant
from robaws.records import ABSENT, Absent, Record, shows_extra_fields

ROLE_UNSEEN = "Robaws showed it without its custom fields; the next run tries again"


@dataclass(slots=True)
class Outgoing:
    """`line` has what street, number and address have to say before, where they say otherwise. `held` has, by column,
    why it can't be sent."""

    line: dict[str, Value]
    values: dict[str, Value]
    held: dict[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """What somebody has to be told of what is held. A role that waits is no news while the rest goes."""
        told = dict.fromkeys(self.held.values())
        return "; ".join(each for each in told if each != ROLE_UNSEEN or not self.values)


def outgoing(row: Mapping[str, Any], record: Record, tenant: Tenant, in_conflict: Mapping[str, Value]) -> Outgoing:
    """`record` is the client as last read, `in_conflict` the fields that wait, with Robaws' values."""
    values = edits(row, tenant, in_conflict)
    line = _line({**row, **in_conflict}, values, record, tenant)
    if line:
        values = edits({**row, **line}, tenant, in_conflict)
    held = _held(values, row, record)
    return Outgoing(line, {column: value for column, value in values.items() if column not in held}, held)


def unknown_code(values: Mapping[str, Value]) -> str:
    """Why the country can't be sent: no country has that code, and one that nobody can read is not none."""
    code = values.get("country_code")
    is_known = code is None or normalise.country(code).code
    return "" if is_known else f"no country has the code {code}: write one that exists"


def _line(row: Mapping[str, Any], edited: Mapping[str, Value], record: Record, tenant: Tenant) -> dict[str, Value]:
    """Robaws keeps one line for all three. Where street or number were edited, an address edited too follows them.

    All three say, before they are sent, how we shall read that line where that is otherwise: "z/n" is no number, and
    what was sent must not come back as a change.
    """
    changes = {column: edited[column] for column in LINE if column in edited}
    if not changes.keys() & {*STREET}:
        return {}
    body = to_wire(changes, {**row, **changes}, record, tenant)
    read = shown_by(overlaid(record, body), tenant) or {}
    other = {
        column: value
        for column in map(str, LINE)
        if not isinstance(value := read.get(column, ABSENT), Absent) and not same(column, value, row[column], NOWHERE)
    }
    return other if "address" in changes or other.keys() & {*STREET} else {}


def _held(values: Mapping[str, Value], row: Mapping[str, Any], record: Record) -> dict[str, str]:
    held = {}
    if values.get("name", "") is None:
        held["name"] = "a client can't be without a name: give it one"
    if why := unknown_code(values):
        held |= _each(COUNTRY, values, why)  # the name would go without its code, which would clear that
    if "role" in values and not shows_extra_fields(record) and shows_extra_fields(row["metadata"]):
        # Nothing is known of the role it has now: ours would be a write on old knowledge.
        held["role"] = ROLE_UNSEEN
    return held


def _each(columns: Iterable[str], values: Mapping[str, Value], why: str) -> dict[str, str]:
    return {column: why for column in columns if column in values}
