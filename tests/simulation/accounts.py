"""The ledger's lines of every row and client, kept up to date by looking at both sides."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection

from bconnect.customers.fields import COLUMNS, FLAGS, Place, Value, same
from bconnect.customers.models import Customer
from bconnect.sync.mapping import Tenant, UnusableRecordError, project
from bconnect.sync.models import Change, Merge, MergedCustomer
from robaws.records import ABSENT
from tests.simulation.ledger import HERE, THERE, Ledger, Line, Version, Violation
from tests.simulation.setup import Setup

DERIVED = {"parts": ("address",), "lines": ("street", "street_number")}
DERIVED_COUNTRY = {"code": ("country",), "name": ("country_code",), "national": ("country",)}
Versions = dict[str, list[Version]]
READ = ("id", "robaws_client_id", "base", "gone_at", *COLUMNS)


@dataclass(slots=True)
class TakingBack:
    """A run is being taken back; `noted` is the last change of that kind the ledger knows."""

    run: int
    noted: int


class Accounts:
    """Lines by row and by client. A row of ours and its client in Robaws share their lines' two halves.

    An address is three columns and a country two, and Robaws holds each as one: people here write some of
    them only (`Setup.address`, `Setup.country`), and the others, made of those, have no account.
    """

    def __init__(self, setup: Setup, tenant: Tenant) -> None:
        derived = (*DERIVED[setup.address], *DERIVED_COUNTRY[setup.country], *(() if setup.knows_active else FLAGS))
        self.columns = tuple(column for column in COLUMNS if column not in derived)
        self._tenant = tenant
        self.ledger = Ledger(lambda column, a, b: same(column, a, b, self._place), setup.policy)
        self._place = Place("BE", tenant.default_country)
        self._there: dict[str, Versions] = defaultdict(_no_lines)
        self._here: dict[int, Versions] = defaultdict(_no_lines)
        self._common: dict[int, Versions] = defaultdict(_no_lines)
        self.client_of: dict[int, str] = {}
        self.doomed: set[int] = set()
        self.taking_back: TakingBack | None = None
        self.gave_way: Callable[[int, int], None] = lambda pk, heir: None

    def line(self, pk: int | None, client_id: str | None, column: str) -> Line:
        return Line(
            self._here[pk][column] if pk is not None else [],
            self._there[client_id][column] if client_id is not None else [],
            self._common[pk][column] if pk is not None else [],
        )

    # --- Robaws' side ---------------------------------------------------------------------------------

    def values_there(self, record: dict[str, Any]) -> dict[str, Value] | None:
        """A record as our columns, without those it does not mention. None where it can't be a customer."""
        try:
            values = project(record, self._tenant).values
        except UnusableRecordError:
            return None
        return {column: value for column, value in values.items() if value is not ABSENT}

    def wrote_there(self, client_id: str, record: dict[str, Any]) -> None:
        """A person has made the client so."""
        values = self.values_there(record) or {}
        pks = self._rows_of(client_id)
        for column in self.columns:
            first = self.line(pks[0] if pks else None, client_id, column)
            if not first.there and column not in FLAGS:
                values.setdefault(column, None)
            if column in values:
                self.ledger.write(first, column, THERE, values[column])
                for pk in pks[1:]:
                    self.ledger.meet(self.line(pk, client_id, column), column)

    def sent_there(self, pk: int, client_id: str, record: dict[str, Any], where: str) -> None:
        """The sync has made the client so, out of this row."""
        values = self.values_there(record) or {}
        for column in self.columns:
            line = self.line(pk, client_id, column)
            if not line.there and column not in FLAGS:
                values.setdefault(column, None)
            if column in values:
                self.ledger.arrived(line, column, THERE, values[column], f"{where} to client {client_id}")

    # --- our side -------------------------------------------------------------------------------------

    def wrote_here(self, pk: int, columns: dict[str, Value], rests_on: frozenset[int] = frozenset()) -> None:
        client_id = self.client_of.get(pk)
        for column, value in columns.items():
            if column in self.columns:
                self.ledger.write(self.line(pk, client_id, column), column, HERE, value, rests_on)

    def look_here(self, where: str) -> None:
        """See what the sync has done to our rows."""
        if self.taking_back is not None:
            self._note_taken_back(self.taking_back, where)
        rows = _rows()
        for pk in self._here.keys() - rows.keys():
            self._bequeath(pk, rows)
        for pk, row in rows.items():
            self._look_at(pk, row, where)
        for pk in self._here.keys() - rows.keys():
            self._vanished(pk, rows, where)

    def _look_at(self, pk: int, row: dict[str, Any], where: str) -> None:
        self._place = Place(row["country_code"], self._tenant.default_country)
        client_id = row["robaws_client_id"]
        known = self.client_of.get(pk)
        if not client_id.startswith("NEW_"):
            if known is not None and known != client_id:
                raise Violation(f"{where}: row {pk} was client {known} and became {client_id}")
            self.client_of[pk] = client_id
        for column in self.columns:
            line = self.line(pk, self.client_of.get(pk), column)
            if column in FLAGS and not line.there:
                continue
            if column in FLAGS and row["gone_at"]:
                # What is gone is inactive: the sync may say so, and nothing is lost by it.
                if line.here and line.here[-1].value != row[column]:
                    self.ledger.yielded(line, row[column], frozenset())
                continue
            self.ledger.arrived(line, column, HERE, row[column], f"{where}, row {pk} ({client_id})")
            self.ledger.known_base(line, column, (row["base"] or {}).get(column))

    def _bequeath(self, pk: int, rows: dict[int, dict[str, Any]]) -> None:
        """What was written into a row that has given way, and stands in its heir now, counts as written there."""
        client_id = self.client_of.get(pk)
        for heir, row in rows.items():
            if client_id is None or row["robaws_client_id"] != client_id:
                continue
            for column in self.columns:
                mine, now = self._here[pk][column][-1:], self._here[heir][column][-1:]
                if mine and now and mine[0].written and same(column, mine[0].value, row[column], self._place):
                    seen = mine[0].seen | now[0].seen
                    self._here[heir][column].append(Version(row[column], seen, written=True))

    def _vanished(self, pk: int, rows: dict[int, dict[str, Any]], where: str) -> None:
        """A row goes because somebody wants that, or gives way to the row its client is of, and takes no edit along."""
        client_id = self.client_of.get(pk)
        if pk in self.doomed:
            del self._here[pk]
            self.client_of.pop(pk, None)
            self._common.pop(pk, None)
            return
        heirs = [row for other, row in rows.items() if client_id and self.client_of.get(other) == client_id]
        if not heirs:
            raise Violation(f"{where}: row {pk} ({client_id}) has vanished")
        self.gave_way(pk, heirs[0]["id"])
        for column in self.columns:
            line = self.line(pk, client_id, column)
            if line.here and line.there and self.ledger.is_waiting(line, column, HERE):
                mine, theirs = line.here[-1].value, line.there[-1].value
                is_overruled = self.ledger.policy == "robaws" and self.same(column, theirs, heirs[0][column])
                if not is_overruled and not same(column, mine, heirs[0][column], self._place):
                    raise Violation(f"{where}: row {pk} ({client_id}) vanished with its edit of {column}: {mine!r}")
        del self._here[pk], self.client_of[pk]
        self._common.pop(pk, None)

    # --- rows that rest, and changes taken back ---------------------------------------------------------

    def same(self, column: str, one: Value, other: Value) -> bool:
        return same(column, one, other, self._place)

    def set_aside(self, pk: int) -> tuple[str | None, Versions, Versions]:
        """The row's lines, which it has no more: it was merged into another one."""
        return self.client_of.pop(pk, None), self._here.pop(pk), self._common.pop(pk, None) or _no_lines()

    def bring_back(self, pk: int, client_id: str | None, here: Versions, common: Versions | None) -> None:
        self._here[pk], self._common[pk] = here, common or _no_lines()
        if client_id is not None:
            self.client_of[pk] = client_id

    def _note_taken_back(self, now: TakingBack, where: str) -> None:
        """What a person has put back: nothing that somebody wrote since, and nothing that never stood there."""
        for change in Change.objects.filter(pk__gt=now.noted, source=Change.Source.UNDO).order_by("id"):
            now.noted, pk, column = change.pk, change.customer_id, change.field
            if column not in self.columns:
                continue
            line = self.line(pk, self.client_of.get(pk), column)
            here = line.here
            of_run = Change.objects.filter(run=now.run, customer=pk, field=column).exclude(pk__in=changes_of_merged())
            if not any(self.same(column, here[-1].value, each.new) for each in of_run):
                raise Violation(f"{where}: {column} {here[-1].value!r} of row {pk} is not what run {now.run} brought")
            # It may have been another client, which a merge has deleted.
            former = MergedCustomer.objects.filter(customer_number=pk).values_list("robaws_client_id", flat=True)
            there = [*line.there, *(each for client_id in former for each in self._there[client_id][column])]
            at_first = [Version(True)] if column in FLAGS else []  # a customer made here is active, and nobody says so
            if not any(self.same(column, change.new, each.value) for each in (*at_first, *here, *there)):
                raise Violation(f"{where}: {column} of row {pk} is put back to {change.new!r}, which never stood there")
            self.wrote_here(pk, {column: change.new})

    def _rows_of(self, client_id: str) -> list[int]:
        return [pk for pk, known in self.client_of.items() if known == client_id]


def _rows() -> dict[int, dict[str, Any]]:
    """Our rows by number. By SQL: it is asked dozens of times a case, and the ORM takes longer than all the rest."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(READ)} FROM {Customer._meta.db_table}")
        rows = [dict(zip(READ, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["base"] = orjson.loads(row["base"]) if isinstance(row["base"], str) else row["base"]
        row |= {flag: bool(row[flag]) for flag in FLAGS}
    return {row["id"]: row for row in rows}


def changes_of_merged() -> list[int]:
    """The changes that a merge has brought into another customer's history."""
    standing = MergedCustomer.objects.exclude(merge__state=Merge.State.UNDONE)
    return [number for moved in standing.values_list("moved", flat=True) for number in moved["changes"]]


def _no_lines() -> Versions:
    return {column: [] for column in COLUMNS}
