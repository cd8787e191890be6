"""The clients of one database, as encoded bytes in the order of their ids: a page is a slice, joined.

Bytes and not objects: a million clients take about 1 GB as bytes and more than four as dictionaries.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from robaws.simulator.messages import JsonObject
from robaws.simulator.stamps import epoch_ms

WITH_EXTRA_FIELDS = frozenset({"extraFields"})
ASSOCIATIONS = ("extraFields", "contacts")


class Entry:
    """One version of one client. Never changed: a change puts a new entry in its place."""

    __slots__ = ("bare", "body", "number", "updated_ms")

    def __init__(self, record: JsonObject) -> None:
        """Raises: ValueError when the record's id is not a decimal number."""
        self.number = _number(record)
        self.body = _encoded(record)
        self.updated_ms = epoch_ms(record.get("updatedAt")) or 0
        self.bare: bytes | None = None

    @property
    def record(self) -> JsonObject:
        """A fresh copy: whoever changes it changes nothing here."""
        decoded: JsonObject = orjson.loads(self.body)
        return decoded

    def shown(self, include: frozenset[str]) -> bytes:
        """The client as JSON, with no associations but the included ones."""
        if include == WITH_EXTRA_FIELDS and b'"contacts":' not in self.body:
            return self.body
        if include:
            return orjson.dumps(_with_associations(self.record, include))
        if self.bare is None:
            self.bare = _encoded(_with_associations(self.record, include))
        return self.bare


class Roster:
    """Entries by number. `version` counts the changes: what was derived from it holds until the next one."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._by_number = {entry.number: entry for entry in entries}
        self._numbers = sorted(self._by_number)
        self._ordered = [self._by_number[number] for number in self._numbers]
        self.version = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._ordered)

    @property
    def ordered(self) -> list[Entry]:
        """In ascending order of their ids; to be read only."""
        return self._ordered

    @property
    def highest(self) -> int:
        return self._numbers[-1] if self._numbers else 0

    def get(self, client_id: str) -> Entry | None:
        return self._by_number.get(int(client_id)) if client_id.isdecimal() else None

    def put(self, entry: Entry) -> None:
        place = bisect_left(self._numbers, entry.number)
        if entry.number in self._by_number:
            self._ordered[place] = entry
        else:
            self._numbers.insert(place, entry.number)
            self._ordered.insert(place, entry)
        self._by_number[entry.number] = entry
        self.version += 1

    def drop(self, number: int) -> None:
        if self._by_number.pop(number, None) is not None:
            place = bisect_left(self._numbers, number)
            del self._numbers[place], self._ordered[place]
            self.version += 1

    def copy(self) -> "Roster":
        return Roster(self._ordered)


class Clients(Mapping[str, JsonObject]):
    """Read access to the live clients; every record handed out is a copy."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def __getitem__(self, client_id: str) -> JsonObject:
        entry = self._roster.get(client_id)
        if entry is None:
            raise KeyError(client_id)
        return entry.record

    def __iter__(self) -> Iterator[str]:
        return (str(entry.number) for entry in list(self._roster))

    def __len__(self) -> int:
        return len(self._roster)


def _encoded(record: JsonObject) -> bytes:
    """A copy: what orjson gives keeps the several KB that it had set aside, for as long as it lives."""
    return bytes(memoryview(orjson.dumps(record)))


def _number(record: JsonObject) -> int:
    value: Any = record.get("id")
    if isinstance(value, bool) or not str(value).isdecimal():
        raise ValueError(f"A client's id must be a decimal number, not {value!r}")
    return int(value)


def _with_associations(record: JsonObject, include: frozenset[str]) -> JsonObject:
    for name in ASSOCIATIONS:
        if name not in include:
            record.pop(name, None)
        elif name not in record:
            record[name] = {} if name == "extraFields" else []
    return record
