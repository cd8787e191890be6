"""Which clients a list request asks for (Robaws, "API filtering, paging & sorting")."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from robaws.simulator.client_record import MEMBERS
from robaws.simulator.messages import JsonObject, Problem
from robaws.simulator.roster import Entry, Roster
from robaws.simulator.stamps import epoch_ms

LARGEST_PAGE = 100
_CONTROLS = frozenset({"page", "size", "sort", "updatedFrom", "include", "database-mode"})
_UNSORTABLE = frozenset({"address", "extraFields", "contacts"})
_BY_ID = (("id", True),)
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Query:
    """`sort` holds (member, ascending); `filters` (member or `extraFields[Name]`, text)."""

    page: int = 0
    size: int = 10
    sort: tuple[tuple[str, bool], ...] = _BY_ID
    updated_from_ms: int | None = None
    include: frozenset[str] = frozenset()
    filters: tuple[tuple[str, str], ...] = ()


def parse(pairs: list[tuple[str, str]], *, largest_page: int = LARGEST_PAGE) -> Query:
    """The query of a list request. A size over the largest is cut down; anything else that is odd is refused.

    Raises: Problem 400 naming the parameter.
    """
    given = dict(pairs)
    since = given.get("updatedFrom")
    since_ms = epoch_ms(since)
    if since is not None and since_ms is None:
        raise Problem(400, f"updatedFrom is no time: {since!r}; write 2020-12-17T13:35:00.000Z")
    return Query(
        page=_number(given, "page", default=0, least=0),
        size=min(_number(given, "size", default=10, least=1), largest_page),
        sort=_sort(given.get("sort", "")),
        updated_from_ms=since_ms,
        include=parse_include(given.get("include", "")),
        filters=tuple((name, text) for name, text in pairs if _is_filter(name)),
    )


def parse_include(text: str) -> frozenset[str]:
    return frozenset(filter(None, (name.strip() for name in text.split(","))))


class Selection:
    """Finds the entries of a query in one roster, and keeps the last few answers until the roster changes."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self._kept: dict[tuple[Any, ...], list[Entry]] = {}
        self._version = roster.version

    def find(self, query: Query) -> list[Entry]:
        """All pages of the query in order; to be read only."""
        if query.sort == _BY_ID and query.updated_from_ms is None and not query.filters:
            return self.roster.ordered
        if self._version != self.roster.version or len(self._kept) > _KEPT:
            self._kept, self._version = {}, self.roster.version
        asked = (query.sort, query.updated_from_ms, query.filters)
        if asked not in self._kept:
            self._kept[asked] = _select(self.roster, query)
        return self._kept[asked]


def _number(given: dict[str, str], name: str, *, default: int, least: int) -> int:
    text = given.get(name, str(default))
    if not text.isdecimal() or int(text) < least:
        raise Problem(400, f"{name} must be a whole number from {least}, not {text!r}")
    return int(text)


def _sort(text: str) -> tuple[tuple[str, bool], ...]:
    order = []
    for part in filter(None, text.split(",")):
        name, _, direction = part.partition(":")
        if name not in MEMBERS - _UNSORTABLE or direction not in ("", "asc", "desc"):
            raise Problem(400, f"Can not sort by {part!r}")
        order.append((name, direction != "desc"))
    return tuple(order) or _BY_ID


def _is_filter(name: str) -> bool:
    if name in _CONTROLS:
        return False
    if name in MEMBERS or (name.startswith("extraFields[") and name.endswith("]")):
        return True
    raise Problem(400, f"Can not filter by {name!r}")


def _select(roster: Roster, query: Query) -> list[Entry]:
    found = roster.ordered
    since_ms = query.updated_from_ms
    if since_ms is not None:
        found = [entry for entry in found if entry.updated_ms >= since_ms]
    for name, text in query.filters:
        found = [entry for entry in found if _matches(entry.record, name, text)]
    for name, ascending in reversed(query.sort):
        found = sorted(found, key=_sort_key(name), reverse=not ascending)
    return found


def _matches(record: JsonObject, name: str, text: str) -> bool:
    value: Any = record.get(name)
    if name.startswith("extraFields["):
        field = (record.get("extraFields") or {}).get(name[len("extraFields[") : -1])
        value = _value_of(field)
    if isinstance(value, bool):
        return text.lower() == str(value).lower()
    return value is not None and str(value) == text


def _value_of(field: Any) -> Any:
    if not isinstance(field, dict):
        return field
    return next((value for name, value in field.items() if name.endswith("Value")), None)


def _sort_key(name: str) -> Callable[[Entry], Any]:
    """Ids in numeric order, times as times, texts without regard to case, what is missing last."""
    if name == "id":
        return lambda entry: entry.number
    if name == "updatedAt":
        return lambda entry: entry.updated_ms

    def key(entry: Entry) -> tuple[bool, str]:
        value = entry.record.get(name)
        return value is None, str(value).casefold()

    return key
