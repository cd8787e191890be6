"""Free text: what a value looks like once the invisible mess is gone. Every other cleaner starts from `tidy`.

Nothing is cut and nothing is invented: only blanks, control characters and the Unicode form change.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

LONG_TEXT_CHARS = 1_000  # far past any real name; longer is kept, but worth a look

_MAX_INTEGER_BITS = 10_000  # Python refuses to print integers past about 14,000 bits
_SPACES = dict.fromkeys(map(ord, "\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ")
_CONTROLS = dict.fromkeys([*range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0)])
# Invisible: soft hyphen, zero-width space, word joiner, BOM, and the direction marks that let a text show as
# another one. The zero-width joiners stay: Persian words and emoji are spelled with them.
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
_CLEAN = _CONTROLS | _INVISIBLE | _SPACES
_BLANKS_IN_LINE = re.compile(r"[^\S\n]+")
_BLANKS_AT_LINE_END = re.compile(r" ?\n ?")


class Cleaned(NamedTuple):
    """A cleaned value. (A tuple: a dozen are made for each record.)

    `value`: the normal form; where none was found, the tidied raw text, and `issue` says why; None for blank.
    `issue`: a stable code such as "phone.invalid"; None means nothing to remark.
    `others`: further valid values from the same field, in normal form.
    """

    value: str | None
    issue: str | None = None
    others: tuple[str, ...] = ()


EMPTY = Cleaned(None)


def scalar_text(raw: object) -> str | None:
    """The text of a JSON scalar; None for null, for containers and for anything that has no text."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw) if raw.bit_length() <= _MAX_INTEGER_BITS else None
    if isinstance(raw, float):
        # 32475123456.0 is a spreadsheet's spelling of a whole number
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    return None


def tidy_lines(raw: object) -> str | None:
    """NFC, no control or invisible characters, single blanks, trimmed, lines kept; None for nothing left."""
    value = raw if type(raw) is str else scalar_text(raw)
    if value is None:
        return None
    if value.isprintable():  # then it holds none of the characters below, and no blank but " "
        value = (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()
        return (" ".join(value.split()) if "  " in value else value) or None
    # Surrogate halves side by side belong together; one alone is no character, and PostgreSQL refuses it
    value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN))
    value = _BLANKS_AT_LINE_END.sub("\n", _BLANKS_IN_LINE.sub(" ", value))
    return value.strip() or None


def tidy(raw: object) -> str | None:
    """`tidy_lines` on one line."""
    value = tidy_lines(raw)
    return " ".join(value.split()) if value is not None and "\n" in value else value


def no_text(raw: object, kind: str) -> Cleaned:
    """What a cleaner answers when `tidy` gave None: empty is fine, a container is not."""
    is_scalar = raw is None or scalar_text(raw) is not None
    return EMPTY if is_scalar else Cleaned(None, f"{kind}.type")


def text(raw: object) -> Cleaned:
    """Free text of one or more lines."""
    return _measured(raw, tidy_lines(raw))


def name(raw: object) -> Cleaned:
    """A name, on one line. Its wording is the customer's own and stays: legal form, quotes, capitals."""
    return _measured(raw, tidy(raw))


def client_type(raw: object) -> Cleaned:
    """The client type as Robaws states it ("company", "individual"), lower-case; never guessed."""
    value = tidy(raw)
    return no_text(raw, "client_type") if value is None else Cleaned(lower(value))


def lower(value: str) -> str:
    """Lower-case, still NFC: lower-casing can take a composed letter apart."""
    return unicodedata.normalize("NFC", value.lower())


def _measured(raw: object, value: str | None) -> Cleaned:
    if value is None:
        return no_text(raw, "text")
    return Cleaned(value, "text.long" if len(value) > LONG_TEXT_CHARS else None)
