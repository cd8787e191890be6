"""What travels to Robaws: only what a person here has edited, and nothing of what is not ours."""

from collections.abc import Iterator
from typing import Any

import orjson

from bconnect.customers.fields import Value
from robaws.simulator import Request
from tests.simulation.accounts import Accounts
from tests.simulation.ledger import Violation

STREET = ("address", "street", "street_number")
COUNTRY = ("country", "country_code")
COLUMNS_OF: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "email": ("email",),
    "tel": ("phone",),
    "gsm": ("mobile",),
    "website": ("website",),
    "vatNumber": ("vat_number",),
    "vatIdNumber": ("vat_number",),
    "language": ("language",),
    "currency": ("currency",),
    "clientType": ("client_type",),
    "isActive": ("is_active",),
    "address/city": ("city",),
    "address/postalCode": ("postal_code",),
    "address/country": COUNTRY,
    "address/countryCode": COUNTRY,
    **dict.fromkeys(("address/addressLine1", "address/addressLine2", "address/street", "address/streetNumber"), STREET),
    "extraFields/Role/stringValue": ("role",),
}
OURS = frozenset(path.split("/")[0] for path in COLUMNS_OF)


def changes(request: Request, before: dict[str, Any]) -> dict[str, Any]:
    """The members a PATCH sets, by path. The plain form must send objects whole: their other members don't count."""
    body = request.json()
    if isinstance(body, list):
        operations = [each for each in body if each["op"] != "test"]
        return {path: value for each in operations for path, value in _leaves(each["value"], each["path"].strip("/"))}
    sent = {path: value for key, member in body.items() for path, value in _leaves(member, key)}
    if request.content_type != "application/json":
        return sent
    held = {path: value for key, member in before.items() for path, value in _leaves(member, key)}
    return {path: value for path, value in sent.items() if path not in held or held[path] != value or "/" not in path}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _leaves(member, f"{path}/{key}")
    else:
        yield path, value


def check_sent(sent: dict[str, Any], pk: int, client_id: str, accounts: Accounts, where: str) -> None:
    """Every member sent is an edit that somebody made here, with the value they gave it."""
    for path, value in sent.items():
        columns = COLUMNS_OF.get(path)
        if columns is None:
            raise Violation(f"{where}: a PATCH of client {client_id} sets {path} to {value!r}, which is not ours")
        if not any(_is_edit(column, columns, value, pk, client_id, accounts) for column in columns):
            raise Violation(f"{where}: a PATCH of client {client_id} sets {path} to {value!r}; nobody wrote that here")


def _is_edit(column: str, columns: tuple[str, ...], value: Value, pk: int, client_id: str, accounts: Accounts) -> bool:
    line = accounts.line(pk, client_id, column)
    if len(columns) > 1:
        # Robaws holds these as one: which value goes where is for the mapping's own tests.
        return any(version.written for version in line.here)
    return column not in accounts.columns or accounts.ledger.was_written_here(line, column, value)


def check_untouched(before: dict[str, Any], after: dict[str, Any], where: str) -> None:
    """What the product does not sync is none of its business."""
    for member in before.keys() - OURS - {"updatedAt", "contacts"}:
        if after.get(member) != before[member]:
            raise Violation(f"{where}: {member} was {before[member]!r} and is {after.get(member)!r}")
    for owner, kept in (("address", ("latitude", "longitude")), ("extraFields", ("Sector",))):
        for member in kept:
            if (before.get(owner) or {}).get(member) != (after.get(owner) or {}).get(member):
                said = orjson.dumps(after.get(owner)).decode()
                raise Violation(f"{where}: {owner}.{member} has changed, {owner} is now {said}")
