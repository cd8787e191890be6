"""The one table of synced fields: column, label, where Robaws keeps it, how a value is cleaned.

Pull, push, conflicts, dry run, admin, export and the database's own pending marker read this table and
nothing else. To add a field: one line here, one column on the model, one migration.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from bconnect.customers import normalise, roles
from bconnect.customers.normalise import Cleaned

Value = str | bool | None
"""What a synced column can hold."""


class CleanedFlag(NamedTuple):
    """`normalise.Cleaned` for a column that holds true or false; None says nothing."""

    value: bool | None
    issue: str | None = None
    others: tuple[str, ...] = ()


Clean = Callable[[Any, "Place"], Cleaned | CleanedFlag]


class Place(NamedTuple):
    """Where a customer is, as far as it decides how a phone or VAT number reads (ISO 3166-1 alpha-2)."""

    country: str | None
    default_country: str


@dataclass(frozen=True, slots=True)
class Field:
    """One synced field.

    `paths` are the places in a Robaws record that hold it, in order of preference: the first that holds
    something is read, and written; where none does, the first that the record has is written. Fields
    without a path are made of others (`sync/mapping.py` composes them).
    """

    column: str
    label: str
    clean: Clean
    paths: tuple[str, ...] = ()
    required: bool = False


def _alone(clean: Callable[[Any], Cleaned | CleanedFlag]) -> Clean:
    return lambda raw, place: clean(raw)


def _of_few(clean: Callable[[Any], Cleaned]) -> Clean:
    """For a field with a small vocabulary: thousands of records say the same few words, cleaned once each."""
    remembered = lru_cache(maxsize=2048)(clean)
    return lambda raw, place: remembered(raw) if type(raw) is str and len(raw) < 100 else clean(raw)


def _phone(raw: Any, place: Place) -> Cleaned:
    return normalise.phone(raw, place.country, place.default_country)


def _vat(raw: Any, place: Place) -> Cleaned:
    return normalise.vat(raw, place.country)


def _postal_code(raw: Any, place: Place) -> Cleaned:
    return normalise.postal_code(raw, place.country)


def _country_name(raw: Any) -> Cleaned:
    country = normalise.country(raw)
    return Cleaned(country.name, country.issue)


def _country_code(raw: Any) -> Cleaned:
    """A code that nobody can read stays, as in every other field: it is not an empty one."""
    country = normalise.country(raw)
    return Cleaned(country.code or country.name, country.issue and "country_code.unknown")


def _lines(raw: Any) -> Cleaned:
    """An address of several lines; each is tidied, empty ones go."""
    if not isinstance(raw, str):
        return normalise.text(raw)
    lines = [normalise.text(line) for line in raw.splitlines()]
    return Cleaned("\n".join(line.value for line in lines if line.value) or None)


_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


def _flag(raw: Any) -> CleanedFlag:
    word = "" if raw is None else str(raw).strip().lower()
    if not word:
        return CleanedFlag(None)
    return CleanedFlag(word in _TRUE) if word in _TRUE | _FALSE else CleanedFlag(None, "flag.invalid")


FIELDS: Final[tuple[Field, ...]] = (
    Field("name", "Name", _alone(normalise.name), ("name",), required=True),
    Field("role", "Role", _of_few(roles.role)),
    Field("email", "E-mail", _alone(normalise.email), ("email",)),
    Field("phone", "Phone", _phone, ("tel", "phone")),
    Field("mobile", "Mobile", _phone, ("gsm", "mobile")),
    Field("address", "Address", _alone(_lines)),
    Field("street", "Street", _alone(normalise.text)),
    Field("street_number", "Number", _alone(normalise.text)),
    Field("city", "City", _of_few(normalise.text), ("address.city", "city")),
    Field("postal_code", "Postal code", _postal_code, ("address.postalCode", "postalCode")),
    Field("country", "Country", _of_few(_country_name)),
    Field("country_code", "Country code", _of_few(_country_code)),
    Field("vat_number", "VAT number", _vat, ("vatNumber", "vatIdNumber")),
    Field("website", "Website", _alone(normalise.website), ("website",)),
    Field("language", "Language", _of_few(normalise.language), ("language",)),
    Field("currency", "Currency", _of_few(normalise.currency), ("currency",)),
    Field("client_type", "Type", _of_few(normalise.client_type), ("clientType",)),
    Field("is_active", "Active", _alone(_flag), ("isActive", "is_active")),
)
BY_COLUMN: Final = {field.column: field for field in FIELDS}
COLUMNS: Final = tuple(BY_COLUMN)
FLAGS: Final = frozenset({"is_active"})
"""The columns that hold true or false, and true where nobody said; every other one holds text or null."""

LINE: Final = ("address", "street", "street_number")
"""The columns that Robaws holds as one line."""
COUNTRY: Final = ("country", "country_code")
AS_ONE: Final = (LINE, COUNTRY)
"""Columns that say one thing: a conflict in one of them is about all."""

MAX_CHARS: Final = 500
"""Longer values are cut in the column, not in `metadata`: PostgreSQL can't index over 2,704 bytes."""


def clean(column: str, raw: Any, place: Place) -> Cleaned | CleanedFlag:
    """The normalised form of a value of this column, from Robaws or from a person."""
    return BY_COLUMN[column].clean(raw, place)


def same(column: str, one: Value, other: Value, place: Place) -> bool:
    """Whether two values mean the same: equal, or spellings of one phone, VAT number, country, …"""
    return one == other or clean(column, one, place).value == clean(column, other, place).value
