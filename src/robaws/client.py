"""Which calls does Robaws know? One method per endpoint, with its source; shapes checked, no decisions."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit

from robaws.errors import BadAnswer, RobawsError
from robaws.limiter import Mode
from robaws.records import Json, Record, client_id
from robaws.transport import Reply, Transport

CLIENTS = "/api/v2/clients"
WEBHOOK_ENDPOINTS = "/api/v2/webhook-endpoints"
LARGEST_PAGE = 100
_WHOLE = {"include": "extraFields"}
"""Without it an answer may leave the custom fields out, to a write too: then nothing tells whether it was made."""


class PatchForm(enum.Enum):
    """The ways to say a change; which one a tenant takes is found out by UnsupportedMediaType."""

    MERGE = "application/merge-patch+json"  # RFC 7396: the given members change, null clears
    JSON_PATCH = "application/json-patch+json"  # RFC 6902: a list of operations
    PLAIN = "application/json"  # the body of MERGE under the plain type; seen to work on /clients


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    `items` as they came, possibly odd; `size` the size Robaws used, the totals and `date` (Robaws' clock)
    only where it tells them.
    """

    items: list[Any]
    number: int
    size: int | None = None
    total_items: int | None = None
    total_pages: int | None = None
    date: datetime | None = None
    ids: list[str | None] = field(init=False, repr=False, compare=False)
    """The id of each item, None where it has none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", [client_id(item) for item in self.items])


class RobawsClient:
    """The clients and webhook endpoints of one tenant. Every method raises RobawsError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repeats included."""
        return self._transport.requests

    def soon(self, seconds: float) -> float:
        """The time so many seconds from now, or later where requests are further apart: a `best_before`."""
        return self._transport.soon(seconds)

    def wait_after(self, error: RobawsError, attempt: int) -> None:
        """The pause after a request that failed so for the `attempt`th time."""
        self._transport.wait_after(error, attempt)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def list_clients(
        self,
        page: int = 0,
        size: int = LARGEST_PAGE,
        sort: str = "id:asc",
        updated_from: datetime | None = None,
        filters: Mapping[str, str] | None = None,
        mode: Mode = Mode.REPLICA,
    ) -> Page:
        """One page of clients with their extra fields. `updated_from` (aware): updatedAt >= it.

        Source: Robaws, "API filtering, paging & sorting"; replica for bulk reads: "API rate limiting".
        """
        params = {"page": str(page), "size": str(size), "sort": sort, **_WHOLE}
        if updated_from is not None:
            params["updatedFrom"] = wire_timestamp(updated_from)
        reply = self._transport.request("GET", CLIENTS, params={**params, **(filters or {})}, mode=mode)
        return _page(reply, page)

    def get_client(self, client_id: str, mode: Mode = Mode.LIVE) -> Record:
        """One client with its extra fields; Absent where Robaws knows none. Source: "Robaws API"."""
        reply = self._transport.request("GET", _client_path(client_id), params=_WHOLE, mode=mode)
        return _record(reply, f"GET {_client_path(client_id)}")

    def create_client(self, body: Record) -> Record:
        """Create a client and give it as Robaws keeps it: at least its id, perhaps nothing else.

        After TimedOut, ConnectionLost or ServerFailure it may exist: search before creating again.
        Source: Robaws, "Creating a client/lead from a website form".
        """
        reply = self._transport.request("POST", CLIENTS, params=_WHOLE, json=body)
        made = _id_in_location(reply) if reply.json is None else None
        return {"id": made} if made else _record(reply, f"POST {CLIENTS}")

    def patch_client(
        self,
        client_id: str,
        changes: Record | list[Record],
        form: PatchForm = PatchForm.MERGE,
        best_before: float | None = None,
    ) -> Record | None:
        """Change a client; gives it as kept now, or None where Robaws answers with nothing.

        `changes`: a dict for MERGE and PLAIN, a list of operations for JSON_PATCH. What may have been applied is not
        repeated by itself: done twice, an operation may be another one, and a merge would undo what somebody changed
        in between. MERGE and PLAIN, which guard nothing, are sent once and until `best_before` (see `soon`) or not at
        all. Raises UnsupportedMediaType where the tenant takes another form. Source: Robaws, "Updating information
        (PUT vs PATCH)".
        """
        path = _client_path(client_id)
        reply = self._transport.request(
            "PATCH", path, params=_WHOLE, json=changes, content_type=form.value,
            best_before=None if form is PatchForm.JSON_PATCH else best_before,
        )  # fmt: skip
        return None if reply.json is None else _record(reply, f"PATCH {path}")

    def delete_client(self, client_id: str) -> None:
        """Delete a client; Absent where it is gone (also by a lost first try). Source: "Robaws API"."""
        self._transport.request("DELETE", _client_path(client_id), retry=True)

    def list_webhook_endpoints(self) -> list[Record]:
        """The registered endpoints, without their secrets. Admin users only. Source: Robaws, "Webhooks"."""
        reply = self._transport.request("GET", WEBHOOK_ENDPOINTS)
        return [item for item in _items(reply, WEBHOOK_ENDPOINTS) if isinstance(item, dict)]

    def create_webhook_endpoint(self, url: str, events: Sequence[str]) -> Record:
        """Register an address; the answer holds `id` and, this once, `secret`. Source: Robaws, "Webhooks"."""
        reply = self._transport.request("POST", WEBHOOK_ENDPOINTS, json={"url": url, "events": list(events)})
        return _record(reply, f"POST {WEBHOOK_ENDPOINTS}")

    def delete_webhook_endpoint(self, endpoint_id: str) -> None:
        """Remove a registration; Absent where there is none. Source: Robaws, "Webhooks"."""
        self._transport.request("DELETE", f"{WEBHOOK_ENDPOINTS}/{_quoted(endpoint_id)}", retry=True)


def wire_timestamp(moment: datetime) -> str:
    """An aware time as Robaws writes it: `2020-12-17T13:35:00.000Z` (milliseconds, cut, not rounded)."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone: give an aware time")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _id_in_location(reply: Reply) -> str | None:
    """The id of what was created, where an empty answer only says where it is."""
    before, _, last = urlsplit(reply.headers.get("Location") or "").path.rstrip("/").rpartition("/")
    return unquote(last) or None if before.endswith(CLIENTS) else None


