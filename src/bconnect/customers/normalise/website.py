"""Web addresses: what the person wrote, less what surrounds it. No scheme and no "www." is made up."""

from __future__ import annotations

import re

from bconnect.customers.normalise.pattern import pattern
from bconnect.customers.normalise.text import Cleaned, lower, no_text, tidy_lines

_LONGEST_FIELD = 2_000

_ADDRESS = pattern(
    r"(?P<host>(?:https?://)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59})\.?)"
    r"(?P<rest>(?::\d{1,5})?(?:[/?#]\S*)?)",
    re.IGNORECASE,
)
_BETWEEN = pattern(r"[\s;,|]+")
_OPENING, _CLOSING = "<([{\"'`‘’“”", ">)]}\"'`‘’“”.,;:"
_LABELS = frozenset(
    {"", "of", "ou", "or", "en", "et", "and", "oder", "und", "/", "&", "-", "web", "website", "site", "url"}
)


def website(raw: object) -> Cleaned:
    """The address as written, scheme and host in lower case (RFC 3986, 6.2.2.1); further ones in `others`.

    Issue: "website.invalid" where there is no host with a dot, or other words beside it; the raw text stays.
    """
    value = tidy_lines(raw)
    if value is None:
        return no_text(raw, "website")
    if len(value) > _LONGEST_FIELD:
        return Cleaned(value, "website.invalid")
    pieces = [piece.lstrip(_OPENING).rstrip(_CLOSING) for piece in _BETWEEN().split(value)]
    found = [_address(piece) for piece in pieces if piece.casefold() not in _LABELS]
    addresses = tuple(dict.fromkeys(address for address in found if address))
    if not addresses or None in found:
        return Cleaned(value, "website.invalid")
    return Cleaned(addresses[0], None, addresses[1:])


def _address(written: str) -> str | None:
    match = _ADDRESS().fullmatch(written)
    return lower(match["host"]) + match["rest"] if match else None
