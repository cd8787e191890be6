"""The tenant's custom fields: what is defined, how a write lands on them, how webhooks key them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from robaws.simulator.messages import JsonObject, Problem

_GUIDS = uuid.UUID("5f1f3c1e-9d0b-4f57-8a52-3f1d8c6f3b6a")

# Where the value stands, by type (Robaws, "Updating information": the value members of extra fields).
VALUE_MEMBER = {
    "TEXT": "stringValue",
    "TEXTAREA": "stringValue",
    "SELECT": "stringValue",
    "LINK": "stringValue",
    "BOOLEAN": "booleanValue",
    "INTEGER": "integerValue",
    "DECIMAL": "decimalValue",
    "DATE": "dateValue",
}
_VALUE_TYPES: dict[str, tuple[type, ...]] = {
    "stringValue": (str,),
    "booleanValue": (bool,),
    "integerValue": (int,),
    "decimalValue": (int, float),
    "dateValue": (str,),
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One custom field as an administrator of Robaws defined it."""

    name: str
    type: str
    group: str | None
    guid: str


class Definitions:
    """All custom fields of the tenant: those it was given and those that its clients carry."""

    def __init__(self, guids: Mapping[str, str]) -> None:
        self._guids = dict(guids)
        self._by_name = {name: Definition(name, "SELECT", None, guid.upper()) for name, guid in guids.items()}

    def __iter__(self) -> Iterable[Definition]:
        return iter(self._by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def get(self, name: str) -> Definition | None:
        return self._by_name.get(name)

    def learn(self, extra_fields: Any) -> None:
        """Takes over the definitions that a client's fields show; anything but objects teaches nothing."""
        if not isinstance(extra_fields, dict):
            return
        for name, value in extra_fields.items():
            if name not in self._by_name and isinstance(value, dict) and isinstance(value.get("type"), str):
                self._by_name[name] = Definition(name, value["type"], value.get("group"), _guid(name))

    def keyed_by_guid(self, extra_fields: Any) -> Any:
        """The same fields as webhooks have shown them: keyed by GUID, type and group left out."""
        if not isinstance(extra_fields, dict):
            return extra_fields
        return {self._guid_of(name): _value_only(value) for name, value in extra_fields.items()}

    def _guid_of(self, name: str) -> str:
        definition = self._by_name.get(name)
        return definition.guid if definition else _guid(name)


def settled(old: Any, written: Any, definitions: Definitions, *, refuse_unknown: bool) -> JsonObject:
    """The extra fields after a write: `written` holds all of them as the patch left them.

    Type and group belong to the definition, not to the writer. A field that the tenant does not define is
    left out, or refused when `refuse_unknown` says so.
    Raises: Problem 400 with a message per field.
    """
    old = old if isinstance(old, dict) else {}
    problems: dict[str, str] = {}
    fields: JsonObject = {}
    for name, value in (written or {}).items():
        if name in old and value == old[name]:
            fields[name] = value
        elif definition := definitions.get(name):
            fields[name] = _written_field(definition, old.get(name), value, problems)
        elif refuse_unknown:
            problems[f"extraFields.{name}"] = "is not an extra field of this tenant"
    if problems:
        raise Problem(400, "The client is not valid", problems)
    return fields


def _written_field(definition: Definition, old: Any, value: Any, problems: dict[str, str]) -> JsonObject:
    member = VALUE_MEMBER.get(definition.type, "stringValue")
    if value is None:
        value = {}
    if not isinstance(value, dict):
        problems[f"extraFields.{definition.name}"] = f"must be an object with {member}"
        return {}
    inner, path = value.get(member), f"extraFields.{definition.name}"
    if inner is not None and type(inner) not in _VALUE_TYPES[member]:
        problems[f"{path}.{member}"] = f"is no value for a field of type {definition.type}"
    if wrong := sorted(value.keys() & (_VALUE_TYPES.keys() - {member})):
        problems[f"{path}.{wrong[0]}"] = f"is not the value member of {definition.type}"
    before = old if isinstance(old, dict) else {}
    return {
        "type": before.get("type", definition.type),
        "group": before.get("group", definition.group),
        member: inner,
    }


def _guid(name: str) -> str:
    return str(uuid.uuid5(_GUIDS, name)).upper()


def _value_only(field: Any) -> Any:
    if not isinstance(field, dict):
        return field
    return {name: value for name, value in field.items() if name in _VALUE_TYPES}
