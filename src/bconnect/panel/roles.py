"""Roles in the UI: their colours, and the ones to choose from. The vocabulary stays open."""

from django.conf import settings

from bconnect.panel.values_in_use import values_in_use

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


def colour(role: str | None) -> str:
    return COLOURS.get(role or "", "grey")


def in_use() -> list[str]:
    """The roles that customers have, in alphabetical order; up to five minutes old."""
    return values_in_use("role")


def to_choose_from() -> list[str]:
    """The configured roles and those in use."""
    return sorted({*settings.BCONNECT_ROLES, *in_use()})
