"""What a merge would do: who survives, and field by field whose value it keeps. Pure: rows in, a plan out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from bconnect.customers.duplicates.names import read_name
from bconnect.customers.fields import BY_COLUMN, COLUMNS, COUNTRY, FLAGS, LINE, Value
from bconnect.customers.models import NEW_ID_PREFIX
from bconnect.sync.address import TOGETHER, handed_over
from robaws.records import ABSENT, read

Row = Mapping[str, Any]


class CannotMergeError(Exception):
    """These can't be merged; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One field: every customer's value by client id, whose is kept, and that value.

    Of an address it is the one that the customer's own edits make of it: its columns may not all say it yet.
    """

    column: str
    values: Mapping[str, Value]
    taken_from: str
    value: Value

    @property
    def differs(self) -> bool:
        return len(set(self.values.values())) > 1


@dataclass(frozen=True, slots=True)
class Plan:
    """`token` stands for all the values the plan was made from."""

    survivor_id: str
    other_ids: tuple[str, ...]
    choices: tuple[Choice, ...]
    token: str
    without_flag: tuple[str, ...] = ()
    """Those, the survivor too, whose records in Robaws do not say if they are active: they can't be deactivated."""

    @property
    def stay_active(self) -> tuple[str, ...]:
        """Those of the others that can only be left in Robaws as they are, or be deleted."""
        return tuple(each for each in self.other_ids if each in self.without_flag)

    @property
    def changes(self) -> dict[str, Value]:
        """What the survivor takes over."""
        return {each.column: each.value for each in self.choices if each.value != each.values[self.survivor_id]}


def plan(rows: Sequence[Row], survivor_id: str, taken: Mapping[str, str]) -> Plan:
    """Merge `rows` into the one with `survivor_id`.

    `taken` says whose value (a client id) a column gets; elsewhere the survivor's stays, and what it lacks is
    filled from the others, the best kept first. Columns that say one thing are of one customer. A row's
    `untouched` columns are those of `written`. Raises CannotMergeError.
    """
    by_id = {row["robaws_client_id"]: row for row in rows}
    _check(by_id, survivor_id, taken)
    survivor = by_id[survivor_id]
    others = [row for row in by_importance(rows) if row is not survivor]
    home = _address_from(survivor, others)
    taken = {**taken, **_whole(LINE, by_id, taken), **_whole(COUNTRY, by_id, taken)}
    choices = tuple(_choice(column, survivor, others, taken, home) for column in COLUMNS)
    without_flag = tuple(each for each, row in by_id.items() if is_in_robaws(row) and not _shows_active(row))
    return Plan(survivor_id, tuple(row["robaws_client_id"] for row in others), choices, token(rows), without_flag)


def is_in_robaws(row: Row) -> bool:
    return not row["gone_at"] and not row["robaws_client_id"].startswith(NEW_ID_PREFIX)


def _shows_active(row: Row) -> bool:
    """Whether its record, as last seen, has the member by which a client is deactivated."""
    record = row["metadata"]
    return isinstance(record, dict) and any(
        read(record, path) not in (ABSENT, None) for path in BY_COLUMN["is_active"].paths
    )


def by_importance(rows: Sequence[Row], intakes: Mapping[str, int] | None = None) -> list[Row]:
    """The suggested survivor first: known to Robaws, with most intakes, best filled, active, oldest."""
    counts = intakes or {}

    def rank(row: Row) -> tuple[Any, ...]:
        client_id = row["robaws_client_id"]
        filled = sum(not is_blank(column, row[column]) for column in COLUMNS)
        is_new = client_id.startswith(NEW_ID_PREFIX)
        return is_new, not row["is_active"], -counts.get(client_id, 0), -filled, _age(row), row["id"]

    return sorted(rows, key=rank)


def is_blank(column: str, value: Value) -> bool:
    """Whether it says nothing; a name says nothing where it is a placeholder."""
    return read_name(str(value)) is None if column == "name" and value else value in (None, "")


def token(rows: Sequence[Row]) -> str:
    """Changes when a synced value of any of these changes."""
    seen = sorted((row["id"], row["robaws_client_id"], *(repr(row[column]) for column in COLUMNS)) for row in rows)
    return blake2b(repr(seen).encode(), digest_size=12).hexdigest()


def _check(by_id: Mapping[str, Row], survivor_id: str, taken: Mapping[str, str]) -> None:
    if survivor_id not in by_id:
        raise CannotMergeError(f"there is no customer {survivor_id} here")
    if len(by_id) < 2:
        raise CannotMergeError("a merge needs a second customer")
    if by_id[survivor_id]["gone_at"]:
        raise CannotMergeError(f"customer {survivor_id} is gone from Robaws: merge into another one")
    known = [each for each, row in by_id.items() if is_in_robaws(row)]
    if survivor_id.startswith(NEW_ID_PREFIX) and known:
        raise CannotMergeError(f"Robaws does not know {survivor_id} yet: merge into {known[0]}, which it knows")
    for column, client_id in taken.items():
        if column not in COLUMNS:
            raise CannotMergeError(f"there is no field {column!r}; there are {', '.join(COLUMNS)}")
        if client_id not in by_id:
            raise CannotMergeError(f"{column} can't be taken from {client_id}, which is not among those to be merged")


def _choice(column: str, survivor: Row, others: Sequence[Row], taken: Mapping[str, str], home: Row) -> Choice:
    values = {row["robaws_client_id"]: row[column] for row in (survivor, *others)}
    source = taken.get(column) or _default(column, survivor, others, home)["robaws_client_id"]
    if column not in TOGETHER or source == survivor["robaws_client_id"]:
        return Choice(column, values, source, values[source])
    giver = next(row for row in others if row["robaws_client_id"] == source)
    return Choice(column, values, source, handed_over(giver, giver.get("untouched", ()))[column])


def _whole(columns: Sequence[str], by_id: Mapping[str, Row], taken: Mapping[str, str]) -> dict[str, str]:
    """Whose all of these are, where somebody chose one of them. Raises CannotMergeError where no one has them all."""
    chosen = {column: taken[column] for column in columns if column in taken}
    for client_id in dict.fromkeys(chosen.values()):
        if all(by_id[client_id][column] == by_id[other][column] for column, other in chosen.items()):
            return dict.fromkeys(columns, client_id)
    if chosen:
        labels = ", ".join(BY_COLUMN[column].label.lower() for column in columns)
        raise CannotMergeError(f"{labels} say one thing: take all of them from one customer")
    return {}


def _default(column: str, survivor: Row, others: Sequence[Row], home: Row) -> Row:
    if column in TOGETHER:
        return home
    if column in FLAGS or not is_blank(column, survivor[column]):
        return survivor
    return next((row for row in others if not is_blank(column, row[column])), survivor)


def _address_from(survivor: Row, others: Sequence[Row]) -> Row:
    if _has_address(survivor):
        return survivor
    return next((row for row in others if _has_address(row)), survivor)


def _has_address(row: Row) -> bool:
    return any(row[column] for column in ("street", "address", "city", "postal_code"))


def _age(row: Row) -> str:
    """When Robaws made it, as far as that is known, else when it came here."""
    told = (row["metadata"] or {}).get("createdAt") if isinstance(row["metadata"], dict) else None
    made: datetime | None = row.get("created_at")
    return str(told or (made.isoformat() if made else "9"))
