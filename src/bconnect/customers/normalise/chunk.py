"""A stretch of digits and punctuation: is it one phone number, several, or one with two endings ("67/68")?"""

from __future__ import annotations

import re
from collections.abc import Callable

from bconnect.customers.normalise.numbering import FEWEST_DIGITS
from bconnect.customers.normalise.pattern import pattern

_FEWEST_DIGITS_OF_TWO = 12
_FEWEST_DIGITS_OF_EACH = 8  # to believe one of two numbers when the other can't be read

_OTHER_ENDING = pattern(r"(?P<head>.*\d)(?P<separator>\s*/\s*|\s+[–-]\s+)(?P<ending>\d{1,3})\s*")
_SPACED_CUT = pattern(r"\s+[/–-]\s+")
_ANY_CUT = pattern(r"\s*/\s*|\s+[–-]?\s*|(?<=\d)\s*-\s*(?=[+0])")

Read = Callable[[str], str | None]


def read_chunk(chunk: str, read: Read) -> tuple[list[str], bool]:
    """The numbers in a chunk, and whether all of it was read. `read` gives one number's E.164, or None.

    A spaced "/" or "-" parts numbers before the whole is tried: where numbers differ in length, two short
    ones glued together can be valid. Any other cut comes after it: area codes are written "03/206 45 67".
    """
    if count_digits(chunk) < FEWEST_DIGITS:
        return [], True
    numbers = _other_ending(chunk, read) or _cut(chunk, _SPACED_CUT(), read) or _whole(chunk, read)
    numbers = numbers or _cut(chunk, _ANY_CUT(), read)
    return (numbers, True) if numbers else (_readable(chunk, read), False)


def count_digits(chunk: str) -> int:
    return sum(map(str.isdigit, chunk))


def _whole(chunk: str, read: Read) -> list[str]:
    number = read(chunk)
    return [number] if number else []


def _other_ending(chunk: str, read: Read) -> list[str]:
    """Two numbers of "03 206 45 67/68": the second shares all but its last digits.

    Behind a dash such digits may be anything, an hour for one: they are left.
    """
    match = _OTHER_ENDING().fullmatch(chunk)
    first = read(match["head"]) if match else None
    if not match or not first:
        return []
    second = "/" in match["separator"] and read(first[: -len(match["ending"])] + match["ending"])
    return [first, second] if second else [first]


def _cut(chunk: str, separator: re.Pattern[str], read: Read) -> list[str]:
    """Several numbers in a row, or nothing unless every piece is valid."""
    if count_digits(chunk) < _FEWEST_DIGITS_OF_TWO:
        return []
    for match in separator.finditer(chunk):
        first = read(chunk[: match.start()])
        rest = chunk[match.end() :]
        others = first and (_whole(rest, read) or _cut(rest, separator, read))
        if first and others:
            return [first, *others]
    return []


def _readable(chunk: str, read: Read) -> list[str]:
    """What can be read of several numbers, when not all can."""
    pieces = [piece for piece in _SPACED_CUT().split(chunk) if count_digits(piece) >= _FEWEST_DIGITS_OF_EACH]
    return [number for piece in pieces if len(pieces) > 1 and (number := read(piece))]
