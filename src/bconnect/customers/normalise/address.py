"""Addresses: which part of a line is the street and which the number, and the form of a post code.

No library splits addresses offline and well, so this splitter is a careful one: whenever a line could be read
in two ways, all of it stays street.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from bconnect.customers.normalise.pattern import pattern
from bconnect.customers.normalise.text import Cleaned, no_text, tidy

_LONGEST_LINE = 300

_BOX = r"(?:bus|bte|bt|bo[iî]te|box|b|app?|apt)\b\.?\s*[\w/.-]{1,6}"
_NUMBER = (
    r"(?:(?:nr|n°|nº|no)\.?\s*)?"
    r"\d{1,4}(?:\s?[A-Za-z](?![\w]))?(?:\s*[-–]\s*\d{1,4}(?:\s?[A-Za-z](?!\w))?)?"  # 12, 12A, 12 a, 3-5
    r"(?:\s?(?:bis|ter|quater)\b)?(?:\s*/\s*\w{1,5})*"  # 12 bis, 12A/3
)
_BEHIND = pattern(rf"(?P<street>.*?[^\s,])(?:\s*,\s*|\s+)(?P<number>{_NUMBER}(?:\s*[,/]?\s*{_BOX})?)", re.IGNORECASE)
_BEFORE = pattern(rf"(?P<number>{_NUMBER})(?:\s*,\s*|\s+)(?P<street>[^\d\s,].*)", re.IGNORECASE)
_DIGIT = pattern(r"\d")
_WORD = pattern(r"[^\W\d_]{2,}")

# A number behind these words names the box, the gate or the road itself, not a house
_NOT_BEFORE_A_NUMBER = pattern(
    r"(?:\b(?:p\.?\s*o\.?\s*box|box|postbus|postfach|bo[iî]te(?: postale)?|b\.?p\.?|bus|bte|c\.?p\.?|boks"
    r"|unit|suite|zone|hangar|gate|gebouw|building|b[aâ]t(?:iment)?|bloc|block|blok|sector|secteur|phase|lot|plot"
    r"|shop|office|floor|[eé]tage|warehouse|magazijn|loods|terminal|dock"
    r"|km|route|rn|rd|autoroute|highway|snelweg|the|du|van|le|la|de)\.?|[(\[-])\Z",
    re.IGNORECASE,
)
_BOX_ANYWHERE = pattern(r"\b(?:p\.?\s?o\.?\s?box|postbus|postfach|bo[iî]te postale|b\.?p\.?)\s*\d", re.IGNORECASE)
# Words with one number behind or before them, in which nothing could be read in two ways
_WORDS = r"(?P<street>(?P<first>[^\W\d_]{2,})(?: [^\W\d_.'’-]+)*)"
_ONE_NUMBER = r"(?P<number>[0-9]{1,4}[A-Za-z]?(?:/[0-9]{1,4})?)"
_WORDS_AND_NUMBER, _NUMBER_AND_WORDS = pattern(rf"{_WORDS} {_ONE_NUMBER}"), pattern(rf"{_ONE_NUMBER} {_WORDS}")
_NOT_PLAIN_WORDS = (
    "nr no box postbus postfach boite boîte postale bp bus bte cp boks unit suite zone hangar gate gebouw building "
    "bat bât batiment bâtiment bloc block blok sector secteur phase lot plot shop office floor etage étage "
    "warehouse magazijn loods terminal dock km route rn rd autoroute highway snelweg the du van le la de "
    "bis ter quater"
)
_NOT_PLAIN = frozenset(_NOT_PLAIN_WORDS.split())
_TYPE_ALONE = pattern(r"(?:rue|avenue|road|street|straat|stra(?:ss|ß)e|laan|lane|weg|calle|via)", re.IGNORECASE)
_NUMBER_AND_COMMA = pattern(r"\d\s*,")  # "Haven 20, 2030": what follows is a post code
_YEARS = pattern(r"\d{2}(?:\d{2})?\s*[-–]\s*\d{2}(?:\d{2})?")


class Street(NamedTuple):
    """An address line in two parts; `number` holds all that belongs to it ("12 bus 3", "12A/3", "3-5")."""

    street: str | None
    number: str | None


def split_street(line: object) -> Street:
    """Street and number of one address line; when unsure, all of it as street."""
    value = tidy(line)
    if value is None or len(value) > _LONGEST_LINE:
        return Street(value, None)
    return plain_split(value) or careful_split(value)


def careful_split(value: str) -> Street:
    """Any line, tidied."""
    found = _parts(value)
    if found is None:
        return Street(value, None)
    joined = f"{found.street} {found.number}"
    # A split that would not survive being joined and read again is an unsure one
    return found if joined == value or _parts(joined) == found else Street(value, None)


def join_street(street: object, number: object) -> str | None:
    """The line that `split_street` reads as these two: street, blank, number. Used when writing to Robaws."""
    return " ".join(part for part in (tidy(street), tidy(number)) if part is not None) or None


def plain_split(line: str) -> Street | None:
    """What `careful_split` says of "Lange Nieuwstraat 12A" and "12 Rue Foch", in a third of its time; None: ask it."""
    match = (_NUMBER_AND_WORDS if line[0].isdigit() else _WORDS_AND_NUMBER)().fullmatch(line)
    if match is None:
        return None
    street, first, number = match.group("street", "first", "number")
    last = street.rpartition(" ")[2].lower()
    if last in _NOT_PLAIN or first.lower() in _NOT_PLAIN or (last == street.lower() and _TYPE_ALONE().fullmatch(last)):
        return None
    return Street(street, number)


def _parts(line: str) -> Street | None:
    if _DIGIT().search(line) is None:
        return None
    behind, before = _BEHIND().fullmatch(line), _BEFORE().fullmatch(line)
    match = before if behind is None else behind
    if (
        match is None
        or (behind and before)
        or _BOX_ANYWHERE().search(line)
        or _NUMBER_AND_COMMA().search(line[: match.start("number")])
    ):
        return None
    street, number = match["street"], match["number"]
    return Street(street, number) if _is_street(street) and not _is_name(street, number) else None


def _is_street(street: str) -> bool:
    return _WORD().search(street) is not None and "," not in street and _TYPE_ALONE().fullmatch(street) is None


def _is_name(street: str, number: str) -> bool:
    """Whether the number is part of the name: "Zone 3", "Route 66", "Plein 40-45"."""
    years = _YEARS().fullmatch(number) and re.match(r"(?:1[89]|20)\d\d|40|14", number)
    return _NOT_BEFORE_A_NUMBER().search(street) is not None or bool(years)


_POSTAL_FORMS = {
    "AT": r"\d{4}",
    "BE": r"[1-9]\d{3}",
    "CH": r"\d{4}",
    "DE": r"\d{5}",
    "DK": r"\d{4}",
    "ES": r"\d{5}",
    "FR": r"\d{5}",
    "GB": r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})",
    "IT": r"\d{5}",
    "LU": r"\d{4}",
    "NL": r"([1-9]\d{3}) ?([A-Z]{2})",
}
_OWN_PREFIX = {"BE": "B", "DE": "D", "FR": "F", "LU": "L", "NL": "NL", "AT": "A", "CH": "CH", "DK": "DK"}


def postal_code(raw: object, country: str | None) -> Cleaned:
    """The post code in its country's own form ("B-2000" → "2000", "1012js" → "1012 JS").

    country: ISO alpha-2 or None. Issue: "postal_code.invalid" where the form is known and this is not it: the
    value is then the tidied raw text, as for a country without a known form. No missing zero is made up.
    """
    value = tidy(raw)
    return no_text(raw, "postal_code") if value is None else _postal_code(value, country)


@lru_cache(maxsize=4096)
def _postal_code(value: str, country: str | None) -> Cleaned:
    form = _POSTAL_FORMS.get(country or "")
    if form is None or country is None:
        return Cleaned(value)
    prefix = "|".join({_OWN_PREFIX.get(country, country), country})
    match = re.fullmatch(rf"(?:(?:{prefix})[ -]*)?({form})", value.upper(), re.ASCII)
    if match is None:
        return Cleaned(value, "postal_code.invalid")
    return Cleaned(" ".join(match.groups()[1:]) or match[1])
