"""The plan's mapping of one record to its row (PLAN.md, phase 3), on trimmed values.

Its normaliser is not part of the plan: what it would have cost is left out, in the peers' favour.
"""

from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from benchmarks.peers.planned.models import Customer


def row(record: dict[str, Any]) -> dict[str, Any]:
    """The columns of one client, apart from its id."""
    address = record.get("address") or {}
    return {
        "name": _text(record.get("name")) or "Unknown",
        "role": role(record),
        "email": _text(record.get("email")),
        "phone": _text(record.get("tel")),
        "mobile": _text(record.get("gsm")),
        "address": _text(address.get("addressLine1")),
        "street": _text(address.get("addressLine1")),
        "street_number": record.get("streetNumber"),
        "city": _text(address.get("city")),
        "postal_code": _text(address.get("postalCode")),
        "country": _text(address.get("country")),
        "country_code": record.get("countryCode"),
        "vat_number": _text(record.get("vatNumber")),
        "website": _text(record.get("website")),
        "language": record.get("language"),
        "currency": record.get("currency") or "EUR",
        "client_type": record.get("clientType") or "company",
        "is_active": record.get("isActive", True),
        "metadata": record,
        "last_synced_at": timezone.now(),
    }


def body(customer: "Customer") -> dict[str, Any]:
    """What the plan sends of a customer: all that it holds, but for what is empty."""
    address = {
        "street": customer.street,
        "streetNumber": customer.street_number,
        "postalCode": customer.postal_code,
        "city": customer.city,
        "country": customer.country,
        "countryCode": customer.country_code,
    }
    told = {
        "name": customer.name,
        "email": customer.email,
        "tel": customer.phone,
        "gsm": customer.mobile,
        "vatNumber": customer.vat_number,
        "website": customer.website,
        "language": customer.language,
        "currency": customer.currency,
        "address": {name: value for name, value in address.items() if value},
    }
    return {name: value for name, value in told.items() if value}


def role(record: dict[str, Any]) -> str | None:
    """The first extra field whose name holds "role", else the client type: as the plan has it."""
    for name, field in (record.get("extraFields") or {}).items():
        value = field.get("stringValue") if "role" in name.casefold() else None
        if value:
            return str(value).strip().upper()
    return str(record["clientType"]).strip().upper() if record.get("clientType") else None


def _text(value: Any) -> str | None:
    return str(value).strip() if value is not None else None
