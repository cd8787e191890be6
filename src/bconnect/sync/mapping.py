"""A Robaws record to our columns. Pure; the other way is `body.py`.

The fields and their paths stand in `customers/fields.py`; what is here is the reading of the ones that have no
path of their own: the role (a custom field), the address lines and the country.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from bconnect.customers import normalise
from bconnect.customers.fields import BY_COLUMN, FIELDS, FLAGS, MAX_CHARS, Place, Value
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
    """A record as our columns. `values` has every synced column; ABSENT where the record says nothing."""

    values: dict[str, Value | Absent]
    issues: dict[str, str]
    alternates: dict[str, list[str]]
    country: str | None = None


def project(record: Record, tenant: Tenant, known_country: str | None = None) -> Projection:
    """Read a record. `known_country` stands in where the record does not mention its country.

    Raises UnusableRecordError for a record that can't be a customer (one whose name is empty).
    """
    raw = _raw_values(record, tenant)
    country = _country(raw) or (known_country if raw["country"] is ABSENT else None)
    place = Place(country or _country_by_numbers(raw, tenant), tenant.default_country)
    return _cleaned(raw, place)


def _cleaned(raw: Mapping[str, Any], place: Place) -> Projection:
    """Each value in its normal form. (In one loop, without a call more: it goes round 18 times for each record.)"""
    values: dict[str, Value | Absent] = {}
    issues: dict[str, str] = {}
    alternates: dict[str, list[str]] = {}
    for column, clean, empty in _STEPS:
        value = raw[column]
        if value is not ABSENT:
            if value is not None and clean is not None:
                value, issue, others = clean(value, place)
                if issue:
                    issues[column] = issue
                if others:
                    alternates[column] = list(others)
            if value is None:
                value = empty
            elif type(value) is str and len(value) > MAX_CHARS:
                value = value[:MAX_CHARS].rstrip()
                issues[column] = "text.cut"
        values[column] = value
    for column, label in _REQUIRED:
        if values[column] is None:
            raise UnusableRecordError(f"its {label} is empty")
    return Projection(values, issues, alternates, place.country)


def _raw_values(record: Record, tenant: Tenant) -> dict[str, Any]:
    """Per column what the record says, not cleaned yet but for the address lines."""
    address = record.get("address", ABSENT)
    inside = address if isinstance(address, dict) else {}
    raw = {
        column: (inside if is_inside else record).get(key) or first(record, inside, paths)
        for column, is_inside, key, paths in _PATHS
    }
    raw["role"] = extra_field(record, name=tenant.role_field, guid=tenant.role_guid or None)
    raw["address"], raw["street"], raw["street_number"] = _address(record, inside)
    raw["country"], raw["country_code"] = _country_pair(record, inside)
    if address is None:
        for column in ("city", "postal_code", "country", "country_code", *ADDRESS_COLUMNS):
            raw[column] = None if raw[column] is ABSENT else raw[column]
    return raw


# The usual place of each first: what stands there, where anything does, is what `first` would find.
_PATHS = tuple((each.column, *places(each.paths)[0], places(each.paths)) for each in FIELDS if each.paths)
# The address lines are cleaned where they are put together. An empty member means that nothing is there, or, for a
# flag, that nothing is said.
_STEPS = tuple(
    (each.column, None if each.column in ADDRESS_COLUMNS else each.clean, ABSENT if each.column in FLAGS else None)
    for each in FIELDS
)
_REQUIRED = tuple((each.column, each.label.lower()) for each in FIELDS if each.required)


def _address(record: Record, inside: Record) -> tuple[Any, Any, Any]:
    """The address lines as (address, street, number), tidied, from whichever shape the record has."""
    street = first(record, inside, STREET)
    is_apart = street is not ABSENT and street is not None
    street = tidied(street)
    number = tidied(first(record, inside, STREET_NUMBER))
    if isinstance(plain := record.get("address"), str):
        return lines_of(*plain.splitlines()), street, number
    line_1, line_2 = inside.get("addressLine1", ABSENT), inside.get("addressLine2", ABSENT)
    if line_1 is ABSENT and street is ABSENT:
        return ABSENT, ABSENT, number
    if is_apart and line_1 in (ABSENT, None, ""):
        return lines_of(normalise.join_street(street, or_none(number)), line_2), street, number
    split = normalise.split_street(or_none(line_1))
    return lines_of(line_1, line_2), split.street, split.number


def _country_pair(record: Record, inside: Record) -> tuple[Any, Any]:
    """Name and code for our two columns; each is filled from the other where the record has only one."""
    name, code = first(record, inside, COUNTRY), first(record, inside, COUNTRY_CODE)
    if name is ABSENT:
        return code, code
    if code is ABSENT or not code or normalise.country(code).code is None:
        return name or or_none(code), name or or_none(code)
    return name or code, code


def _country(raw: Mapping[str, Any]) -> str | None:
    code = raw["country_code"]
    return None if code is ABSENT or code is None else normalise.country(code).code


def _country_by_numbers(raw: Mapping[str, Any], tenant: Tenant) -> str | None:
    """Where a record names no country: the one its VAT number or another of its phones is of, if that is plain.

    It helps to read the phones only; the customer's country stays unknown.
    """
    nowhere = Place(None, tenant.default_country)
    vat = BY_COLUMN["vat_number"].clean(or_none(raw["vat_number"]), nowhere)
    if isinstance(vat.value, str) and vat.issue is None:
        return _VAT_PREFIXES.get(vat.value[:2], vat.value[:2])
    for column in ("phone", "mobile"):
        phone = BY_COLUMN[column].clean(or_none(raw[column]), nowhere)
        if isinstance(phone.value, str) and phone.issue is None:
            return normalise.phone_region(phone.value)
    return None


_VAT_PREFIXES = {"EL": "GR", "XI": "GB", "CH": "CH"}
