"""One written phone number to E.164: whose country decides, and what counts as valid.

The numbering plans are libphonenumber's. `is_valid_number` is the gate: "0000000000" is possible, too.
"""

from __future__ import annotations

from functools import lru_cache

from bconnect.customers.normalise.pattern import pattern
from bconnect.customers.normalise.plan import only_region, quick_e164

FEWEST_DIGITS = 5  # shorter is a floor, an hour or an extension
_MOST_DIGITS = 18  # 15 by E.164, and room for "00" and a "(0)"
_FEWEST_BARE_DIGITS = 10  # with country code but no "+": shorter ones are too easily a local number elsewhere

_E164 = pattern(r"\+[1-9][0-9]{6,14}")
_NOT_DIGIT = pattern(r"\D+")
_PUNCTUATION = dict.fromkeys(map(ord, "+ ()./-"))
_TRUNK_ZERO = pattern(r"\(\s*0\s*\)")


def e164(written: str, country: str | None, default_country: str | None) -> str | None:
    """E.164 of digits and punctuation ("0032 (0)3 206.45.67"), or None where no reading is valid.

    A "+" or "00" in the number decides; then the country; then digits that begin with a calling code; the
    default is the last resort.
    """
    digits = _digits(written)
    if not FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return None
    plus = written.lstrip("( ").startswith("+") and not digits.startswith("0")
    if plus or digits.startswith("00"):
        return _with_calling_code(written, digits)
    own = _valid(digits, country) if country else None
    return own or _bare(digits) or (_valid(digits, default_country) if default_country else None)


@lru_cache(maxsize=1024)
def phone_region(number: str | None) -> str | None:
    """The country (ISO alpha-2) of an E.164 number; None for any other text and for numbers of no country.

    For records without a country: what one number tells is a fair guess at how the others were meant.
    """
    if number is None or not _E164().fullmatch(number):
        return None
    region = only_region(number) or _region_asked(number)
    return region if region != "001" else None  # 001: satellite and freephone numbers of the whole world


def _region_asked(number: str) -> str | None:
    import phonenumbers  # lazily, as below

    region: str | None = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return region


@lru_cache
def calling_code(region: str) -> str:
    """ "32" for "BE"; empty for what is no country."""
    import phonenumbers  # lazily, as below

    return str(phonenumbers.country_code_for_region(region) or "")


@lru_cache(maxsize=1024)
def is_mobile(number: str) -> bool:
    """Whether an E.164 number is a mobile one's for sure: in some countries the number does not tell."""
    import phonenumbers  # lazily, as below

    if not _E164().fullmatch(number):
        return False
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return bool(kind == phonenumbers.PhoneNumberType.MOBILE)


def _with_calling_code(written: str, digits: str) -> str | None:
    # The library drops the trunk "(0)" where a country has one and keeps it where it belongs to the number
    # (Italy). Where a country has none (Cameroon) it would stay in, and is nobody's digit.
    found = _valid("+" + digits.lstrip("0"), None)
    if found is None and _TRUNK_ZERO().search(written):
        found = _valid("+" + _digits(_TRUNK_ZERO().sub("", written)).lstrip("0"), None)
    return found


def _bare(digits: str) -> str | None:
    is_candidate = len(digits) >= _FEWEST_BARE_DIGITS and not digits.startswith("0")
    return _valid("+" + digits, None) if is_candidate else None


def _digits(written: str) -> str:
    digits = written.translate(_PUNCTUATION)
    if digits.isascii() and digits.isdigit():
        return digits
    digits = _NOT_DIGIT().sub("", written)
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)  # ٣ is 3


def _valid(number: str, region: str | None) -> str | None:
    return quick_e164(number, region) or _asked(number, region)


@lru_cache(maxsize=4096)
def _asked(number: str, region: str | None) -> str | None:
    import phonenumbers  # 60 ms: a run in which no phone changed must not pay for it

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
