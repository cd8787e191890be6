"""The clients a tenant begins with, and the ones that are made there later: every shape a record may have."""

from random import Random
from typing import Any

from bconnect.customers.fields import Value
from tests.integration.rig import client_record
from tests.simulation.setup import Setup
from tests.simulation.values import respelt, written

MEMBERS = {
    "name": "name",
    "email": "email",
    "phone": "tel",
    "mobile": "gsm",
    "website": "website",
    "vat_number": "vatNumber",
    "language": "language",
    "currency": "currency",
    "client_type": "clientType",
    "is_active": "isActive",
}
ADDRESS_MEMBERS = {"city": "city", "postal_code": "postalCode"}
TERSE_SHARE = 0.4
"""Of the records that leave out what is empty."""
UNSYNCED = ("notes", "fax", "companyNumber")


def drawn_client(number: int, setup: Setup, chance: Random) -> dict[str, Any]:
    """A client as it may come: tidy or not, with the address in one of its shapes."""
    record = client_record(number)
    record["name"] = f"{written('name', chance, '')}#c{number}"
    for column, member in MEMBERS.items():
        if column not in ("name", "is_active") and chance.random() < 0.5:
            value = written(column, chance, "")
            record[member] = None if chance.random() < 0.2 else spelt(column, value, chance, setup)
    record["notes"], record["fax"] = f"notes of {number}", "+32 3 000 00 00"
    record["address"] |= {"latitude": 51.2, "longitude": 4.4}
    record["extraFields"]["Sector"] = {"type": "TEXT", "group": None, "stringValue": f"sector {number}"}
    if setup.knows_active:
        record["isActive"] = chance.random() < 0.9
    _shape(record, setup, chance)
    return record


def spelt(column: str, value: Value, chance: Random, setup: Setup) -> Value:
    return respelt(column, value, chance, national=setup.country == "national")


def _shape(record: dict[str, Any], setup: Setup, chance: Random) -> None:
    address = record["address"]
    if chance.random() < 0.3:
        address["country"] = "BE"
    if setup.address == "parts" and chance.random() < 0.3:
        del address["addressLine1"], address["addressLine2"]
        address |= {"street": "Kerkstraat", "streetNumber": record["id"]}
        if chance.random() < 0.5:
            address |= {"countryCode": "BE"}
    if chance.random() < 0.1:
        record["vatIdNumber"] = record.pop("vatNumber")
    if chance.random() < 0.1:
        del record["extraFields"]["Role"]
    if chance.random() < TERSE_SHARE:
        for member in [each for each in MEMBERS.values() if record.get(each, "") is None]:
            del record[member]


def changes_of(column: str, value: Value, record: dict[str, Any]) -> dict[str, Any]:
    """What a person types into Robaws to set this, as a merge patch in the record's own shape."""
    if column in MEMBERS:
        member = "vatIdNumber" if column == "vat_number" and "vatIdNumber" in record else MEMBERS[column]
        return {member: value}
    if column == "role":
        return {"extraFields": {"Role": {"stringValue": value}}}
    if column in ADDRESS_MEMBERS:
        return {"address": {ADDRESS_MEMBERS[column]: value}}
    return {"address": _address_part(column, value, record["address"])}


def _address_part(column: str, value: Value, address: dict[str, Any]) -> dict[str, Any]:
    in_parts = address.get("street") is not None or address.get("streetNumber") is not None
    line_1 = str(address.get("addressLine1") or "")
    match column:
        case "country":
            return {"country": value}
        case "country_code":
            return {"countryCode": value} if "countryCode" in address else {"country": value}
        case "street":
            number = line_1.rpartition(" ")[2]
            return {"street": value} if in_parts else {"addressLine1": f"{value or ''} {number}".strip() or None}
        case "street_number":
            street = line_1.rpartition(" ")[0] or "Kerkstraat"
            return {"streetNumber": value} if in_parts else {"addressLine1": f"{street} {value or ''}".strip()}
    first, _, rest = str(value or "").partition("\n")
    if in_parts:
        street, _, number = first.rpartition(" ")
        return {"street": street or None, "streetNumber": number or None}
    return {"addressLine1": first or None, "addressLine2": rest or None}
