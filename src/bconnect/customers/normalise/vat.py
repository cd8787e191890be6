"""VAT numbers: prefix and digits without punctuation, and only when the checksum holds.

The rules of each country are python-stdnum's. A right checksum is not a registration: that only VIES knows.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import import_module
from typing import Protocol, cast

from bconnect.customers.normalise.pattern import pattern
from bconnect.customers.normalise.text import Cleaned, no_text, tidy_lines

_LONGEST_FIELD = 120
_FEWEST_DIGITS = 5  # fewer is a remark ("geen", "0"), not a number that somebody might check elsewhere

# Prefix → python-stdnum's module. XI is Northern Ireland: GB's digits under the EU's VIES. EL is Greece.
_SCHEMES = {
    "AT": "at.uid",
    "BE": "be.vat",
    "BG": "bg.vat",
    "CHE": "ch.uid",
    "CY": "cy.vat",
    "CZ": "cz.dic",
    "DE": "de.vat",
    "DK": "dk.cvr",
    "EE": "ee.kmkr",
    "EL": "gr.vat",
    "ES": "es.nif",
    "FI": "fi.alv",
    "FR": "fr.tva",
    "GB": "gb.vat",
    "HR": "hr.oib",
    "HU": "hu.anum",
    "IE": "ie.vat",
    "IT": "it.iva",
    "LT": "lt.pvm",
    "LU": "lu.tva",
    "LV": "lv.pvn",
    "MT": "mt.vat",
    "NL": "nl.btw",
    "NO": "no.mva",
    "PL": "pl.nip",
    "PT": "pt.nif",
    "RO": "ro.cf",
    "SE": "se.vat",
    "SI": "si.ddv",
    "SK": "sk.dph",
    "XI": "gb.vat",
}
_PREFIX_OF_COUNTRY = {"GR": "EL", "CH": "CHE", "MC": "FR", "IM": "GB"}
_WORDS = pattern(
    r"(?<![A-Z])(?:N(?:UM[EÉ])?(?:RO|R|O|°|º)\.? ?(?:DE )?)?"
    r"(?:BTW|TVA|T\.V\.A\.?|VAT|IVA|MWST|UST|DPH|NIP|PARTITA IVA|P\.? ?IVA|KBO|BCE|ONDERNEMINGSN(?:UMME)?R)"
    r"(?:[ .:/-]*(?:ID(?:ENT)?|REG(?:ISTRATION)?|INTRACOM\w*|NUMMER|NUMBER|NUM[EÉ]RO)\b)*"
    r"(?:[ .:/-]*(?:ID)?-?(?:NR|NO|N°|Nº)(?![A-Z])\.?)?[ .:/-]*"
)
_COURT = pattern(r"\bRP[RM]\b\D*|\(.*?\)")  # "0403.019.261 RPR Antwerpen"
# Two ways of writing that only one country uses: they stand for its prefix, if the checksum agrees
_TELLING_FORMS = (
    ("BE", pattern(r"\s*[01]\d{3}\.\d{3}\.\d{3}\s*")),
    ("NL", pattern(r"\s*\d{9}\.?B\d\d\s*")),
)
_NOT_DIGIT = pattern(r"[^0-9]+")
_PUNCTUATION = pattern(r"[^A-Z0-9+*]+")  # "+" and "*" stand in old Irish numbers
_USUAL_PUNCTUATION = dict.fromkeys(map(ord, " .-/"))
_BETWEEN_NUMBERS = pattern(r"\s*[;,|\n]\s*|\s+[/&]\s+|\s+(?:OF|OU|OR|EN|ET|AND|ODER|UND)\s+")


class _Scheme(Protocol):
    def validate(self, number: str) -> str: ...


def vat(raw: object, country: str | None) -> Cleaned:
    """The VAT number with its prefix ("BE0403019261"); further ones in the same field in `others`.

    country: the record's own, ISO alpha-2 or None; its prefix is added only where the number then validates.
    Without it the Belgian dots and the Dutch "B01" still tell.
    Issues: "vat.invalid"; "vat.unchecked" where no rule is known that could say so (a tax number from outside
    Europe, or digits with neither prefix nor country). Either way the value is the tidied raw text.
    """
    value = tidy_lines(raw)
    if value is None:
        return no_text(raw, "vat")
    return _read(value, country) if len(value) <= _LONGEST_FIELD else Cleaned(value, "vat.invalid")


@lru_cache(maxsize=4096)
def _read(value: str, country: str | None) -> Cleaned:
    prefix = _PREFIX_OF_COUNTRY.get(country or "", country)
    written = value.upper()
    whole = _number(written, prefix)
    if whole:
        return Cleaned(whole)
    pieces = _BETWEEN_NUMBERS().split(written)
    numbers = [_number(piece, prefix) for piece in pieces] if len(pieces) > 1 else []
    found = tuple(dict.fromkeys(number for number in numbers if number))
    if found:
        return Cleaned(found[0], None, found[1:])
    return Cleaned(value, "vat.unchecked" if _is_beyond_us(written, prefix) else "vat.invalid")


def _number(written: str, prefix: str | None) -> str | None:
    compact = _compact(written)
    own = compact[:3] if compact.startswith("CHE") else compact[:2].replace("GR", "EL")
    if own in _SCHEMES and (found := _validated(own, compact[len(own) :])):
        return found
    if prefix in _SCHEMES and (found := _validated(prefix, compact)):
        return found
    bare = _WORDS().sub(" ", _COURT().sub(" ", written))
    return next((_validated(told, compact) for told, form in _TELLING_FORMS if form().fullmatch(bare)), None)


def _compact(written: str) -> str:
    plain = written.translate(_USUAL_PUNCTUATION)
    if plain[2:].isdigit() and plain.isalnum() and plain.isascii():
        return plain  # a prefix at most: no words to look for
    return _PUNCTUATION().sub("", _WORDS().sub(" ", _COURT().sub(" ", written)))


def _validated(prefix: str, number: str) -> str | None:
    if not _NOT_DIGIT().sub("", number)[:-2].strip("0"):
        return None  # BE0000000097 has a right checksum and no owner
    try:
        found = _scheme(prefix).validate("CHE" + number if prefix == "CHE" else number)
    except _validation_error():
        return None
    return found if found.startswith(prefix) else prefix + found


@cache
def _validation_error() -> type[Exception]:
    return cast("type[Exception]", import_module("stdnum.exceptions").ValidationError)


@cache
def _scheme(prefix: str) -> _Scheme:
    # With its helpers 50 ms: only a run that meets a VAT number pays
    return cast("_Scheme", import_module(f"stdnum.{_SCHEMES[prefix]}"))


def _is_beyond_us(written: str, prefix: str | None) -> bool:
    compact = _compact(written)
    digits = sum(map(str.isdigit, compact))
    return digits >= _FEWEST_DIGITS and prefix not in _SCHEMES and compact[:2] not in _SCHEMES
