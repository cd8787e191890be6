"""Roles: the one spelling of a role. The vocabulary is open: an unknown role is kept, never dropped."""

from __future__ import annotations

import unicodedata

from bconnect.customers.normalise.text import Cleaned, no_text, tidy


def role(raw: object) -> Cleaned:
    """One role in upper case ("forwarder " → "FORWARDER").

    A number or truth value becomes its text; a list of one role is that role, a longer one is joined in its
    order and flagged "role.several"; anything else that is no text gives None and "role.type".
    """
    if isinstance(raw, list):
        return _several(raw)
    value = tidy(raw)
    return no_text(raw, "role") if value is None else Cleaned(_upper(value))


def _several(raw: list[object]) -> Cleaned:
    cleaned = [role(item) for item in raw if not isinstance(item, list)]
    values = tuple(dict.fromkeys(item.value for item in cleaned if item.value is not None))
    bad_type = len(cleaned) < len(raw) or any(item.issue for item in cleaned)
    if len(values) <= 1:
        return Cleaned(values[0] if values else None, "role.type" if bad_type else None)
    return Cleaned(", ".join(values), "role.several")


def _upper(value: str) -> str:
    return unicodedata.normalize("NFC", value.upper())
