"""What does a record from the wire say, and what does it not say?

Absent and null are two things here: `ABSENT` says nothing, `None` says "empty".
"""

import enum
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson


class Absent(enum.Enum):
    """The type of `ABSENT`. It has no truth value: `if value:` would confuse absent, null and empty."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        raise TypeError("ABSENT has no truth value: compare with `is ABSENT`")

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
Json = Any
Record = dict[str, Json]

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CONTAINERS = ("extraFields", "custom_fields", "customFields", "extra_fields")
_VALUE_KEYS = (
    "stringValue",
    "booleanValue",
    "integerValue",
    "decimalValue",
    "dateValue",
    "value",
    "textValue",
)
# Where a field object carries several value keys, its type says which one counts (Robaws fills the others
# with null or false).
_KEY_OF_TYPE = {
    "TEXT": "stringValue",
    "TEXTAREA": "stringValue",
    "SELECT": "stringValue",
    "LINK": "stringValue",
    "CHECKBOX": "booleanValue",
    "BOOLEAN": "booleanValue",
    "INTEGER": "integerValue",
    "DECIMAL": "decimalValue",
    "DATE": "dateValue",
}
_LONGEST_KEY = 64  # bytes, blake2b's limit


@dataclass(frozen=True, slots=True)
class ExtraField:
    """One custom field as sent; `value` is `ABSENT` where the field object carries no value key."""

    name: str | None
    guid: str | None
    type: str | None
    value: Json | Absent


def read(record: Json, path: str) -> Json | Absent:
    """The value at a dotted path such as `address.addressLine1`; `ABSENT` where the way there breaks off."""
    value = record
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return ABSENT
        value = value[key]
    return value


def client_id(item: Json) -> str | None:
    """The id of a client record as text; None where it has none that could be one."""
    value = item.get("id") if isinstance(item, dict) else None
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def shows_extra_fields(record: Json) -> bool:
    """Whether the record has custom fields at all, or leaves them out (as a list without `include` does)."""
    return isinstance(record, dict) and any(container in record for container in _CONTAINERS)


def with_known_extra_fields(record: Record, known: Json) -> Record:
    """The record, with the custom fields that were known where it leaves them out altogether."""
    if shows_extra_fields(record) or not shows_extra_fields(known):
        return record
    return {**{container: known[container] for container in _CONTAINERS if container in known}, **record}


def extra_field_key(record: Json, *, name: str, guid: str | None = None) -> str:
    """The key under which this record's `extraFields` has the field, or would have it: its name, unless the
    record shows such keys as GUIDs."""
    held = record.get(_CONTAINERS[0]) if isinstance(record, dict) else None
    if guid is None or not isinstance(held, dict):
        return name
    shown = next((key for key in held if key.strip().casefold() == guid.strip().casefold()), None)
    is_by_guid = bool(held) and all(_GUID.fullmatch(key.strip()) for key in held)
    return shown or (guid if is_by_guid else name)


def extra_fields(record: Json) -> list[ExtraField]:
    """Every custom field of a record, in each of the shapes seen (by name, by GUID, list, bare values)."""
    found: list[ExtraField] = []
    for container in _CONTAINERS:
        held = record.get(container) if isinstance(record, dict) else None
        if isinstance(held, dict):
            found.extend(_keyed(key, entry) for key, entry in held.items())
        elif isinstance(held, list):
            found.extend(_listed(entry) for entry in held if isinstance(entry, dict))
    return found


def extra_field(record: Json, *, name: str | None = None, guid: str | None = None) -> Json | Absent:
    """The value of one custom field, found by its GUID or else by its whole name (case and edges aside)."""
    if guid is None and (value := _plainly_named(record, name)) is not ABSENT:
        return value
    for field in _matching(extra_fields(record), name, guid):
        if field.value is not ABSENT:
            return field.value
    return ABSENT


def parse_timestamp(text: Json) -> datetime | None:
    """An aware UTC time from ISO 8601 text (a missing offset is UTC); None where it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is UTC:
            return moment
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def canonical(record: Json) -> bytes:
    """The record's JSON with its keys in order: the same bytes for the same record."""
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


def fingerprint(record: Json, salt: bytes = b"") -> str:
    """32 hex digits that differ when the record does; the order of its keys does not matter."""
    return fingerprint_of(canonical(record), salt)


def fingerprint_of(text: bytes, salt: bytes = b"") -> str:
    """The fingerprint of the record that `canonical` gave this text of."""
    key = salt if len(salt) <= _LONGEST_KEY else hashlib.blake2b(salt).digest()
    return hashlib.blake2b(text, digest_size=16, key=key).hexdigest()


def _plainly_named(record: Json, name: str | None) -> Json | Absent:
    """The value in the usual shape, `extraFields` keyed by the very name; a short cut through the others."""
    if not isinstance(record, dict) or not record.keys().isdisjoint(_CONTAINERS[1:]):
        return ABSENT
    held = record.get(_CONTAINERS[0])
    entry = held.get(name) if isinstance(held, dict) else None
    return _value(entry) if isinstance(entry, dict) and "name" not in entry else ABSENT


def _matching(fields: list[ExtraField], name: str | None, guid: str | None) -> Iterator[ExtraField]:
    wanted_guid = guid.strip().casefold() if guid else None
    wanted_name = name.strip().casefold() if name else None
    if wanted_guid:
        yield from (field for field in fields if field.guid and field.guid.casefold() == wanted_guid)
    if wanted_name:
        # A field with another GUID is another field, even when it bears the same name.
        yield from (
            field
            for field in fields
            if field.name
            and field.name.strip().casefold() == wanted_name
            and not (wanted_guid and field.guid and _GUID.fullmatch(field.guid))
        )


def _keyed(key: str, entry: Json) -> ExtraField:
    inner = _text(entry.get("name")) if isinstance(entry, dict) else None
    by_guid = _GUID.fullmatch(key.strip()) is not None or (inner is not None and inner != key)
    name = inner if inner is not None else None if by_guid else key
    return ExtraField(name, key.strip() if by_guid else _guid(entry), _type(entry), _value(entry))


def _listed(entry: dict[str, Json]) -> ExtraField:
    return ExtraField(_text(entry.get("name")), _guid(entry), _type(entry), _value(entry))


def _guid(entry: Json) -> str | None:
    if not isinstance(entry, dict):
        return None
    return _text(entry.get("guid")) or _text(entry.get("id"))


def _type(entry: Json) -> str | None:
    return _text(entry.get("type")) if isinstance(entry, dict) else None


def _text(value: Json) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _value(entry: Json) -> Json | Absent:
    if not isinstance(entry, dict):
        return entry
    ruling = _KEY_OF_TYPE.get(str(entry.get("type")).upper())
    if ruling in entry:
        return entry[ruling]
    present = [entry[key] for key in _VALUE_KEYS if key in entry]
    return next((value for value in present if value is not None), None) if present else ABSENT
