"""E-mail fields: which addresses stand in one. No DNS is asked.

The whole address is lower-cased. RFC 5321 lets the part before the "@" differ by case, no mail service in use
does, and people type one address both ways: compared as written, one mailbox would count as a change.
"""

from __future__ import annotations

from functools import lru_cache

from bconnect.customers.normalise.pattern import pattern
from bconnect.customers.normalise.text import Cleaned, lower, no_text, tidy_lines

_LONGEST_FIELD = 2_000

# What nearly every address looks like; only the rest is worth the library and its 60 ms of import
_PLAIN = pattern(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_SCHEME = pattern(r"(?i)\b(?:mailto|e-?mail|mail)\s*:")
_QUERY = pattern(r"(?<=[\w.]{2})\?\w+=\S*")
_BLANKS_AROUND_AT = pattern(r" *@ *")
_BETWEEN = pattern(r"[\s;,<>()\[\]\"|]+|(?<=\w)/(?=\w+[^/]*@)|&(?=\S+@)")
_WRAPPING = ".:'`´‘’“”/-"


def email(raw: object) -> Cleaned:
    """The first valid address, lower-case; further ones in `others`.

    Issue: "email.invalid"; the tidied raw text stays.
    """
    value = tidy_lines(raw)
    if value is None:
        return no_text(raw, "email")
    if len(value) > _LONGEST_FIELD:
        return Cleaned(value, "email.invalid")
    return Cleaned(value) if _is_plain(value) else _read(value)


def _is_plain(value: str) -> bool:
    return 6 <= len(value) <= 254 and value.find("@") <= 64 and _PLAIN().fullmatch(value) is not None


@lru_cache(maxsize=1024)
def _read(value: str) -> Cleaned:
    written = _BLANKS_AROUND_AT().sub("@", _QUERY().sub("", _SCHEME().sub(" ", value)))
    found = (_address(piece.strip(_WRAPPING)) for piece in _BETWEEN().split(written) if "@" in piece)
    addresses = tuple(dict.fromkeys(address for address in found if address))
    if not addresses:
        return Cleaned(value, "email.invalid")
    return Cleaned(addresses[0], None, addresses[1:])


def _address(written: str) -> str | None:
    address = lower(written)
    if _is_plain(address):
        return address
    import email_validator  # only for the few addresses that are not plain

    try:
        # A reserved domain is not refused: an address inside a firm's own network is the firm's business
        found = email_validator.validate_email(address, check_deliverability=False, test_environment=True)
    except email_validator.EmailNotValidError:
        return None
    return lower(found.normalized)
