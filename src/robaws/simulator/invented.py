"""The facts of an invented customer, before anyone typed them: drawn from one seed, always the same."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from robaws.simulator.countries import COUNTRIES, Country
from robaws.simulator.mess import ROLES, digits, vat

_WEIGHTS = tuple(country.share for country in COUNTRIES)
_TRADES = (
    "Motors",
    "Auto Export",
    "Cargo Services",
    "Logistics",
    "Shipping",
    "Forwarding",
    "Trading",
    "Cars",
)
_PREFIXES = ("Trans", "Euro", "Atlas", "Delta", "Sea", "Nova", "Garage", "Autohandel", "Inter", "Baltic")
_PLACEHOLDERS = (
    "Unknown",
    "Unknown",
    "Unknown Client",
    "Nancy Deckers",
    "mangeorgey",
    "-",
    "Particulier",
    "test",
)
_SYLLABLES = tuple(a + b for a in ("b", "d", "k", "l", "m", "n", "r", "s", "t", "v") for b in "aeiou")
_ROLE_NAMES, _ROLE_WEIGHTS = tuple(ROLES), tuple(ROLES.values())
_COINED = 0.6  # the share of surnames that are made up


@dataclass(frozen=True, slots=True)
class Customer:
    """`landline` and `mobile` hold national digits; `city` is (city, postal code or empty)."""

    country: Country
    name: str
    is_company: bool
    email: str
    landline: str
    mobile: str
    vat: str | None
    street: str
    city: tuple[str, str]
    role: str | None


def invented_customer(seed: int) -> Customer:
    chance = Random(seed)  # noqa: S311 - invented data, no secret
    country = chance.choices(COUNTRIES, _WEIGHTS)[0]
    first = chance.choice(country.first_names)
    last = _coined(chance) if chance.random() < _COINED else chance.choice(country.surnames)
    is_company, is_nobody = chance.random() < 0.55, chance.random() < 0.015
    if is_nobody:
        name, is_company = chance.choice(_PLACEHOLDERS), False
    else:
        name = _company(chance, country, last) if is_company else f"{first} {last}"
    heads, tail = country.mobile
    land_heads, land_tail = country.landline
    return Customer(
        country,
        name,
        is_company,
        _mailbox(chance, country, first, last, name, is_company=is_company),
        chance.choice(land_heads) + digits(chance, land_tail),
        chance.choice(heads) + digits(chance, tail),
        vat(chance, country) if is_company else None,
        chance.choice(country.streets).format(chance.randrange(1, 400)),
        chance.choice(country.cities),
        chance.choices(_ROLE_NAMES, _ROLE_WEIGHTS)[0],
    )


def _company(chance: Random, country: Country, surname: str) -> str:
    stems = (
        surname,
        f"{surname} & {chance.choice(country.surnames)}",
        f"{chance.choice(_PREFIXES)} {surname}",
    )
    stem = chance.choice((*stems, f"{chance.choice(_PREFIXES)} {chance.choice(_PREFIXES)}"))
    return f"{stem} {chance.choice(_TRADES)} {chance.choice(country.forms)}".rstrip()


def _mailbox(chance: Random, country: Country, first: str, last: str, name: str, *, is_company: bool) -> str:
    if is_company:
        box = chance.choice(("info", "sales", _plain(first)))
        return f"{box}@{_plain(name)[:30]}.{country.domain}"
    year = chance.choice(("", digits(chance, 2), digits(chance, 4)))
    return f"{_plain(first)}.{_plain(last)}{year}@{chance.choice(country.mail_hosts)}"


def _coined(chance: Random) -> str:
    """A surname that nobody has: the lists alone would make a large tenant a crowd of namesakes."""
    return "".join(chance.choice(_SYLLABLES) for _ in range(3)).capitalize()


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare.lower())
