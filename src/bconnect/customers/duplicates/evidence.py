"""Are two customers one? Points for what agrees, points off for what does not, and the reasons in words.

The weights and their order come from measurements on records with planted traps (docs/discussions/duplicates.md).
What many share is worth little: an e-mail address that stands under five different names is an accountant's.
Two rules stand above the points: without a name that agrees only a VAT number makes a pair likely, and two
different valid VAT numbers are two legal entities.
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from math import inf, log2
from typing import Final

from rapidfuzz.distance import OSA

from bconnect.customers.duplicates.contacts import (
    Contacts,
    Holders,
    Sum,
    add_contacts,
    most_points,
    share_of,
    shared_by,
)
from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.keys import LARGEST_BLOCK, Kind, key
from bconnect.customers.duplicates.likeness import Compared, Likeness, are_same, compare_names
from bconnect.customers.duplicates.place import Place, place_of, points_of
from bconnect.customers.duplicates.words import CITY_NAMES


class Tier(IntEnum):
    """What a score means; the value is the lowest score of the tier."""

    NEAR_CERTAIN = 95
    LIKELY = 80
    POSSIBLE = 50

    @property
    def words(self) -> str:
        return self.name.lower().replace("_", " ")


def tier_of(score: int) -> Tier | None:
    return next((tier for tier in Tier if score >= tier), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`score` from 0 to 100. `parts`: they can't be the same, whatever the score of others with both."""

    score: int
    reasons: tuple[str, ...]
    parts: bool = False

    @property
    def tier(self) -> Tier | None:
        return tier_of(self.score)


# Points and the score they make; straight lines between.
_SCALE: Final = ((-6.0, 0), (3.0, 50), (6.0, 80), (10.0, 95), (17.0, 100))
_VAT: Final = {"same": 9.0, "different": -9.0, "close": 0.0, "unknown": 0.0}
_NOTHING_SHARED: Final = 2.0
"""The most that contacts give where neither an address nor a number is the same."""
_NAME: Final = {
    Likeness.SAME: 5.0,
    Likeness.ALIKE: 3.5,
    Likeness.SHORTENED: 3.0,
    Likeness.LONGER: 2.0,
    Likeness.APART: -3.0,
    Likeness.OTHER: -4.0,
}


def compare(one: Features, other: Features, holders: Holders, at_least: int = 0) -> Evidence:
    """The evidence for and against.

    `at_least`: who only wants scores from there on is told 0 for the rest, mostly after a glance at the cheapest
    of the evidence: of all pairs that share a key, few come to anything.
    """
    vat, place, is_firm = _vat(one, other), place_of(one, other), one.is_firm or other.is_firm
    points, place_reason = points_of(place, is_firm=is_firm)
    if at_least:
        most = _VAT[vat] + most_points(one, other)
        most += 0.0 if most > _NOTHING_SHARED and _may_have_moved(place, is_firm=is_firm) else points
        if most + _most_of_names(one, other) < _enough(at_least):
            return _LESS
    name = _compared_names(one, other, place)
    if at_least and name is not None and most + _name_points(name, vat) < _enough(at_least):
        return _LESS
    total = Sum(0.0, [])
    _add_vat(total, one, vat, holders)
    if name is not None:
        _add_name(total, name, vat, _rarity(one, name, holders))
    is_elsewhere = place < Place.UNKNOWN and is_firm and vat != "same"
    contacts = add_contacts(total, one, other, holders, is_elsewhere=is_elsewhere)
    if place_reason:
        has_moved = _may_have_moved(place, is_firm=is_firm) and contacts.of_one_person
        total.add(0.0 if has_moved else points, place_reason)
    if vat == "different":
        total.add(_VAT[vat], "different VAT numbers")
    highest = _ceiling(vat, name, contacts, place, is_firm=is_firm)
    parts = vat == "different" or (vat != "same" and name is not None and _part_names(name))
    return Evidence(min(_score(total.points), highest), tuple(total.reasons), parts)


def _may_have_moved(place: Place, *, is_firm: bool) -> bool:
    """People do, and take the mailbox and the mobile with them that are theirs alone."""
    return place is Place.OTHER and not is_firm


def _part_names(name: Compared) -> bool:
    return not name.agrees and not (name.likeness is Likeness.OTHER and name.are_copies_of_one)


def _most_of_names(one: Features, other: Features) -> float:
    """Before they are compared: the most that their names can give."""
    if one.name is None or other.name is None:
        return 0.0
    return _NAME[Likeness.SAME if are_same(one.name, other.name) else Likeness.ALIKE]


