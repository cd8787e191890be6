"""How good is a customer's data: what is missing, what can't be right? Pure: values in, a score and codes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bconnect.customers.duplicates.features import Features

POINTS: Final = {
    "name.placeholder": 30,
    "contact.missing": 25,
    "email.missing": 10,
    "email.invalid": 10,
    "phone.missing": 10,
    "phone.invalid": 10,
    "vat.missing": 10,
    "vat.invalid": 15,
    "address.missing": 15,
    "city.missing": 5,
    "postal_code.missing": 5,
    "postal_code.invalid": 5,
    "country.missing": 10,
    "role.missing": 5,
    "language.missing": 5,
}
"""What each problem costs."""

WORDS: Final = {
    "name.placeholder": "no real name",
    "contact.missing": "neither e-mail nor phone",
    "email.missing": "no e-mail",
    "email.invalid": "e-mail can't be read",
    "phone.missing": "no phone",
    "phone.invalid": "phone can't be dialled",
    "vat.missing": "a firm without VAT number",
    "vat.invalid": "VAT number is not valid",
    "address.missing": "no street",
    "city.missing": "no city",
    "postal_code.missing": "no postal code",
    "postal_code.invalid": "postal code does not fit the country",
    "country.missing": "no country",
    "role.missing": "no role",
    "language.missing": "no language",
}


@dataclass(frozen=True, slots=True)
class Quality:
    """`score` from 0 to 100; `problems` are keys of POINTS, the costliest first."""

    score: int
    problems: tuple[str, ...]


def quality(row: Mapping[str, Any], of: Features) -> Quality:
    """Of a customer's columns and of what was read in them."""
    found = [*_who(row, of), *_reached(row), *_where(row)]
    found.sort(key=lambda code: -POINTS[code])
    return _quality(tuple(found))


@lru_cache(maxsize=4096)
def _quality(found: tuple[str, ...]) -> Quality:
    """Customers by the million lack the same things."""
    return Quality(max(0, 100 - sum(POINTS[code] for code in found)), found)


def _who(row: Mapping[str, Any], of: Features) -> list[str]:
    found = [] if of.name else ["name.placeholder"]
    found += [f"{column}.missing" for column in ("role", "language") if not row[column]]
    if _issue(row, "vat_number") == "vat.invalid":
        found.append("vat.invalid")
    elif not row["vat_number"] and of.name and of.name.has_legal_form:
        found.append("vat.missing")
    return found


def _reached(row: Mapping[str, Any]) -> list[str]:
    phones = [column for column in ("phone", "mobile") if row[column]]
    if not phones and not row["email"]:
        return ["contact.missing"]
    found = [] if row["email"] else ["email.missing"]
    found += [] if phones else ["phone.missing"]
    if _issue(row, "email") == "email.invalid":
        found.append("email.invalid")
    if any(_issue(row, column) == "phone.invalid" for column in phones):
        found.append("phone.invalid")
    return found


def _where(row: Mapping[str, Any]) -> list[str]:
    found = [] if row["street"] or row["address"] else ["address.missing"]
    found += [f"{column}.missing" for column in ("city", "postal_code") if not row[column]]
    if not row["country_code"] and not row["country"]:
        found.append("country.missing")
    if _issue(row, "postal_code"):
        found.append("postal_code.invalid")
    return found


def _issue(row: Mapping[str, Any], column: str) -> str:
    issues: Mapping[str, str] = row["issues"] or {}
    return issues.get(column, "")