def _client_path(client_id: str) -> str:
    return f"{CLIENTS}/{_quoted(client_id)}"


def _quoted(identifier: str) -> str:
    # An empty id, or dots, would name the list itself: a DELETE must never go there.
    if not identifier.strip() or set(identifier) <= {"."}:
        raise ValueError(f"{identifier!r} is no id")
    return quote(identifier, safe="")


def _record(reply: Reply, name: str) -> Record:
    if not isinstance(reply.json, dict):
        raise BadAnswer(
            f"{name} answered with {_kind(reply.json)} where one record was expected: check the base URL",
            retry_helps=False,
        )
    return reply.json


def _items(reply: Reply, path: str) -> list[Any]:
    answer = reply.json
    items = answer.get("items") if isinstance(answer, dict) else answer
    if not isinstance(items, list):
        raise BadAnswer(
            f"GET {path} answered with {_kind(answer)} without a list under 'items': check the base URL",
            retry_helps=False,
        )
    return items


def _page(reply: Reply, number: int) -> Page:
    items = _items(reply, CLIENTS)
    told = reply.json if isinstance(reply.json, dict) else {}
    return Page(
        items=items,
        number=number,
        size=_count(told.get("size")),
        total_items=_count(told.get("totalItems")),
        total_pages=_count(told.get("totalPages")),
        date=reply.date,
    )


def _count(value: Json) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _kind(answer: Json) -> str:
    return "nothing" if answer is None else f"a {type(answer).__name__}"
