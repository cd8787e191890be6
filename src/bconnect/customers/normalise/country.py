"""Countries: which country a free text means, as an ISO code and an English short name.

Known are the names in English, Dutch, French and German, the ISO codes and a short list of what people write
instead ("Holland", "UK", "U.A.E."): `countries.tsv`, made by `country_table.py`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from bconnect.customers.normalise.pattern import pattern
from bconnect.customers.normalise.text import scalar_text, tidy

TABLE = Path(__file__).with_name("countries.tsv")

_LONGEST_NAME = 200
_CODE_LENGTH = 2
_DROPPED = pattern(r"[.'’`´]")
_BLANK = pattern(r"[\W_]+")
_LETTERS_APART = pattern(r"\b(\w) (?=\w\b)")
_FORMAL = pattern(
    r"(?:(?:the|de|het|la|le|les|l|die|der|das) )?(?:(?:republic|kingdom|republiek|koninkrijk) (?:of|van) )?"
)
_NO_COUNTRY = frozenset({"n/a", "n.a.", "n.a"})  # and not Namibia
_PIECES = pattern(r"\s*[()\[\]/,;|]\s*|\s+-\s+")


@dataclass(frozen=True, slots=True)
class Country:
    """A country: ISO 3166-1 alpha-2 code and English short name.

    A text that names no country stays as the name, with no code and the issue "country.unknown".
    """

    code: str | None
    name: str | None
    issue: str | None = None


def country(raw: object) -> Country:
    """The country that a code or a name in one of four languages means."""
    value = tidy(raw)
    if value is None:
        is_scalar = raw is None or scalar_text(raw) is not None
        return Country(None, None, None if is_scalar else "country.type")
    if len(value) > _LONGEST_NAME:
        return Country(None, value, "country.unknown")
    return _read(value)


def fold(written: str) -> str:
    """The form in which spellings are compared: no capitals, accents or dots ("U.A.E." → "uae")."""
    letters = unicodedata.normalize("NFKD", written)
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    return _LETTERS_APART().sub(r"\1", _BLANK().sub(" ", _DROPPED().sub("", letters)).strip())


@lru_cache(maxsize=1024)
def _read(value: str) -> Country:
    if value.casefold().replace(" ", "") in _NO_COUNTRY:
        return Country(None, value, "country.unknown")
    code = _code(value)
    if code is None:
        # "België / Belgique", "Belgium (BE)": several names are one country when those that are known agree
        found = {_code(piece) for piece in _PIECES().split(value) if len(piece) > 1} - {None}
        code = found.pop() if len(found) == 1 else None
    names, _ = _table()
    return Country(code, names[code]) if code else Country(None, value, "country.unknown")


def _code(written: str) -> str | None:
    key, (_, codes) = fold(written), _table()
    return codes.get(key) or codes.get(_FORMAL().sub("", key, count=1))


def codes_of(part: str) -> frozenset[str]:
    """The countries with a spelling that holds this part; one or two letters have to be all of it."""
    asked, (_, codes) = fold(part), _table()
    if len(asked) <= _CODE_LENGTH:
        return frozenset(code for spelling, code in codes.items() if spelling == asked)
    return frozenset(code for spelling, code in codes.items() if asked in spelling)


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Names by code, and codes by folded spelling."""
    rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    names = {code: name for code, name, _ in rows}
    return names, {key: code for code, _, keys in rows for key in keys.split("|")}
