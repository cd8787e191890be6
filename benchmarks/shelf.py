"""The stand-in's client list: encoded once, cut into pages, each page kept."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from benchmarks.patches import StaleError, patched

LIST = "/api/v2/clients"
_ORDERS = {"id": "id", "updatedAt": "updated"}


class Shelf:
    """Clients by ascending id; answers as Robaws does for `page`, `size`, `sort` and `updatedFrom`."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        self._encoded: dict[int, bytes] = {}
        self._updated: dict[int, datetime] = {}
        self._lists: dict[tuple[str, str], list[int]] = {}
        self._pages: dict[str, bytes] = {}
        for record in records:
            self._put(record)

    def __len__(self) -> int:
        return len(self._encoded)

    def answer(self, path: str, query: str) -> tuple[int, bytes]:
        """Status and body of a GET; a parameter the stand-in does not know is a 400, never ignored."""
        if path != LIST:
            found = self._encoded.get(_number(path.removeprefix(f"{LIST}/")))
            return (200, found) if found else (404, b'{"message":"Not found"}')
        if query not in self._pages:
            try:
                self._pages[query] = self._page(dict(parse_qsl(query)))
            except (KeyError, ValueError) as error:
                return 400, json.dumps({"message": f"the stand-in cannot answer {query}: {error!r}"}).encode()
        return 200, self._pages[query]

    def touch(self, count: int, now: datetime) -> None:
        """Change the name of `count` clients spread over the list, as somebody at Robaws would."""
        step = max(1, len(self._encoded) // count)
        for number in list(self._encoded)[: step * count : step]:
            record = json.loads(self._encoded[number])
            self._put(record | {"name": f"{record['name']} (renamed)", "updatedAt": _stamp(now)})
        self._pages.clear()
        self._lists.clear()

    def patch(self, path: str, body: bytes, now: datetime) -> tuple[int, bytes]:
        """Status and body of a PATCH of one client."""
        number = _number(path.removeprefix(f"{LIST}/"))
        if number not in self._encoded:
            return 404, b'{"message":"Not found"}'
        try:
            record = patched(json.loads(self._encoded[number]), json.loads(body))
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
        return sum((json.loads(each).get("address") or {}).get("city") == city for each in self._encoded.values())

    def _put(self, record: dict[str, Any]) -> None:
        number = int(record["id"])
        self._encoded[number] = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
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
        items = b",".join(self._encoded[number] for number in numbers[page * size : (page + 1) * size])
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


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
