"""Phone fields: which numbers stand in one, among labels, names, extensions and alternative endings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bconnect.customers.normalise.chunk import Read, count_digits, read_chunk
from bconnect.customers.normalise.numbering import e164, phone_region
from bconnect.customers.normalise.pattern import pattern
from bconnect.customers.normalise.text import Cleaned, no_text, tidy_lines

_LONGEST_FIELD = 250  # longer is prose: kept as it is
_FEWEST_LOST_DIGITS = 6  # an unreadable piece from here on was meant as a number: say so

_CHUNK = pattern(r"[+(]*\d[\d ()./*'’‐‑–—−-]*")
# Behind a label, if any, nothing that parts two numbers: no blank before a "/" or "-", no "/68" at the end
_ONE_NUMBER = pattern(
    r"(?:(?:tel|gsm|mob)[.:]? )?"
    r"([+(]*[0-9][0-9.()]*(?:(?: (?![ /-])|(?<! )[/-](?! ?[0-9]{1,3}\Z))[0-9.()]*)*)",
    re.IGNORECASE,
)
_HOUR = pattern(r"\s*[/–-]\s*\d{1,3}\Z")  # "0475 12 34 56 / 18u"
_LAST_WORD = pattern(r"([^\W\d_]+)[\W_]*\Z")
_EXTENSION_DIGITS = pattern(r"\d{1,6}(?=\s+[/–-]\s|\s*\Z)")
_LABEL_WORDS = (
    "t tel tél telefoon téléphone telefon telephone phone ph p nr no n "
    "m mob mobile mobiel mobil gsm handy cell portable whatsapp wa"
)
_LABELS = frozenset(_LABEL_WORDS.split())
_FAX = frozenset(["fax", "f", "telefax", "téléfax", "télécopie"])
_EXTENSION = frozenset(["ext", "extension", "poste", "toestel", "tst", "intern", "int", "durchwahl", "dw", "x"])


def phone(raw: object, country: str | None, default_country: str | None) -> Cleaned:
    """E.164 of the first valid number; further ones in `others`.

    country: the record's own, ISO alpha-2 or None; default_country: the last resort.
    Issues: "phone.invalid" (the value is the tidied raw text), "phone.ambiguous" (one number was read,
    another piece of the field was not), "phone.extension" (there was one; it is not in the value).
    """
    value = tidy_lines(raw)
    if value is None:
        return no_text(raw, "phone")
    if len(value) > _LONGEST_FIELD:
        return Cleaned(value, "phone.invalid")
    return read_one_number(value, country, default_country) or read_field(value, country, default_country)


def read_one_number(value: str, country: str | None, default_country: str | None) -> Cleaned | None:
    """What `read_field` says of a field that holds one number and nothing else, in a third of its time."""
    match = _ONE_NUMBER().fullmatch(value)
    number = e164(match[1], country, default_country) if match else None
    return None if number is None else Cleaned(number)


@lru_cache(maxsize=4096)
def read_field(value: str, country: str | None, default_country: str | None) -> Cleaned:
    """Whatever stands in a tidied field."""
    found = _search(value, country, default_country)
    if country is None and found.lost and found.numbers:
        # "222422591 of +237670550958": the number that tells its country tells how its neighbour was meant
        found = _search(value, phone_region(found.numbers[0]), default_country)
    numbers = tuple(dict.fromkeys(found.numbers or found.fax))
    if not numbers:
        return Cleaned(value, "phone.invalid")
    issue = "phone.ambiguous" if found.lost else "phone.extension" if found.extension else None
    return Cleaned(numbers[0], issue, numbers[1:])


def _search(value: str, country: str | None, default_country: str | None) -> _Found:
    found = _Found(lambda written: e164(written, country, default_country))
    for gap, chunk in _chunks(value):
        found.add(gap, chunk)
    return found


def _chunks(value: str) -> Iterator[tuple[str, str]]:
    """Every stretch of digits and phone punctuation, with the text before it. Letters are never digits."""
    end = 0
    for match in _CHUNK().finditer(value):
        after = value[match.end() : match.end() + 1]
        if after != "@":
            chunk = _HOUR().sub("", match[0]) if after.isalpha() else match[0]
            yield value[end : match.start()], chunk.rstrip(" (/-–.")
        end = match.end()


class _Found:
    """What has been read in a field so far."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.numbers: list[str] = []
        self.fax: list[str] = []
        self.extension = False
        self.lost = False

    def add(self, gap: str, chunk: str) -> None:
        """Reads one chunk in the light of the word before it."""
        last_word = _LAST_WORD().search(gap)
        word = last_word[1].casefold() if last_word else ""
        if word in _EXTENSION or gap.endswith("#"):
            chunk = self._without_extension(chunk)
        elif gap[-1:].isalpha() and word not in _LABELS | _FAX:
            return  # letters grown onto digits: a VAT number, a licence plate
        numbers, complete = read_chunk(chunk, self.read)
        (self.fax if word in _FAX else self.numbers).extend(numbers)
        self.lost |= not complete and count_digits(chunk) >= _FEWEST_LOST_DIGITS

    def _without_extension(self, chunk: str) -> str:
        match = _EXTENSION_DIGITS().match(chunk)
        self.extension |= match is not None
        return chunk[match.end() :] if match else chunk
