"""Roles in the UI: their colours, and the ones to choose from. The vocabulary stays open."""

from django.conf import settings
from django.core.cache import cache

from bconnect.customers.models import Customer

COLOURS = {
    "FORWARDER": "primary",
    "POV": "success",
    "BROKER": "warning",
    "SHIPPING LINE": "info",
    "CAR DEALER": "grey",
    "LUXURY CAR DEALER": "success",
    "TOURIST": "danger",
    "BLACKLISTED": "danger",
}
WARNED_OF = frozenset({"BLACKLISTED"})
CACHED_FOR_S = 300


def colour(role: str | None) -> str:
    return COLOURS.get(role or "", "grey")


def in_use() -> list[str]:
    """The roles that customers have, in alphabetical order; up to five minutes old."""
    return values_in_use("role")


def values_in_use(column: str) -> list[str]:
    """What stands in a column of few different values: looking through a million rows takes a while."""
    found: list[str] | None = cache.get(f"panel.in-use.{column}")
    if found is None:
        values = Customer.objects.order_by(column).values_list(column, flat=True).distinct()
        found = [value for value in values if value]
        cache.set(f"panel.in-use.{column}", found, CACHED_FOR_S)
    return found


def to_choose_from() -> list[str]:
    """The configured roles and those in use."""
    return sorted({*settings.BCONNECT_ROLES, *in_use()})
