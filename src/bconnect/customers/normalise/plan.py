"""The plain case of libphonenumber, only faster: a valid number of a country with its own calling code.

The numbering plans are the library's own metadata. A None says "ask the library", never "invalid".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_KINDS = ("fixed_line", "mobile")
"""All others together are one number in a hundred, and two thirds of what it takes to compile a plan."""


@dataclass(frozen=True, slots=True)
class _Plan:
    calling_code: str
    trunk: tuple[str, ...]  # what may be dialled before a number inside the country
    abroad: re.Pattern[str]
    valid: re.Pattern[str]


def quick_e164(number: str, region: str | None) -> str | None:
    """E.164 of "+" and digits, or of digits dialled in `region`; None where it takes the library to tell."""
    if number.startswith("+"):
        plan = _plan_abroad(number[1:4])
        national = number[1 + len(plan.calling_code) :] if plan else ""
    else:
        plan, national = _plan(region), number
        if plan and (plan.abroad.match(number) or number.startswith(plan.calling_code)):
            return None
    if plan is None:
        return None
    for trunk in plan.trunk:
        if national.startswith(trunk):
            national = national[len(trunk) :]
            break
    return f"+{plan.calling_code}{national}" if plan.valid.fullmatch(national) else None


def only_region(number: str) -> str | None:
    """The region of an E.164 number whose calling code is of one region alone; None: ask the library."""
    regions = _regions_of(number[1:4])
    return regions[0] if len(regions) == 1 else None


@cache
def _regions_of(digits: str) -> tuple[str, ...]:
    """The regions, the main one first, of the calling code that these digits begin with.

    Calling codes have one to three digits, and none begins another.
    """
    found = (_regions().get(digits[:length]) for length in (2, 3, 1))
    return next(filter(None, found), ())


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    import phonenumbers  # lazily, as in `numbering`

    return {str(code): regions for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()}


@cache
def _plan_abroad(digits: str) -> _Plan | None:
    return _plan(next(iter(_regions_of(digits)), None))


@cache
def _plan(region: str | None) -> _Plan | None:
    """A region's plan, where it is the main one of its calling code and only drops its trunk prefix.

    The library asks the main region first, so a number that is valid there is valid, whoever shares the code.
    """
    import phonenumbers

    data = phonenumbers.PhoneMetadata.metadata_for_region(region) if region else None
    if data is None or region is None or _regions()[str(data.country_code)][0] != region or data.leading_digits:
        return None
    trunk = tuple(filter(None, (data.national_prefix_for_parsing or "").split("|")))
    is_plain = data.national_prefix_transform_rule is None and all(map(str.isdigit, trunk))
    if not is_plain or data.general_desc is None or data.international_prefix is None:
        return None
    kinds = [_expression(kind) for name in _KINDS if (kind := getattr(data, name)) is not None]
    valid = rf"(?={_expression(data.general_desc)}\Z)(?:{'|'.join(filter(None, kinds))})"
    return _Plan(str(data.country_code), trunk, re.compile(data.international_prefix), re.compile(valid))


def _expression(kind: object) -> str:
    """One kind of number as an expression, lengths included; "" where the country has none of it."""
    numbers: str | None = getattr(kind, "national_number_pattern", None)
    lengths: tuple[int, ...] = getattr(kind, "possible_length", ())
    if not numbers or lengths == (-1,):
        return ""
    length = "|".join(rf"\d{{{digits}}}\Z" for digits in lengths)
    return rf"(?={length})(?:{numbers})" if length else f"(?:{numbers})"
