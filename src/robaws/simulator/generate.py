"""Any number of invented clients, as a stream: the same for the same seed, record by record.

A duplicate is an earlier customer typed in once more: its facts are drawn anew from the earlier one's seed.
"""

from collections.abc import Iterator
from random import Random

from robaws.simulator.invented import Customer, invented_customer
from robaws.simulator.known_clients import KNOWN_CLIENTS
from robaws.simulator.mess import NOTHING, typed_name, typed_phone, typed_role, typed_vat
from robaws.simulator.messages import JsonObject
from robaws.simulator.stamps import stamp

_DUPLICATES, _GAPS, _NEIGHBOURS = 0.05, 0.11, 5_000
_FIRST_MS, _LAST_MS = 1_420_070_400_000, 1_761_955_200_000  # 2015-01-01, 2025-11-01
_NOTES = (
    "Betaalt altijd te laat",
    "<p>Contact via <b>WhatsApp</b></p>",
    "Opgelet: CMR meegeven!\nzie mail 12/03",
)


def generate_clients(n: int, seed: int = 0) -> Iterator[JsonObject]:
    """`n` records in ascending order of ids, ids with gaps; the known clients are among them."""
    known = dict(KNOWN_CLIENTS) if n >= len(KNOWN_CLIENTS) else {}
    number = 0
    for index in range(n):
        chance = Random(seed * 1_000_003 + index)  # noqa: S311 - invented data, no secret
        number += 2 if chance.random() < _GAPS else 1
        if known and (number >= min(known) or n - index <= len(known)):
            number = min(known)
            yield known.pop(number)
        else:
            yield _record(chance, number, invented_customer(_source(chance, index, seed)))


def _source(chance: Random, index: int, seed: int) -> int:
    """The seed of the customer's facts: its own, or that of an earlier one."""
    if index > 20 and chance.random() < _DUPLICATES:
        index = chance.randrange(max(0, index - _NEIGHBOURS), index)
    return -1 - (seed * 1_000_003 + index)


def _record(chance: Random, number: int, customer: Customer) -> JsonObject:
    country = customer.country
    created_ms = chance.randrange(_FIRST_MS, _LAST_MS)
    number_typed = typed_vat(chance, customer.vat) if customer.vat else None
    kind = "company" if customer.is_company else "individual"
    return {
        "id": str(number),
        "logicId": f"K{number}",
        "name": typed_name(chance, customer.name),
        "email": _often(chance, customer.email, 0.8),
        "tel": _often(chance, typed_phone(chance, country, customer.landline), 0.6),
        "gsm": _often(chance, typed_phone(chance, country, customer.mobile), 0.6),
        "fax": None,
        "website": _website(chance, customer),
        chance.choice(("vatNumber",) * 7 + ("vatIdNumber",)): _often(chance, number_typed, 0.9),
        "companyNumber": None,
        "language": chance.choice(country.languages),
        "currency": "EUR",
        "clientType": kind if chance.random() < 0.7 else None,
        "notes": chance.choice(_NOTES) if chance.random() < 0.27 else None,
        "address": _address(chance, customer),
        "extraFields": _extra_fields(chance, customer),
        "createdAt": stamp(created_ms),
        "updatedAt": stamp(chance.randrange(created_ms, _LAST_MS)),
    }


def _often(chance: Random, value: str | None, share: float) -> str | None:
    if chance.random() < share:
        return value
    return None if chance.random() < 0.7 else chance.choice(NOTHING)


def _website(chance: Random, customer: Customer) -> str | None:
    if not customer.is_company or chance.random() < 0.5:
        return None
    host = customer.email.partition("@")[2]
    return chance.choice((f"https://www.{host}", f"www.{host}", host, f"http://{host}/"))


def _address(chance: Random, customer: Customer) -> JsonObject:
    (city, code), country = customer.city, chance.choice(customer.country.spellings)
    street: str | None = customer.street
    match chance.randrange(25):
        case 0:
            street, city, code = f"{street}, {code} {city}", "", ""
        case 1:
            city, code = f"{code} {city}".strip(), ""
        case 2:
            street = None
        case 3 | 4:
            country = chance.choice(("", "??", "-", "Unknown"))
    return {
        "addressLine1": street,
        "addressLine2": f"bus {chance.randrange(1, 80)}" if chance.random() < 0.1 else None,
        "postalCode": code or None,
        "city": city or None,
        "country": country or None,
        "latitude": 0,
        "longitude": 0,
    }


def _extra_fields(chance: Random, customer: Customer) -> JsonObject:
    fields: JsonObject = {}
    if chance.random() < 0.2:
        tier = f"TIER {chance.choice('ABC')}"
        fields["PRICING"] = {"type": "SELECT", "group": "Pricing", "stringValue": tier}
    if customer.role is not None:
        role = typed_role(chance, customer.role) if chance.random() < 0.05 else customer.role
        fields["Role"] = {"type": "SELECT", "group": None, "stringValue": role}
    elif chance.random() < 0.45:
        fields["Role"] = {"type": "SELECT", "group": None, "stringValue": chance.choice((None, None, ""))}
    if chance.random() < 0.4:
        fields["Controle"] = {"type": "BOOLEAN", "group": None, "booleanValue": chance.random() < 0.5}
    if chance.random() < 0.15:
        since = f"20{chance.randrange(10, 25)}-0{chance.randrange(1, 10)}-1{chance.randrange(10)}"
        fields["Role since"] = {"type": "DATE", "group": None, "dateValue": since}
    if chance.random() < 0.15:
        number = chance.choice(("4711", "R-0032", "POV", "FORWARDER", ""))
        fields["Payroll nr"] = {"type": "TEXT", "group": "HR", "stringValue": number}
    return fields
