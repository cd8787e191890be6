"""What does a payload mention, and what does it leave open? Pure.

Payloads differ from what a read gives: custom fields keyed by GUID, members left out, other types. A member
that is left out says nothing, so a payload with gaps has to be completed by a live read.
"""

from collections.abc import Mapping
from typing import Any

from bconnect.customers.fields import FIELDS
from bconnect.sync.mapping import Tenant
from bconnect.sync.shapes import (
    COUNTRY_CODE_PATHS,
    COUNTRY_PATHS,
    LINE_1,
    LINE_2,
    STREET_NUMBER_PATHS,
    STREET_PATHS,
)
from robaws.records import ABSENT, ExtraField, Record, extra_field, extra_fields, read

CONTAINERS = ("extraFields", "custom_fields", "customFields", "extra_fields")
ADDRESS = "address"
LEAVES = (
    *(path for field in FIELDS for path in field.paths),
    LINE_1,
    LINE_2,
    *COUNTRY_PATHS,
    *COUNTRY_CODE_PATHS,
    *STREET_PATHS,
    *STREET_NUMBER_PATHS,
)
NOTHING = (ABSENT, None, "")
_NUMBER = (int, float)


def open_question(payload: Record, known: Record | None, tenant: Tenant) -> str | None:
    """Why this payload can't stand for the whole client, or None. `known` is the record as last seen, if any."""
    if not isinstance(payload.get("name"), str) or not payload["name"].strip():
        return "it has no name"
    if _role_may_hide(payload, known, tenant):
        return "its custom fields are keyed by GUIDs of which none is ROBAWS_ROLE_FIELD_ID"
    missing = _missing(payload, known, tenant)
    if missing:
        return f"it leaves out {missing}"
    odd = _odd(payload, known or {})
    return f"its {odd} is of another type than expected" if odd else None


def by_name(payload: Record, known: Record | None, tenant: Tenant) -> Record:
    """The payload with its custom fields keyed by name, as reads give them; unknown GUIDs are left out."""
    translated = dict(payload)
    for container in CONTAINERS:
        fields = payload.get(container)
        if isinstance(fields, dict):
            before = (known or {}).get(container)
            translated[container] = _by_name(fields, before if isinstance(before, dict) else {}, tenant)
    return translated


def _by_name(fields: Mapping[str, Any], known: Mapping[str, Any], tenant: Tenant) -> dict[str, Any]:
    translated: dict[str, Any] = {}
    for key, value in fields.items():
        (field,) = extra_fields({CONTAINERS[0]: {key: value}})
        if key in known or field.guid is None:
            translated[key] = value
        elif _is_role(field, tenant):
            translated[_spelt_as(tenant.role_field, known)] = value
        elif field.name is not None:
            translated[_spelt_as(field.name, known)] = value
    return translated


def _is_role(field: ExtraField, tenant: Tenant) -> bool:
    return bool(tenant.role_guid and field.guid) and str(field.guid).casefold() == tenant.role_guid.strip().casefold()


def _spelt_as(name: str, known: Mapping[str, Any]) -> str:
    """The key that the known record has for this name, whatever its case."""
    wanted = name.strip().casefold()
    return next((key for key in known if key.strip().casefold() == wanted), name)


def _role_may_hide(payload: Record, known: Record | None, tenant: Tenant) -> bool:
    fields = extra_fields(payload)
    seen_before = {field.guid for field in extra_fields(known or {})}
    nameless = [field for field in fields if field.name is None and field.guid not in seen_before]
    return bool(nameless) and not any(_is_role(field, tenant) for field in fields)


def _missing(payload: Record, known: Record | None, tenant: Tenant) -> str | None:
    """The first thing that is known, or has to be, and that the payload does not mention."""
    has_fields = any(container in payload for container in CONTAINERS)
    if known is None:
        return "its address" if ADDRESS not in payload else None if has_fields else "its custom fields"
    if not has_fields and any(container in known for container in CONTAINERS):
        return "its custom fields"
    for path in (*LEAVES, ADDRESS):
        if read(known, path) not in NOTHING and read(payload, path) is ABSENT:
            return path
    role = {"name": tenant.role_field, "guid": tenant.role_guid or None}
    return "its role" if extra_field(known, **role) not in NOTHING and extra_field(payload, **role) is ABSENT else None


def _odd(payload: Record, known: Record) -> str | None:
    """The first member that has another type than before, or one that no such member has."""
    for path in LEAVES:
        if not _is_alike(read(payload, path), read(known, path)):
            return path
    if ADDRESS in payload and not isinstance(payload[ADDRESS], dict | None):
        return ADDRESS if type(payload[ADDRESS]) is not type(known.get(ADDRESS)) else None
    lists = (container for container in CONTAINERS if not isinstance(payload.get(container), dict | None))
    return next((each for each in lists if type(payload[each]) is not type(known.get(each))), None)


def _is_alike(value: Any, before: Any) -> bool:
    if value in NOTHING:
        return True
    if not isinstance(value, str | bool | int | float):
        return False
    if before in NOTHING or (type(value) in _NUMBER and type(before) in _NUMBER):
        return True
    return type(value) is type(before)
