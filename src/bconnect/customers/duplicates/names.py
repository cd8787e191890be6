"""What identifies somebody in a name: its words without case, accents, legal form and form of address.

Only for comparing: the form made here is never shown and never stored as the name.
"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from sys import intern

from bconnect.customers.duplicates import words

_STROKED = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "þ": "th"})
_DOT_IN_ABBREVIATION = re.compile(r"\b(\w)\.(?=\w\b)")
_APOSTROPHE = re.compile(r"['’‘`´]")
_WORD = re.compile(r"[^\W_]+")
_ADDRESS_OR_NUMBER = re.compile(r"\S+@\S+|\b[a-z]{0,2}\s?\d[\d. ]{6,}\d\b")
_ATTENTION = re.compile(r"\W+(?:" + "|".join(sorted(words.ATTENTION)) + r")\b.*|\bc/o\b.*", re.DOTALL)
_LOST_LETTER = re.compile(r"(?<=[^\W\d_])\?(?=[^\W\d_])|(?<=[^\W\d_])\ufffd")
_MOJIBAKE = re.compile(r"[ÃÂÅÄ][\u0080-\u00bf\u0152-\u2122]|â€")


@dataclass(frozen=True, slots=True)
class Name:
    """`words` in their order, and whether a legal form was among them.

    `initials` are coarse on purpose: typing errors seldom change them, another firm mostly has others.
    """

    words: tuple[str, ...]
    has_legal_form: bool = False
    initials: str = ""

    @property
    def key(self) -> str:
        """The same for every order of the words."""
        return " ".join(sorted(self.words)) if len(self.words) > 1 else self.words[0]

    @property
    def is_firms(self) -> bool:
        """Whether it says that it is no person's."""
        return self.has_legal_form or not words.TRADES.isdisjoint(self.words)

    @property
    def compact(self) -> str:
        return "".join(self.words)


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.casefold().translate(_STROKED)  # once more: a fancy capital became a plain one only now


def read_name(raw: str | None) -> Name | None:
    """The identifying words; None for an empty name and for a placeholder such as "Unknown" or "-"."""
    if not raw:
        return None
    found = _without_titles([word for word in _WORD.findall(_cleared(raw)) if word not in words.CONNECTORS])
    core, has_form = _core(found)
    if _is_placeholder(core) or words.TITLES.issuperset(core):
        return None
    glued = tuple([intern(words.ABBREVIATIONS.get(word, word)) for word in _glued(core)])
    initials = "".join(sorted(word[0] for word in glued))
    return Name(glued, has_form, intern(initials))


def _cleared(raw: str) -> str:
    """Folded, without what is no name: an e-mail address, a long number, and whose attention it is for."""
    folded = _APOSTROPHE.sub("", fold(_repaired(raw)))
    if "." in folded:
        folded = _DOT_IN_ABBREVIATION.sub(r"\1", folded)  # b.v.b.a. is one word
    if "@" in folded or sum(map(str.isdigit, folded)) >= 8:
        folded = _ADDRESS_OR_NUMBER.sub(" ", folded)
    return _ATTENTION.sub("", folded) if "att" in folded or "tav" in folded or "c/o" in folded else folded


def _repaired(text: str) -> str:
    """UTF-8 that some program read as Latin-1 ("MÃ¼ller"), as it was; a letter that was lost ("M?ller"), as an e."""
    if "?" in text or "\ufffd" in text:
        text = _LOST_LETTER.sub("e", text)
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


def _without_titles(found: list[str]) -> list[str]:
    start = 0
    while start < len(found) - 1 and found[start] in words.TITLES:
        start += 1
    return found[start:]


def _core(found: list[str]) -> tuple[list[str], bool]:
    """Without legal forms and notes at either end; all of it where nothing else would be left.

    And whether there was a legal form.
    """
    core, has_form = found, False
    while True:
        form, note = _length_behind(core, words.LEGAL_FORMS_BEHIND), _length_behind(core, words.NOTES)
        if not (form or note):
            break
        core = core[: -(form or note)]
        has_form |= form > 0
    if len(core) > 1 and (core[0],) in words.LEGAL_FORMS_BEFORE:
        core, has_form = core[1:], True
    return core, has_form


def _length_behind(core: list[str], known: Container[tuple[str, ...]]) -> int:
    """How many words at the end are one of `known`; the longest one counts."""
    for length in (4, 3, 2, 1):
        if len(core) > length and tuple(core[-length:]) in known:
            return length
    return 0


def _is_placeholder(core: list[str]) -> bool:
    if not core or all(word.isdigit() for word in core):
        return True
    together = "".join(core)
    if len(together) < 2 or len(set(together)) == 1 or together in words.PLACEHOLDERS:
        return True
    return all(word in words.PLACEHOLDERS or word in words.BESIDE_PLACEHOLDERS or word.isdigit() for word in core) and (
        not words.PLACEHOLDERS.isdisjoint(core)
    )


def _glued(core: list[str]) -> list[str]:
    """ "van den berghe" and "vandenberghe" are one word."""
    glued, pending = [], ""
    for word in core:
        if word in words.PARTICLES:
            pending += word
        else:
            glued.append(pending + word)
            pending = ""
    return [*glued, pending] if pending else glued