def _add_vat(total: Sum, one: Features, vat: str, holders: Holders) -> None:
    if vat == "same":
        share = share_of(holders(key(Kind.VAT, one.vat)))
        total.add(_VAT[vat] * share, shared_by("same VAT number", share))


def _compared_names(one: Features, other: Features, place: Place) -> Compared | None:
    """A town behind the name says nothing where both are in it, and names a branch where they are not."""
    if one.name is None or other.name is None:
        return None
    name = compare_names(one.name, other.name)
    town = "".join(name.more)
    if town and CITY_NAMES.get(town, town) in (one.city, other.city):
        if place >= Place.OTHER_STREET:
            return replace(name, likeness=Likeness.ALIKE, agrees=True)
        return replace(name, likeness=Likeness.APART, agrees=False)
    return name


def _ceiling(vat: str, name: Compared | None, contacts: Contacts, place: Place, *, is_firm: bool) -> int:
    """The highest score these can have, whatever the points say."""
    if vat == "same":
        return 100 if name is not None and name.agrees else Tier.NEAR_CERTAIN - 1
    if vat == "different" or name is None or not name.agrees or (is_firm and _are_branches(contacts, place)):
        return Tier.LIKELY - 1
    at_one_door = place is Place.SAME_DOOR
    if at_one_door and not is_firm and not contacts.of_one_person and name.likeness is not Likeness.SAME:
        # A family has one door and one phone.
        return (Tier.LIKELY if name.likeness is Likeness.LONGER else Tier.NEAR_CERTAIN) - 1
    if name.likeness in (Likeness.SHORTENED, Likeness.LONGER):
        # A firm that has a word more may be a sister firm.
        is_doubtful = is_firm and name.likeness is Likeness.LONGER and not (at_one_door or contacts.own_email)
        return (Tier.LIKELY if is_doubtful else Tier.NEAR_CERTAIN) - 1
    independent = contacts.strong + at_one_door
    return 100 if independent >= 2 and place >= Place.UNKNOWN else Tier.NEAR_CERTAIN - 1


def _are_branches(contacts: Contacts, place: Place) -> bool:
    """One firm in two places is two branches, but for one that moved with all it is reached by."""
    if place is Place.OTHER_STREET:
        return not (contacts.own_email or contacts.phones)
    return place < Place.UNKNOWN and not (contacts.strong > 1 and len(contacts.phones) > 1)


def _rarity(one: Features, name: Compared, holders: Holders) -> float:
    """From 1 for a name that hardly anybody has down to 0.6 for one that fifty have."""
    if name.likeness is not Likeness.SAME or one.name is None:
        return 1.0
    count = min(holders(key(Kind.NAME, one.name.key)), LARGEST_BLOCK + 1)
    return 1 - 0.1 * log2(count / 3) if count > 3 else 1.0


def _name_points(name: Compared, vat: str) -> float:
    if name.likeness is Likeness.LONGER and name.common < 2:
        return 1.0
    points = _NAME[name.likeness]
    return max(points, -1.5) if vat == "same" else points  # a firm may have been renamed; its number stays


def _add_name(total: Sum, name: Compared, vat: str, rarity: float) -> None:
    words = name.likeness.value if name.likeness is Likeness.SAME else f"name {name.percent} % alike"
    total.add(_name_points(name, vat) * rarity, words if name.agrees else f"other name ({name.percent} % alike)")


def _vat(one: Features, other: Features) -> str:
    if not one.vat or not other.vat:
        return "unknown"
    if one.vat == other.vat:
        return "same"
    # One digit apart, or two swapped, may be a typing error that happens to have a right checksum.
    return "close" if OSA.distance(one.vat, other.vat, score_cutoff=1) <= 1 else "different"


def _score(points: float) -> int:
    if points <= _SCALE[0][0]:
        return 0
    for (low, from_), (high, to) in pairwise(_SCALE):
        if points <= high:
            return int(from_ + (to - from_) * (points - low) / (high - low))
    return 100


@lru_cache
def _enough(score: int) -> float:
    """The points from which on this is the score; a hair less, for numbers do not always add up in any order."""
    for (low, from_), (high, to) in pairwise(_SCALE):
        if score <= to:
            return low + (high - low) * (score - from_) / (to - from_) - 1e-6
    return inf


_LESS: Final = Evidence(0, ())
