"""What a client record is and what a write may make of it: members, server-owned members, validation."""

from typing import Any

from robaws.simulator.extra_fields import Definitions, settled
from robaws.simulator.messages import JsonObject, Problem

TEXT_MEMBERS = (
    "logicId",
    "name",
    "email",
    "tel",
    "gsm",
    "fax",
    "website",
    "vatNumber",
    "companyNumber",
    "language",
    "currency",
    "clientType",
    "notes",
)
ADDRESS_TEXTS = ("addressLine1", "addressLine2", "postalCode", "city", "country")
SERVER_OWNED = ("id", "createdAt", "updatedAt")
MEMBERS = frozenset({*TEXT_MEMBERS, *SERVER_OWNED, "vatIdNumber", "address", "extraFields", "contacts"})
_LONGEST = {"notes": 65_535}


def blank(client_id: str, created_at: str) -> JsonObject:
    """A new client before anything is known of it."""
    texts: JsonObject = dict.fromkeys(TEXT_MEMBERS)
    address: JsonObject = {**dict.fromkeys(ADDRESS_TEXTS), "latitude": 0, "longitude": 0}
    identity = {"id": client_id, **texts, "logicId": f"K{client_id}"}
    return {
        **identity,
        "address": address,
        "extraFields": {},
        "createdAt": created_at,
        "updatedAt": created_at,
    }


def with_all_members(old: JsonObject, new: JsonObject) -> JsonObject:
    """`new` with null for each member that `old` had: a record has a fixed form, and so has its address."""
    record = {name: new.get(name) for name in old} | new
    address, before = record.get("address"), old.get("address")
    if isinstance(address, dict) and isinstance(before, dict):
        record["address"] = {name: address.get(name) for name in before} | address
    return record


def rewritten(old: JsonObject, new: Any, definitions: Definitions, *, refuse_unknown_fields: bool) -> JsonObject:
    """The record that stands after a write whose plain result is `new`.

    What is not a member of a client is ignored; id and times stay.
    Raises: Problem 400 with a message per member that is not valid.
    """
    if not isinstance(new, dict):
        raise Problem(400, "A client is a JSON object")
    known = {name: value for name, value in new.items() if name in MEMBERS or name in old}
    record = with_all_members(old, known) | {name: old[name] for name in SERVER_OWNED if name in old}
    _refuse_invalid(record, old)
    before, written = old.get("extraFields"), record.get("extraFields")
    if written != before:
        record["extraFields"] = settled(before, written, definitions, refuse_unknown=refuse_unknown_fields)
    return record


def _refuse_invalid(record: JsonObject, old: JsonObject) -> None:
    """What the record held before is not held against the writer."""
    problems: dict[str, str] = {}
    for member, value in record.items():
        if member not in old or value != old[member]:
            problems |= _problems(member, value)
    name, before = record.get("name"), old.get("name")
    if "name" not in problems and not _is_filled(name) and (name != before or before is None):
        problems["name"] = "must not be blank"
    if problems:
        raise Problem(400, "The client is not valid", problems)


def _problems(name: str, value: Any) -> dict[str, str]:
    if name in TEXT_MEMBERS or name == "vatIdNumber":
        return _text_problems(name, value, _LONGEST.get(name, 255))
    if name == "address" and value is not None:
        if not isinstance(value, dict):
            return {"address": "must be an object"}
        texts = ((f"address.{part}", value.get(part)) for part in ADDRESS_TEXTS)
        return {path: text for part, inner in texts for path, text in _text_problems(part, inner, 255).items()}
    if name == "extraFields" and value is not None and not isinstance(value, dict):
        return {"extraFields": "must be an object"}
    return {}


def _text_problems(name: str, value: Any, longest: int) -> dict[str, str]:
    if value is not None and not isinstance(value, str):
        return {name: "must be a text"}
    if value is not None and len(value) > longest:
        return {name: f"must have at most {longest} characters"}
    return {}


def _is_filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
