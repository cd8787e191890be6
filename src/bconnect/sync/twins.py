"""Is there a customer already that this new one looks like? Same VAT number, e-mail or phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from bconnect.customers.models import Customer

SIGNALS = {"vat_number": "VAT number", "email": "e-mail", "phone": "phone", "mobile": "phone"}


@dataclass(frozen=True, slots=True)
class Twin:
    client_id: str
    name: str
    why: str


def twins_of(row: Mapping[str, Any]) -> list[Twin]:
    """Customers, new ones included, that share a signal with this row; gone ones don't count."""
    wanted = shared_signals(row)
    found = Customer.objects.filter(wanted, gone_at=None).exclude(pk=row["id"]).order_by("id")[:10]
    return [Twin(each.robaws_client_id, each.name, _why(each, row)) for each in found]


def shared_signals(values: Mapping[str, Any]) -> Q:
    """Rows with the same VAT number, e-mail or phone as `values`; matches nothing where it has none of them."""
    wanted = Q(pk__in=[])
    for column in SIGNALS:
        if values.get(column):
            for other in ("phone", "mobile") if column in ("phone", "mobile") else (column,):
                wanted |= Q(**{other: values[column]})
    return wanted


def resemble(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether these may be the same customer: the same name, VAT number, e-mail or phone."""
    numbers = [{values["phone"], values["mobile"]} - {None, ""} for values in (one, other)]
    alike = any(one[column] and one[column] == other[column] for column in ("name", "vat_number", "email"))
    return alike or bool(numbers[0] & numbers[1])


def _why(other: Customer, row: Mapping[str, Any]) -> str:
    numbers = {row["phone"], row["mobile"]} - {None, ""}
    if row["vat_number"] and other.vat_number == row["vat_number"]:
        return SIGNALS["vat_number"]
    if row["email"] and other.email == row["email"]:
        return SIGNALS["email"]
    return SIGNALS["phone"] if numbers & {other.phone, other.mobile} else "contact details"
