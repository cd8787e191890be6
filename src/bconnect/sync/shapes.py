"""Where in a Robaws record do the address, the street and the country stand? Pure.

Tenants differ: an address is an object or one text, a street stands in a line or in members of its own.
"""

from typing import Any

from bconnect.customers import normalise
from bconnect.customers.fields import FIELDS
from robaws.records import ABSENT, Record, read

LINE_1, LINE_2 = "address.addressLine1", "address.addressLine2"
COUNTRY_PATHS = ("address.country", "country")
COUNTRY_CODE_PATHS = ("address.countryCode", "countryCode")
STREET_PATHS = ("address.street", "street")
STREET_NUMBER_PATHS = ("address.streetNumber", "streetNumber")
READ_AS_ONE = ({"addressLine1", "addressLine2"}, {"street", "streetNumber"}, {"country", "countryCode"})
"""Members that say one thing: whoever writes one of them has read the other."""

ELSEWHERE = (
    *(field.paths for field in FIELDS if len(field.paths) > 1),
    STREET_PATHS, STREET_NUMBER_PATHS, COUNTRY_PATHS, COUNTRY_CODE_PATHS,
)  # fmt: skip
"""Paths of one thing: a record may show several, of which the first that holds something is read."""

Path = tuple[bool, str]
"""A place in a record: whether it is a member of `address`, and its key."""


def places(paths: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple((path.startswith("address."), path.removeprefix("address.")) for path in paths)


COUNTRY, COUNTRY_CODE = places(COUNTRY_PATHS), places(COUNTRY_CODE_PATHS)
STREET, STREET_NUMBER = places(STREET_PATHS), places(STREET_NUMBER_PATHS)


def first(record: Record, inside: Record, paths: tuple[Path, ...]) -> Any:
    """The first value that says something; null where the record has the field but nothing in it."""
    found: Any = ABSENT
    for is_inside, key in paths:
        value = (inside if is_inside else record).get(key, ABSENT)
        if value is ABSENT:
            continue
        if value is not None and value != "":
            return value
        found = None
    return found


def inside_of(record: Record) -> Record:
    address = record.get("address")
    return address if isinstance(address, dict) else {}


def keeps_street_apart(record: Record) -> bool:
    """Whether the street and its number stand in members of their own, rather than in an address line."""
    street = first(record, inside_of(record), STREET)
    return read(record, LINE_1) in (ABSENT, None, "") and street not in (ABSENT, None)


def lines_of(*lines: Any) -> str | None:
    told = [normalise.tidy_lines(line) for line in lines if line is not ABSENT and line is not None]
    return "\n".join(filter(None, told)) or None


def street_of(address: Any) -> normalise.Street:
    """Street and number as an address of one or more lines says them, in its first."""
    return normalise.split_street(address.partition("\n")[0] if isinstance(address, str) else None)


def tidied(raw: Any) -> Any:
    return raw if raw is ABSENT or raw is None else normalise.tidy_lines(raw)


def or_none(value: Any) -> Any:
    return None if value is ABSENT else value
