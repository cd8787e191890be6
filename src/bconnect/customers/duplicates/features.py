"""What of a customer is compared: its values in a form in which equal means equal, junk left out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any, Final

from bconnect.customers import normalise
from bconnect.customers.duplicates import words
from bconnect.customers.duplicates.names import Name, fold, read_name

COLUMNS: Final = (
    "name",
    "email",
    "phone",
    "mobile",
    "street",
    "street_number",
    "address",
    "city",
    "postal_code",
    "country_code",
    "vat_number",
    "website",
    "issues",
    "alternates",
)
"""The columns of a customer that are read, in this order."""

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_VAT = re.compile(r"[A-Z]{2,3}[A-Z0-9+*]{5,14}")
_NOT_WORD = re.compile(r"[\W_]+")
_HOST = re.compile(r"(?:https?://)?(?:www\d?\.)?([^/:?#\s]+\.[^/:?#\s]+)")
_NUMBER = re.compile(r"\d+")
_EMAIL = re.compile(r"[^\s<>()\[\],;:/]+@[^\s<>()\[\],;:/]+")
_VAT_WITHIN = re.compile(r"\b[A-Z]{2}[ .]?\d[\d. ]{6,12}\d\b")
_CODE_AND_CITY = re.compile(r"(?:[a-z]{1,3}\s?-\s?|[a-z](?=\d))?(?P<code>\d{4,5})(?:\s+(?P<city>\D{3,}))?")
_PREFIXES: Final = {"XI": "GB", "GR": "EL"}
_FEWEST_KINDS_OF_DIGIT = 3


@dataclass(frozen=True, slots=True)
class Features:
    """One customer as it is compared. Empty text and empty tuples say "not known"."""

    id: int
    name: Name | None
    vat: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    domain: str
    street: str
    number: str
    city: str
    postal_code: str
    country: str

    @property
    def is_firm(self) -> bool:
        """Whether several people may stand behind it."""
        return bool(self.vat or self.domain or (self.name and self.name.is_firms))


def features(customer_id: int, values: Mapping[str, Any]) -> Features:
    """Of a customer's columns, whatever else the mapping holds."""
    return read(customer_id, *(values.get(column) for column in COLUMNS))


def read(
    customer_id: int,
    name: str | None,
    email: str | None,
    phone: str | None,
    mobile: str | None,
    street: str | None,
    street_number: str | None,
    address: str | None,
    city: str | None,
    postal_code: str | None,
    country_code: str | None,
    vat_number: str | None,
    website: str | None,
    issues: Mapping[str, str] | None = None,
    alternates: Mapping[str, list[str]] | None = None,
) -> Features:
    """The values in the order of COLUMNS."""
    country = (country_code or "").upper()
    more = alternates or {}
    emails = _emails((email, *more.get("email", ()), *_with_at(website, phone, mobile, name)))
    if address and not street:
        street = address.partition("\n")[0]
    street, number = _door(street, street_number)
    postal_code, city = _place(postal_code, city)
    issue = (issues or {}).get("vat_number")
    return Features(
        customer_id,
        read_name(name),
        (_vat(vat_number, issue, country) if vat_number else "") or _vat_within(name),
        emails,
        _phones((phone, mobile, *more.get("phone", ()), *more.get("mobile", ())), country),
        _domain(emails, website),
        *map(intern, (street, number, city, postal_code, country)),  # among many, each is there many times
    )


def _with_at(*texts: str | None) -> list[str]:
    """E-mail addresses that stand in another field."""
    return [found for text in texts if text and "@" in text for found in _EMAIL.findall(text)]


def _door(street: str | None, number: str | None) -> tuple[str, str]:
    if not street:
        return "", ""
    if not number:
        split = normalise.split_street(street)
        street, number = split.street, split.number
    first = _NUMBER.search(number) if number else None
    return _street(street or ""), first[0] if first else ""


def _street(written: str) -> str:
    """Without what is abbreviated in ten ways: "Kerkstr." is "Kerkstraat"."""
    found = [words.STREETS.get(word, word) for word in _NOT_WORD.sub(" ", fold(written)).split()]
    for ending, short in words.STREET_ENDINGS:
        if found and found[-1].endswith(ending):
            found[-1] = found[-1].removesuffix(ending) + short
    return "".join(found)


def _place(postal_code: str | None, city: str | None) -> tuple[str, str]:
    """Postal code and city, also where they stand in each other's field: "B-9000 Gent"."""
    code, town = _letters(postal_code), _letters(city)
    if (town and not town.isalpha()) or (code and not code.isdigit()):
        both = _CODE_AND_CITY.fullmatch(f"{fold(postal_code or '')} {fold(city or '')}".strip())
        if both:
            code, town = both["code"], _letters(both["city"])
        elif town.isdigit() and code.isalpha():
            code, town = town, code
    return code, words.CITY_NAMES.get(town, town)


def _letters(text: str | None) -> str:
    return _NOT_WORD.sub("", fold(text)) if text else ""


def _emails(written: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.lower() for each in written if each and _is_somebodys(each.lower())))


def _is_somebodys(email: str) -> bool:
    mailbox, at, domain = email.partition("@")
    is_address = bool(at) and bool(mailbox) and "." in domain and " " not in email and "@" not in domain
    return is_address and mailbox not in words.NOBODYS_MAILBOXES and not domain.endswith(words.NOBODYS_DOMAINS)


def _phones(written: Iterable[str | None], country: str) -> tuple[str, ...]:
    found = []
    for each in written:
        if not each:
            continue
        number = each if _E164.fullmatch(each) else _cleaned_phone(each, country)
        if number and not _is_junk(number[-7:]) and number not in found:
            found.append(number)
    return tuple(found)


def _cleaned_phone(written: str, country: str) -> str | None:
    """Of a value that another program wrote as it liked."""
    cleaned = normalise.phone(written, country or None, None)
    return cleaned.value if cleaned.issue is None else None


def _is_junk(digits: str) -> bool:
    return len(set(digits)) < _FEWEST_KINDS_OF_DIGIT or digits in "01234567890" or digits in "09876543210"


def _vat(written: str, issue: str | None, country: str) -> str:
    if issue:
        return ""
    value = written
    if not _VAT.fullmatch(written):
        cleaned = normalise.vat(written, country or None)
        value = cleaned.value if cleaned.value and cleaned.issue is None else ""
    if _is_junk_vat(value):
        return ""
    # Northern Ireland has the same digits under two prefixes, Greece has two codes.
    return _PREFIXES.get(value[:2], value[:2]) + value[2:]


def _is_junk_vat(value: str) -> bool:
    """All zeros with a right check number, or one digit all along."""
    return len(set(value[2:-2])) < 2


def _vat_within(name: str | None) -> str:
    """One that somebody wrote behind the name."""
    found = _VAT_WITHIN.search(name) if name and name[-1:].isdigit() else None
    return _vat(found[0].replace(" ", "").replace(".", ""), None, "") if found else ""


def _domain(emails: Iterable[str], website: str | None) -> str:
    """The firm's own, of the first address that is not with a provider, or of the web site."""
    for email in emails:
        domain = email.rpartition("@")[2]
        if domain not in words.FREE_MAIL:
            return domain
    match = _HOST.match(website.lower()) if website else None
    host = match[1] if match else ""
    return "" if host in words.FREE_MAIL else host
