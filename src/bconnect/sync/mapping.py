"""A Robaws record to our columns. Pure; the other way is `body.py`.

The fields and their paths stand in `customers/fields.py`; what is here is the reading of the ones that have no
path of their own: the role (a custom field), the address lines and the country.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from bconnect.customers import normalise
from bconnect.customers.fields import BY_COLUMN, COLUMNS, FIELDS, FLAGS, MAX_CHARS, Place, Value
from bconnect.sync.shapes import COUNTRY, COUNTRY_CODE, STREET, STREET_NUMBER, first, lines_of, or_none, places, tidied
from robaws.records import ABSENT, Absent, Record, extra_field

ADDRESS_COLUMNS = ("address", "street", "street_number")


class UnusableRecordError(ValueError):
    """The record cannot become a customer; the message says why."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """What differs from one Robaws tenant to the next."""

    role_field: str
    role_guid: str
    default_country: str


class Projection(NamedTuple):
    """A record as our columns: `shown` has those that the record says something of."""

    shown: dict[str, Value]
    issues: dict[str, str]
    alternates: dict[str, list[str]]
    country: str | None = None

    @property
    def values(self) -> dict[str, Value | Absent]:
        """Every synced column; ABSENT where the record says nothing."""
        return _SILENCE | self.shown


_SILENCE: dict[str, Value | Absent] = dict.fromkeys(COLUMNS, ABSENT)


def project(record: Record, tenant: Tenant, known_country: str | None = None) -> Projection:
    """Read a record. `known_country` stands in where the record does not mention its country.

    Raises UnusableRecordError for a record that can't be a customer (one whose name is empty).
    """
    raw = _raw_values(record, tenant)
    country = raw.get("country_code") or (known_country if "country" not in raw else None)
    place = Place(country or _country_by_numbers(raw, tenant), tenant.default_country)
    return _cleaned(raw, place)


def _cleaned(raw: Mapping[str, Any], place: Place) -> Projection:
    """Each value in its normal form. (In one loop, without a call more: it goes round a dozen times a record.)"""
    shown: dict[str, Value] = {}
    issues: dict[str, str] = {}
    alternates: dict[str, list[str]] = {}
    for column, value in raw.items():
        if value is not None and (clean := _CLEAN[column]) is not None:
            value, issue, others = clean(value, place)
            if issue:
                issues[column] = issue
            if others:
                alternates[column] = list(others)
        if value is None and column in FLAGS:
            continue  # an empty flag says nothing; anything else says that it is empty
        if type(value) is str and len(value) > MAX_CHARS:
            value = value[:MAX_CHARS].rstrip()
            issues[column] = "text.cut"
        shown[column] = value
    for column, label in _REQUIRED:
        if shown.get(column, ABSENT) is None:
            raise UnusableRecordError(f"its {label} is empty")
    return Projection(shown, issues, alternates, place.country)


def _raw_values(record: Record, tenant: Tenant) -> dict[str, Any]:
    """What the record says, by column, not cleaned yet but for the address lines; nothing where it says nothing."""
    address = record.get("address", ABSENT)
    inside = address if isinstance(address, dict) else {}
    raw = {
        column: value
        for column, is_inside, key, paths in _PATHS
        if (value := (inside if is_inside else record).get(key) or first(record, inside, paths)) is not ABSENT
    }
    role = extra_field(record, name=tenant.role_field, guid=tenant.role_guid or None)
    if role is not ABSENT:
        raw["role"] = role
    raw |= _address(record, inside)
    raw |= _country_pair(record, inside)
    return _EMPTY_ADDRESS | raw if address is None else raw


# The usual place of each first: what stands there, where anything does, is what `first` would find.
_PATHS = tuple((each.column, *places(each.paths)[0], places(each.paths)) for each in FIELDS if each.paths)
# The address lines are cleaned where they are put together.
_CLEAN = {each.column: None if each.column in ADDRESS_COLUMNS else each.clean for each in FIELDS}
_REQUIRED = tuple((each.column, each.label.lower()) for each in FIELDS if each.required)
_EMPTY_ADDRESS = dict.fromkeys(("city", "postal_code", "country", "country_code", *ADDRESS_COLUMNS))


def _address(record: Record, inside: Record) -> dict[str, Any]:
    """The address lines, tidied, from whichever shape the record has."""
    street, number = first(record, inside, STREET), first(record, inside, STREET_NUMBER)
    if isinstance(plain := record.get("address"), str):
        return _told(address=lines_of(*plain.splitlines()), street=tidied(street), street_number=tidied(number))
    line_1, line_2 = inside.get("addressLine1", ABSENT), inside.get("addressLine2", ABSENT)
    if line_1 is ABSENT and street is ABSENT:
        return _told(street_number=tidied(number))
    if street is not ABSENT and street is not None and line_1 in (ABSENT, None, ""):
        street, number = tidied(street), tidied(number)
        line = normalise.join_street(street, or_none(number))
        return _told(address=lines_of(line, line_2), street=street, street_number=number)
    split = normalise.split_street(or_none(line_1))
    return {"address": lines_of(line_1, line_2), "street": split.street, "street_number": split.number}


def _told(**values: Any) -> dict[str, Any]:
    return {column: value for column, value in values.items() if value is not ABSENT}


def _country_pair(record: Record, inside: Record) -> dict[str, Any]:
    """Name and code for our two columns; each is filled from the other where the record has only one."""
    name, code = first(record, inside, COUNTRY), first(record, inside, COUNTRY_CODE)
    if name is ABSENT and code is ABSENT:
        return {}
    known = normalise.country(or_none(code)).code
    if known is None:
        name = or_none(name) or or_none(code)
        known = normalise.country(name).code
    elif name is ABSENT:
        name = code
    return {"country": name or code, "country_code": known}


def _country_by_numbers(raw: Mapping[str, Any], tenant: Tenant) -> str | None:
    """Where a record names no country: the one its VAT number or another of its phones is of, if that is plain.

    It helps to read the phones only; the customer's country stays unknown.
    """
    nowhere = Place(None, tenant.default_country)
    vat = BY_COLUMN["vat_number"].clean(raw.get("vat_number"), nowhere)
    if isinstance(vat.value, str) and vat.issue is None:
        return _VAT_PREFIXES.get(vat.value[:2], vat.value[:2])
    for column in ("phone", "mobile"):
        phone = BY_COLUMN[column].clean(raw.get(column), nowhere)
        if isinstance(phone.value, str) and phone.issue is None:
            return normalise.phone_region(phone.value)
    return None


_VAT_PREFIXES = {"EL": "GR", "XI": "GB", "CH": "CH"}
