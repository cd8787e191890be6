"""How alike two names are: the same words, the same but for typing errors, a word more, or other words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bconnect.customers.duplicates.names import Name
from bconnect.customers.duplicates.words import LEGAL_FORMS_BEHIND, ROMAN, SETS_APART, TRADES


class Likeness(Enum):
    SAME = "same name"
    ALIKE = "name alike"
    """Typing errors, or a word written apart."""
    SHORTENED = "a word cut to its initial"
    LONGER = "one name is longer"
    """A further word on one side."""
    APART = "a word sets them apart"
    """The name of a branch or a sister company."""
    OTHER = "other names"


@dataclass(frozen=True, slots=True)
class Compared:
    likeness: Likeness
    one: Name
    other: Name
    agrees: bool = True
    more: tuple[str, ...] = ()
    """The words that one of them has besides."""
    common: int = 0
    """How many words they share where one has more."""

    @property
    def percent(self) -> int:
        """How alike they are letter by letter; worked out only where somebody is told."""
        found = fuzz.ratio(self.one.key, self.other.key)
        if len(self.one.words) != len(self.other.words) and _are_one_word(self.one.compact, self.other.compact):
            found = max(found, fuzz.ratio(self.one.compact, self.other.compact))
        return round(found)

    @property
    def are_copies_of_one(self) -> bool:
        """Whether both may be one name with an error in each: too far apart to be taken for the same, and no reason
        to part them where a third stands between."""
        left, right = self._words_apart()
        return len(left) == len(right) == 1 and _has_two_errors(left[0], right[0])

    def _words_apart(self) -> tuple[list[str], list[str]]:
        are_people = not (self.one.is_firms or self.other.is_firms)
        left, right, _ = _left_over(self.one.words, self.other.words, are_people=are_people)
        return left, right


_CUT_FROM = 20


def are_same(one: Name, other: Name) -> bool:
    """The same words, in whatever order."""
    if one.words == other.words:
        return True
    return len(one.words) == len(other.words) > 1 and sorted(one.words) == sorted(other.words)


def compare_names(one: Name, other: Name) -> Compared:
    if are_same(one, other):
        return Compared(Likeness.SAME, one, other)
    are_people = not (one.is_firms or other.is_firms)
    left, right, is_shortened = _left_over(one.words, other.words, are_people=are_people)
    if not left and not right:
        return Compared(Likeness.SHORTENED if is_shortened else Likeness.ALIKE, one, other)
    if len(one.words) != len(other.words) and _are_one_word(one.compact, other.compact):
        return Compared(Likeness.ALIKE, one, other)
    if _is_cut_off(one, other):
        return Compared(Likeness.ALIKE, one, other)
    if _is_acronym(one, other) or _is_acronym(other, one):
        return Compared(Likeness.SHORTENED, one, other)
    if left and right:
        return Compared(Likeness.OTHER, one, other, agrees=False)
    return _longer(one, other, tuple(left or right))


def _longer(one: Name, other: Name, more: tuple[str, ...]) -> Compared:
    shorter, longer = sorted((one.words, other.words), key=len)
    if len(more) == 1 and more[0] == longer[-1] and _is_broken_form(more[0]):
        return Compared(Likeness.ALIKE, one, other)
    common = len(shorter)
    is_apart = SETS_APART.intersection(more) or any(word.isdigit() for word in more) or common < len(more)
    if is_apart or TRADES.issuperset(shorter):
        return Compared(Likeness.APART, one, other, agrees=False, more=more)
    if common > 1 and longer[0] == shorter[0] and longer[-1] == shorter[-1]:
        return Compared(Likeness.ALIKE, one, other)  # a second given name
    return Compared(Likeness.LONGER, one, other, more=more, common=common)


def _left_over(one: Sequence[str], other: Sequence[str], *, are_people: bool) -> tuple[list[str], list[str], bool]:
    """The words of each that have no counterpart, and whether an initial stood for a word."""
    left = [word for word in one if word not in other]
    right = [word for word in other if word not in one]
    is_shortened = False
    for word in list(left):
        twin = next((each for each in right if _is_typing_error(word, each, are_people=are_people)), None)
        if twin is None and len(one) > 1:
            twin = next((each for each in right if _is_initial(word, each)), None)
            is_shortened |= twin is not None
        if twin is not None:
            left.remove(word)
            right.remove(twin)
    return left, right, is_shortened


def _is_typing_error(one: str, other: str, *, are_people: bool) -> bool:
    """One error in a word of four letters or more, two from nine on; or another spelling of one sound.

    Short first names differ by one letter and are others: Tim and Wim, Rik and Erik. So do a man's and a
    woman's: Louis and Louise, Mario and Maria.
    """
    shorter = min(len(one), len(other))
    if shorter < 3 or abs(len(one) - len(other)) > 2 or _differ_in_digits(one, other):
        return False
    if are_people and _is_other_gender(one, other):
        return False
    if _sound(one) == _sound(other):
        return True
    if shorter < 4 or (shorter < 6 and one[0] != other[0]):
        return shorter == 3 and sorted(one) == sorted(other) and OSA.distance(one, other) == 1
    allowed = 2 if shorter >= 9 else 1
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _has_two_errors(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 6 or one[0] != other[0] or _differ_in_digits(one, other):
        return False
    return OSA.distance(one, other, score_cutoff=2) <= 2


def _differ_in_digits(one: str, other: str) -> bool:
    """A digit between letters may stand for a letter (M0TORS); at the beginning or end it is a number."""
    if one.isalpha() and other.isalpha():
        return False
    if one.isalnum() and (one.isalpha() or other.isalpha()):
        digits = [*filter(str.isdigit, one[1:-1] + other[1:-1])]
        return len(digits) != 1 or any(map(str.isdigit, one[0] + one[-1] + other[0] + other[-1]))
    return True


def _is_other_gender(one: str, other: str) -> bool:
    if len(one) == len(other):
        return one[:-1] == other[:-1] and {one[-1], other[-1]} == {"o", "a"}
    shorter, longer = sorted((one, other), key=len)
    return longer[:-1] == shorter and longer[-1] in "ae"


_SOUNDS = (("ph", "f"), ("th", "t"), ("dt", "t"), ("gh", "g"), ("ck", "k"), ("ij", "i"))
_LETTERS = str.maketrans("cqzyv", "kksif")


@lru_cache(maxsize=1 << 16)
def _sound(word: str) -> str:
    """The same for spellings that sound alike: Stephanie and Stefanie, Mohammed and Mohamed."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    word = word.translate(_LETTERS)
    return word[0] + "".join(letter for before, letter in pairwise(word) if letter != before)


