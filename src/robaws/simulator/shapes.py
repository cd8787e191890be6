"""How an answer's JSON may be odd: pages without totals, records that are none, other forms of a member."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from robaws.simulator.extra_fields import Definitions
from robaws.simulator.messages import JsonObject

_TOTALS = ("totalItems", "totalPages")
_ENVELOPE = (*_TOTALS, "currentPage", "size")


def _without(*names: str) -> Callable[[JsonObject], Any]:
    return lambda page: {name: value for name, value in page.items() if name not in names}


# What becomes of the page around the items.
ENVELOPES: Mapping[str, Callable[[JsonObject], Any]] = {
    "no-total-items": _without("totalItems"),
    "no-total-pages": _without("totalPages"),
    "no-totals": _without(*_TOTALS),
    "items-only": _without(*_ENVELOPE),
    "bare-list": lambda page: page["items"],
}


def _number_id(record: JsonObject) -> JsonObject:
    return {**record, "id": int(record["id"])} if "id" in record else record


def _address_as_text(record: JsonObject) -> JsonObject:
    address = record.get("address")
    if not isinstance(address, dict):
        return record
    place = " ".join(filter(None, (address.get("postalCode"), address.get("city"))))
    parts = (address.get("addressLine1"), address.get("addressLine2"), place, address.get("country"))
    return {**record, "address": ", ".join(filter(None, parts))}


def _address_as_street(record: JsonObject) -> JsonObject:
    """`street`, `streetNumber` and `countryCode`, as other integrations read them."""
    address = record.get("address")
    if not isinstance(address, dict):
        return record
    street, _, number = (address.get("addressLine1") or "").rpartition(" ")
    country = address.get("country")
    other = {name: value for name, value in address.items() if not name.startswith("addressLine")}
    if isinstance(country, str) and len(country) == 2:
        other["countryCode"] = other.pop("country")
    return {
        **record,
        "address": {"street": street or number, "streetNumber": number if street else None, **other},
    }


def _custom_fields(record: JsonObject) -> JsonObject:
    if "extraFields" not in record:
        return record  # an empty list would say that it has none
    fields = record["extraFields"] or {}
    listed = [{"name": name, "value": _value(field)} for name, field in fields.items()]
    return {
        **{name: value for name, value in record.items() if name != "extraFields"},
        "custom_fields": listed,
    }


def _value(field: Any) -> Any:
    if not isinstance(field, dict):
        return field
    return next((value for name, value in field.items() if name.endswith("Value")), None)


def _role_list(record: JsonObject) -> JsonObject:
    fields = record.get("extraFields") or {}
    return {**record, "extraFields": {**fields, "Role": ["POV", "RORO"]}}


# A form that all records of the tenant have.
HABITS: Mapping[str, Callable[[JsonObject], Any]] = {
    "ids-as-numbers": _number_id,
    "address-text": _address_as_text,
    "address-street": _address_as_street,
    "custom-fields": _custom_fields,
    "no-extra-fields": _without("extraFields"),
}

# A single record gone wrong: one of each page, or with a value that share of all clients, always the same.
ODDITIES: Mapping[str, Callable[[JsonObject], Any]] = {
    "odd-null": lambda record: None,
    "odd-text": lambda record: "oops",
    "odd-list": lambda record: [record],
    "odd-no-id": lambda record: {name: value for name, value in record.items() if name != "id"},
    "odd-role-list": _role_list,
    "odd-name-number": lambda record: {**record, "name": 4711},
    "odd-name-missing": lambda record: {**record, "name": None},
}

NAMES = frozenset({*ENVELOPES, *HABITS, *ODDITIES, "guid-keys"})


def reshaped(body: bytes, effect: str, share: float | None, key: str, definitions: Definitions) -> bytes:
    """A client's or a page's JSON under one effect; `key` decides, always alike, which records are struck."""
    answer = orjson.loads(body)
    items = answer.get("items") if isinstance(answer, dict) else answer
    if not isinstance(items, list):
        struck = effect not in ENVELOPES and _is_struck(answer, effect, share, key)
        return orjson.dumps(_record(answer, effect, definitions)) if struck else body
    if effect in ENVELOPES:
        return orjson.dumps(ENVELOPES[effect](answer) if isinstance(answer, dict) else answer)
    chosen = random.Random(key).randrange(len(items)) if items else -1  # noqa: S311 - repeatable mischief
    alone = effect in ODDITIES and share is None
    odd = [
        _record(item, effect, definitions)
        if (place == chosen if alone else _is_struck(item, effect, share, key))
        else item
        for place, item in enumerate(items)
    ]
    return orjson.dumps({**answer, "items": odd} if isinstance(answer, dict) else odd)


def _record(record: Any, effect: str, definitions: Definitions) -> Any:
    if not isinstance(record, dict):
        return record
    if effect == "guid-keys":
        return {**record, "extraFields": definitions.keyed_by_guid(record.get("extraFields") or {})}
    return (HABITS.get(effect) or ODDITIES[effect])(record)


def _is_struck(record: Any, effect: str, share: float | None, key: str) -> bool:
    if share is None:
        return effect not in ODDITIES
    seed = key.partition("#")[0]
    client_id = record.get("id") if isinstance(record, dict) else record
    return random.Random(f"{seed}/{effect}/{client_id}").random() < share  # noqa: S311 - repeatable mischief
