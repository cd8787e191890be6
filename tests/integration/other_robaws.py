"""A second stand-in for Robaws, written from what is known of the API alone, so that the product is not only held
against a stand-in that shares its author's guesses. Small, slow, and as odd as its `Habits` say.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx2

ROLE_GUID = "C965754A-0E2B-4C1D-9E53-6B1D2F7A8C04"
SECTOR_GUID = "0F1E2D3C-1111-2222-3333-444455556666"
GUIDS = {"Role": ROLE_GUID, "Sector": SECTOR_GUID}
NAMES = {guid: name for name, guid in GUIDS.items()}
TYPES = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/json": "plain",
}
Record = dict[str, Any]

STAMPS: dict[str, Callable[[datetime], str]] = {
    "milliseconds": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z",
    "seconds": lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "microseconds": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    "offset": lambda at: at.astimezone(timezone(timedelta(hours=2))).isoformat(timespec="milliseconds"),
    "colonless offset": lambda at: at.astimezone(timezone(timedelta(hours=1))).strftime("%Y-%m-%dT%H:%M:%S.%f%z"),
    "no zone": lambda at: at.replace(tzinfo=None).isoformat(timespec="milliseconds"),
}


@dataclass(frozen=True, slots=True)
class Habits:
    """What this tenant does otherwise. `ignores` are members that a PATCH answers with 200 and does not change."""

    number_ids: bool = False
    keyed_by_guid: bool = False
    stamps: str = "milliseconds"
    nulls_left_out: bool = False
    takes: tuple[str, ...] = ("json", "merge")
    other_forms: int = 415
    test_failed: int = 409
    patch_answer: str = "record"
    post_answer: str = "record"
    plain_replaces: bool = False
    ignores: tuple[str, ...] = ()
    envelope: str = "full"
    no_stamp_moved: bool = False
    custom_fields: str = "map"


class OtherRobaws:
    """`clients` is what it holds, `writes` what was sent to it: (method, path, status)."""

    def __init__(self, habits: Habits, now: Callable[[], datetime]) -> None:
        self.habits, self._now = habits, now
        self.clients: dict[str, Record] = {}
        self.writes: list[tuple[str, str, int]] = []
        self.instead: Callable[[httpx2.Request], httpx2.Response | None] = lambda request: None

    # --- a person's side ------------------------------------------------------------------------------

    def add(self, **members: Any) -> str:
        new_id = str(max((int(each) for each in self.clients), default=0) + 1)
        record = {**_blank(), **members, "id": new_id, "createdAt": self._now(), "updatedAt": self._now()}
        self.clients[new_id] = record
        return new_id

    def edit(self, client_id: str, changes: Record, *, moves_stamp: bool = True) -> None:
        self._store(client_id, _merged(self.clients[client_id], changes), moves_stamp=moves_stamp)

    # --- the API --------------------------------------------------------------------------------------

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        answer = self.instead(request) or self._answer(request)
        if request.method != "GET":
            self.writes.append((request.method, request.url.path, answer.status_code))
        return answer

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        client_id = request.url.path.removeprefix("/api/v2/clients").strip("/")
        if request.method == "POST":
            return self._create(request)
        if not client_id:
            return self._list(request.url.params)
        if client_id not in self.clients:
            return _problem(404, f"No client {client_id}")
        if request.method == "GET":
            return httpx2.Response(200, json=self.shown(self.clients[client_id]))
        if request.method == "DELETE":
            del self.clients[client_id]
            return httpx2.Response(204)
        return self._patch(client_id, request)

    def _list(self, params: httpx2.QueryParams) -> httpx2.Response:
        since = params.get("updatedFrom")
        after = datetime.fromisoformat(since) if since else datetime.min.replace(tzinfo=UTC)
        found = [each for _, each in sorted(self.clients.items(), key=lambda one: int(one[0]))]
        chosen = [each for each in found if each["updatedAt"] >= after]
        page, size = int(params.get("page", 0)), min(int(params.get("size", 10)), 100)
        items = [self.shown(each) for each in chosen[page * size : (page + 1) * size]]
        told: Any = {"items": items, "totalItems": len(chosen), "currentPage": page, "size": size}
        match self.habits.envelope:
            case "items":
                told = {"items": items}
            case "list":
                told = items
            case "text totals":
                told = {**told, "totalItems": str(len(chosen)), "totalPages": str(-(-len(chosen) // size))}
        return httpx2.Response(200, json=told)

    def _create(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content)
        if not body.get("name"):
            return _problem(400, "name: may not be empty")
        new_id = self.add()
        self.clients[new_id] = _merged(self.clients[new_id], self._by_name(body))
        location = {"Location": f"https://app.robaws.com/api/v2/clients/{new_id}"}
        shown = self.shown(self.clients[new_id])
        match self.habits.post_answer:
            case "id":
                return httpx2.Response(201, json={"id": shown["id"]})
            case "location":
                return httpx2.Response(201, headers=location)
            case "location 204":
                return httpx2.Response(204, headers={"Location": f"/api/v2/clients/{new_id}/"})
            case "empty":
                return httpx2.Response(201)
            case "wrapped":
                return httpx2.Response(201, json={"client": shown})
        return httpx2.Response(201, json=shown, headers=location)

    def _patch(self, client_id: str, request: httpx2.Request) -> httpx2.Response:
        form = TYPES[request.headers["content-type"].partition(";")[0]]
        if form not in self.habits.takes:
            if self.habits.other_forms == 200:
                return httpx2.Response(200, json=self.shown(self.clients[client_id]))
            return _problem(self.habits.other_forms, f"{form} is not taken")
        before = self.clients[client_id]
        body = json.loads(request.content)
        try:
            after = self._operated(before, body) if form == "json" else self._changed(before, body, form)
        except _TestFailedError:
            return _problem(self.habits.test_failed, "A test operation failed")
        for member in self.habits.ignores:
            after[member] = before[member]
        self._store(client_id, after, moves_stamp=not self.habits.no_stamp_moved)
        return self._patched(self.shown(self.clients[client_id]))

    def _patched(self, shown: Record) -> httpx2.Response:
        match self.habits.patch_answer:
            case "204":
                return httpx2.Response(204)
            case "200 empty":
                return httpx2.Response(200)
            case "no stamp":
                return httpx2.Response(200, json={key: value for key, value in shown.items() if key != "updatedAt"})
            case "id":
                return httpx2.Response(200, json={"id": shown["id"]})
            case "no custom fields":
                return httpx2.Response(200, json={key: value for key, value in shown.items() if key != "extraFields"})
        return httpx2.Response(200, json=shown)

    # --- its inside -----------------------------------------------------------------------------------

    def shown(self, record: Record) -> Record:
        shown = copy.deepcopy(record)
        for member in ("createdAt", "updatedAt"):
            shown[member] = STAMPS[self.habits.stamps](shown[member])
        if self.habits.number_ids:
            shown["id"] = int(shown["id"])
        if self.habits.keyed_by_guid:
            shown["extraFields"] = {GUIDS[name]: field for name, field in shown["extraFields"].items()}
        if self.habits.custom_fields == "list":
            fields = shown.pop("extraFields")
            shown["custom_fields"] = [{"name": name, "value": each["stringValue"]} for name, each in fields.items()]
        return _without_nulls(shown) if self.habits.nulls_left_out else shown

    def _store(self, client_id: str, after: Record, *, moves_stamp: bool) -> None:
        before = self.clients[client_id]
        if after != before:
            stamp = max(self._now(), before["updatedAt"]) if moves_stamp else before["updatedAt"]
            self.clients[client_id] = {**after, "id": client_id, "updatedAt": stamp}

    def _changed(self, before: Record, body: Record, form: str) -> Record:
        changes = self._by_name(body)
        if form == "plain" and self.habits.plain_replaces:
            return {**before, **changes}
        return _merged(before, changes)

    def _by_name(self, body: Record) -> Record:
        """Custom fields are found by the key they are shown under, unless that is a name: then by that alone."""
        if "extraFields" not in body:
            return body
        fields = {}
        for key, value in (body["extraFields"] or {}).items():
            name = NAMES.get(key) if self.habits.keyed_by_guid else key
            if name in GUIDS:
                fields[name] = value
        return {**body, "extraFields": fields}

    def _operated(self, before: Record, operations: list[Record]) -> Record:
        shown, after = self.shown(before), copy.deepcopy(before)
        for each in operations:
            steps = [step.replace("~1", "/").replace("~0", "~") for step in each["path"].split("/")[1:]]
            if each["op"] == "test":
                if _at(shown, steps) != each["value"]:
                    raise _TestFailedError
                continue
            if steps[0] == "extraFields" and len(steps) > 1 and self.habits.keyed_by_guid:
                steps[1] = NAMES.get(steps[1], "")
            _set(after, steps, each["value"])
        after["extraFields"] = {name: field for name, field in after["extraFields"].items() if name in GUIDS}
        return after


class _TestFailedError(Exception):
    pass


def _blank() -> Record:
    members = ("name", "email", "tel", "gsm", "website", "vatNumber", "language", "currency", "clientType", "notes")
    address = dict.fromkeys(("addressLine1", "addressLine2", "postalCode", "city", "country"))
    return {**dict.fromkeys(members), "address": address, "extraFields": {}}


def _merged(target: Any, changes: Any) -> Any:
    """RFC 7396, but that a cleared member stays, as null."""
    if not isinstance(changes, dict):
        return changes
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in changes.items():
        merged[key] = _merged(merged.get(key), value)
    return merged


def _without_nulls(value: Any) -> Any:
    """Objects of which nothing is left go too."""
    if not isinstance(value, dict):
        return value
    kept = {key: _without_nulls(member) for key, member in value.items()}
    return {key: member for key, member in kept.items() if member is not None and member != {}}


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _set(record: Record, steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        if not isinstance(record.get(step), dict):
            record[step] = {}
        record = record[step]
    record[steps[-1]] = value


def _problem(status: int, message: str) -> httpx2.Response:
    return httpx2.Response(status, json={"status": status, "message": message})