def _is_initial(one: str, other: str) -> bool:
    return one[0] == other[0] and (len(one) == 1 or len(other) == 1) and not (one in ROMAN and other in ROMAN)


def _is_acronym(one: Name, other: Name) -> bool:
    """ "ABC" of "Antwerp Bulk Carriers"."""
    short = one.words[0]
    return len(one.words) == 1 and 3 <= len(short) == len(other.words) and short == "".join(w[0] for w in other.words)


def _is_cut_off(one: Name, other: Name) -> bool:
    """A long name whose end did not fit into somebody's column."""
    shorter, longer = sorted((one.compact, other.compact), key=len)
    return len(one.words) == len(other.words) and len(shorter) >= _CUT_FROM and longer.startswith(shorter)


_FORMS = tuple(form[0] for form in LEGAL_FORMS_BEHIND if len(form) == 1 and len(form[0]) > 2)
_FORM_SOUNDS = frozenset(map(_sound, _FORMS))
_LONG_FORMS = tuple(form for form in _FORMS if len(form) > 3)


def _is_broken_form(word: str) -> bool:
    """A legal form with a letter doubled, or with one error where it is long enough."""
    return _sound(word) in _FORM_SOUNDS or any(OSA.distance(word, form, score_cutoff=1) <= 1 for form in _LONG_FORMS)


def _are_one_word(one: str, other: str) -> bool:
    """ "Transharbour" and "Trans Harbour", with one error at most."""
    if min(len(one), len(other)) < 7 or abs(len(one) - len(other)) > 1:
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1 and not any(map(str.isdigit, one + other))
