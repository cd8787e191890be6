"""The stand-in's client list: encoded once, cut into pages, each page kept; beyond `KEPT` clients nothing is."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from benchmarks.data import Clients
from benchmarks.patches import StaleError, patched

LIST = "/api/v2/clients"
KEPT = 100_000
"""Clients up to which all records and pages are kept ready. A million of them, twice, would take some 4 GB."""
_ORDERS = {"id": "id", "updatedAt": "updated"}


class Shelf:
    """Clients by ascending id; answers as Robaws does for `page`, `size`, `sort` and `updatedFrom`."""

    def __init__(self, clients: Clients, kept: int = KEPT) -> None:
        self._clients = clients
        self._encoded: dict[int, bytes] = {}  # all of them, or where they are too many, those that were changed
        self._lists: dict[tuple[str, str], list[int]] = {}
        self._pages: dict[str, bytes] = {}
        moments: dict[str, datetime] = {}  # copies share their original's
        self._updated: dict[int, datetime] = {}
        for number in clients:
            stamp = clients.original(number)["updatedAt"]
            self._updated[number] = moments.setdefault(stamp, datetime.fromisoformat(stamp))
        self._keeps = len(clients) <= kept
        if self._keeps:
            self._encoded = {number: _encode(clients.record(number)) for number in clients}

    def __len__(self) -> int:
        return len(self._updated)

    def answer(self, path: str, query: str) -> tuple[int, bytes]:
        """Status and body of a GET; a parameter the stand-in does not know is a 400, never ignored."""
        if path != LIST:
            number = _number(path.removeprefix(f"{LIST}/"))
            return (200, self._bytes(number)) if number in self._updated else (404, b'{"message":"Not found"}')
        page = self._pages.get(query)
        if page is None:
            try:
                page = self._page(dict(parse_qsl(query)))
            except (KeyError, ValueError) as error:
                return 400, json.dumps({"message": f"the stand-in cannot answer {query}: {error!r}"}).encode()
            if self._keeps:
                self._pages[query] = page
        return 200, page

    def touch(self, count: int, now: datetime) -> None:
        """Change the name of `count` clients spread over the list, as somebody at Robaws would."""
        step = max(1, len(self) // count)
        for number in list(self._updated)[: step * count : step]:
            record = json.loads(self._bytes(number))
            self._put(record | {"name": f"{record['name']} (renamed)", "updatedAt": _stamp(now)})
        self._pages.clear()
        self._lists.clear()

    def patch(self, path: str, body: bytes, now: datetime) -> tuple[int, bytes]:
        """Status and body of a PATCH of one client."""
        number = _number(path.removeprefix(f"{LIST}/"))
        if number not in self._updated:
            return 404, b'{"message":"Not found"}'
        try:
            record = patched(json.loads(self._bytes(number)), json.loads(body))
        except StaleError as error:
            return 409, json.dumps({"message": f"{error} is another one"}).encode()
        except (KeyError, ValueError) as error:
            return 400, json.dumps({"message": f"the stand-in cannot do that: {error!r}"}).encode()
        self._put(record | {"updatedAt": _stamp(now)})
        self._pages.clear()
        self._lists.clear()
        return 200, self._encoded[number]

    def count_in(self, city: str) -> int:
        """How many clients have this city."""
        everybody = (json.loads(self._bytes(number)) for number in self._updated)
        return sum((each.get("address") or {}).get("city") == city for each in everybody)

    def _bytes(self, number: int) -> bytes:
        return self._encoded.get(number) or _encode(self._clients.record(number))

    def _put(self, record: dict[str, Any]) -> None:
        number = int(record["id"])
        self._encoded[number] = _encode(record)
        self._updated[number] = datetime.fromisoformat(record["updatedAt"])

    def _page(self, query: dict[str, str]) -> bytes:
        page, size = int(query.pop("page", "0")), min(100, int(query.pop("size", "10")))
        numbers = self._list(query.pop("sort", "id:asc"), query.pop("updatedFrom", ""))
        query.pop("include", None)
        query.pop("database-mode", None)
        if query:
            raise KeyError(*query)
        totals = {
            "totalItems": len(numbers),
            "currentPage": page,
            "size": size,
            "totalPages": -(-len(numbers) // size),
        }
        items = b",".join(map(self._bytes, numbers[page * size : (page + 1) * size]))
        return b'{"items":[' + items + b"]," + json.dumps(totals).encode()[1:]

    def _list(self, sort: str, updated_from: str) -> list[int]:
        found = self._lists.get((sort, updated_from))
        if found is None:
            since = datetime.fromisoformat(updated_from or "0001-01-01T00:00:00Z")
            found = [number for number, updated in self._updated.items() if updated >= since]
            for order in reversed(sort.split(",")):
                field, _, direction = order.partition(":")
                found.sort(key=partial(self._value, _ORDERS[field]), reverse=direction == "desc")
            self._lists[sort, updated_from] = found
        return found

    def _value(self, order: str, number: int) -> Any:
        return number if order == "id" else self._updated[number]


def _encode(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
