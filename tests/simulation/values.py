"""What people write into a field: a few meanings, so that both sides often meet, each in several spellings."""

import re
from random import Random

from bconnect.customers.fields import Value

Spellings = tuple[Value, ...]
TOKEN = re.compile(r"#\w+")
"""By it a name tells whose it is."""

MEANINGS: dict[str, tuple[Spellings, ...]] = {
    "name": (("Alfa NV", " Alfa  NV"), ("Beta BV",), ("Gamma", "Gamma "), ("Delta & Zonen",), ("Epsilon",)),
    "role": (("FORWARDER",), ("POV",), ("BROKER", " BROKER "), ("RORO",), ("New role",)),
    "email": (("a@alfa.be", "A@Alfa.be"), ("b@beta.be",), ("c@gamma.nl", "mailto:c@gamma.nl"), ("d@delta.fr",)),
    "phone": (
        ("+3232064567", "+32 3 206 45 67", "0032 3 206.45.67"),
        ("+3292223344", "+32 9 222 33 44"),
        ("+31206543210", "+31 20 654 32 10"),
    ),
    "mobile": (("+32475123456", "+32 475 12 34 56"), ("+32486654321", "0032 486 65 43 21"), ("+31612345678",)),
    "street": (("Meir", "Meir "), ("Nieuwstraat",), ("Grote Markt", "Grote  Markt")),
    "street_number": (("1",), ("5 bus 2",), ("12", " 12")),
    "address": (("Meir 7",), ("Meir 7\nbus 3", "Meir 7 \n bus 3"), ("Nieuwstraat 12",), ("Grote Markt 1\nhal B",)),
    "city": (("Gent", " Gent"), ("Brugge",), ("Antwerpen", "Antwerpen "), ("Aalst",)),
    "postal_code": (("9000", " 9000"), ("8000",), ("2000",)),
    "country": (("Belgium", "België", "BE"), ("Netherlands", "Nederland"), ("France", "Frankrijk")),
    "country_code": (("BE", "Belgium"), ("NL", "nl"), ("FR",)),
    "vat_number": (("BE0403019261", "BE 0403.019.261"), ("BE0428759497",), ("NL004495445B01",)),
    "website": (("www.alfa.be",), ("https://beta.be",), ("www.gamma.nl", " www.gamma.nl")),
    "language": (("nl", "NL"), ("fr", "French"), ("en",)),
    "currency": (("EUR", "€"), ("USD", "usd"), ("GBP",)),
    "client_type": (("company",), ("individual",)),
    "is_active": ((True,), (False,)),
}
NATIONAL: dict[str, Spellings] = {
    "phone": ("03 206 45 67", "03/206.45.67"),
    "mobile": ("0475 12 34 56",),
    "vat_number": ("0403.019.261",),
}
"""Further spellings of a field's first meaning, for tenants all of whose clients are in Belgium."""

NEVER_CLEARED = ("name", "is_active", "street")
"""A street's number without the street is no address that one line could hold."""


def written(column: str, chance: Random, token: str) -> Value:
    """Any meaning in any spelling. A name keeps its customer's token, by which the simulation knows it again."""
    value = chance.choice(chance.choice(MEANINGS[column]))
    return f"{value} {token}" if column == "name" else value


def respelt(column: str, value: Value, chance: Random, *, national: bool) -> Value:
    """The same meaning in another spelling, where there is one."""
    if column == "name" and isinstance(value, str):
        return chance.choice((f" {value}", value.replace(" ", "  "), f"{value} "))
    for place, spellings in enumerate(MEANINGS[column]):
        if value in spellings:
            more = NATIONAL.get(column, ()) if national and place == 0 else ()
            return chance.choice((*spellings, *more))
    return value


def token_of(name: str) -> str:
    found = TOKEN.search(name)
    return found[0] if found else "#lost"
