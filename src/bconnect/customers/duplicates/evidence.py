"""Are two customers one? Points for what agrees, points off for what does not, and the reasons in words.

The weights and their order come from measurements on records with planted traps (docs/discussions/duplicates.md).
What many share is worth little: an e-mail address that stands under five different names is an accountant's.
Two rules stand above the points: without a name that agrees only a VAT number makes a pair likely, and two
different valid VAT numbers are two legal entities.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from math import log2
from typing import Final

from rapidfuzz.distance import OSA

from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.keys import LARGEST_BLOCK, Kind, key
from bconnect.customers.duplicates.likeness import Compared, Likeness, compare_names
from bconnect.customers.duplicates.words import CITY_NAMES, FREE_MAIL, SHARED_MAILBOXES
from bconnect.customers.normalise import is_mobile

Holders = Callable[[int], int]
"""For a key of an e-mail address, phone number or domain: under how many different names it stands.
For a key of a name: how many customers are called so. Either may stop counting past the largest block."""


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
_BY_HOLDERS: Final = (1.0, 1.0, 1.0, 0.7, 0.45)
_BY_MANY: Final = 0.15
_NAME: Final = {
    Likeness.SAME: 5.0,
    Likeness.ALIKE: 3.5,
    Likeness.SHORTENED: 3.0,
    Likeness.LONGER: 2.0,
    Likeness.APART: -3.0,
    Likeness.OTHER: -4.0,
}


class Place(IntEnum):
    OTHER_COUNTRY = -4
    OTHER = -3
    UNKNOWN = 0
    OTHER_STREET = 1
    SAME_CITY = 2
    SAME = 3
    SAME_DOOR = 4


@dataclass(slots=True)
class _Sum:
    points: float
    reasons: list[str]

    def add(self, points: float, reason: str) -> None:
        self.points += points
        self.reasons.append(reason)


@dataclass(slots=True)
class _Contacts:
    """What both are reached by, as far as it is worth something. `own_email`: a mailbox that is not shared."""

    strong: int = 0
    own_email: bool = False
    phones: tuple[str, ...] = ()

    @property
    def of_one_person(self) -> bool:
        return self.own_email or any(map(is_mobile, self.phones))


def compare(one: Features, other: Features, holders: Holders) -> Evidence:
    """The evidence for and against."""
    total = _Sum(0.0, [])
    vat = _vat(one, other)
    if vat == "same":
        share = _share(holders(key(Kind.VAT, one.vat)))
        total.add(9.0 * share, _shared_by("same VAT number", share))
    place = _place(one, other)
    name = _compared_names(one, other, place)
    if name is not None:
        _add_name(total, name, _rarity(one, name, holders), is_same_entity=vat == "same")
    is_firm = one.is_firm or other.is_firm
    is_elsewhere = place < Place.UNKNOWN and is_firm and vat != "same"
    contacts = _add_contacts(total, one, other, holders, is_elsewhere=is_elsewhere)
    _add_place(total, place, is_firm=is_firm)
    if vat == "different":
        total.add(-9.0, "different VAT numbers")
    highest = _ceiling(vat, name, contacts, place, is_firm=is_firm)
    parts = vat == "different" or (name is not None and not name.agrees and vat != "same")
    return Evidence(min(_score(total.points), highest), tuple(total.reasons), parts)


def _compared_names(one: Features, other: Features, place: Place) -> Compared | None:
    """A town behind the name says nothing where both are in it, and names a branch where they are not."""
    if one.name is None or other.name is None:
        return None
    name = compare_names(one.name, other.name)
    town = "".join(name.more)
    if town and CITY_NAMES.get(town, town) in (one.city, other.city):
        if place >= Place.OTHER_STREET:
            return Compared(Likeness.ALIKE, name.percent)
        return Compared(Likeness.APART, name.percent, agrees=False)
    return name


def _ceiling(vat: str, name: Compared | None, contacts: _Contacts, place: Place, *, is_firm: bool) -> int:
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


def _are_branches(contacts: _Contacts, place: Place) -> bool:
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


def _add_name(total: _Sum, name: Compared, rarity: float, *, is_same_entity: bool) -> None:
    points = _NAME[name.likeness] * rarity
    if name.likeness is Likeness.LONGER and name.common < 2:
        points = 1.0
    if is_same_entity and points < 0:
        points = -1.5  # a firm may have been renamed; its number stays
    words = name.likeness.value if name.likeness is Likeness.SAME else f"name {name.percent} % alike"
    total.add(points, words if name.agrees else f"other name ({name.percent} % alike)")


def _vat(one: Features, other: Features) -> str:
    if not one.vat or not other.vat:
        return "unknown"
    if one.vat == other.vat:
        return "same"
    # One digit apart, or two swapped, may be a typing error that happens to have a right checksum.
    return "close" if OSA.distance(one.vat, other.vat, score_cutoff=1) <= 1 else "different"


def _add_contacts(total: _Sum, one: Features, other: Features, holders: Holders, *, is_elsewhere: bool) -> _Contacts:
    """Points for what they are reached by."""
    found = _Contacts()
    emails = [each for each in one.emails if each in other.emails]
    for email in emails[:1]:
        share = _share(holders(key(Kind.EMAIL, email)))
        is_shared = _is_shared(email)
        weight = (0.5 if is_elsewhere else 3.0) if is_shared else 3.5
        total.add(weight * share, _shared_by("same e-mail", share))
        found.strong += share >= 0.7
        found.own_email = share >= 0.7 and not is_shared
    phones = [each for each in one.phones if each in other.phones]
    for number, phone in enumerate(phones[:2]):
        share = _share(holders(key(Kind.PHONE, phone)))
        total.add(
            (1.5 if number else 3.0) * share, _shared_by("same phone" if not number else "second phone too", share)
        )
        found.strong += share >= 0.7 and not number
        found.phones += (phone,) if share >= 0.7 else ()
    if one.phones and other.phones and not phones:
        total.add(-1.0, "other phone")
    if not emails:
        _add_domain(total, one, other, holders)
    return found


def _is_shared(email: str) -> bool:
    mailbox, _, domain = email.partition("@")
    return domain not in FREE_MAIL and mailbox.rstrip("0123456789") in SHARED_MAILBOXES


def _add_domain(total: _Sum, one: Features, other: Features, holders: Holders) -> None:
    if one.domain and one.domain == other.domain:
        share = _share(holders(key(Kind.DOMAIN, one.domain)))
        total.add(2.0 * share, _shared_by("same web domain", share))
    elif one.domain and other.domain:
        total.add(-1.5, "other web domain")
    elif one.emails and other.emails:
        total.add(-0.5, "other e-mail")


def _share(names: int) -> float:
    return _BY_HOLDERS[names] if names < len(_BY_HOLDERS) else _BY_MANY


def _shared_by(reason: str, share: float) -> str:
    return reason if share >= 0.7 else f"{reason} (many have it)"


def _place(one: Features, other: Features) -> Place:
    if one.country and other.country and one.country != other.country:
        return Place.OTHER_COUNTRY
    same_code = bool(one.postal_code) and one.postal_code == other.postal_code
    same_city = bool(one.city) and one.city == other.city
    if same_code or same_city:
        if one.street and other.street:
            same_number = bool(one.number) and one.number == other.number
            if one.street == other.street or _is_typing_error(one.street, other.street):
                if same_number:
                    return Place.SAME_DOOR
            elif not same_number:  # or else it may be the street's name in another language
                return Place.OTHER_STREET
        return Place.SAME if same_code else Place.SAME_CITY
    if one.city and other.city:
        return Place.SAME_CITY if _is_typing_error(one.city, other.city) else Place.OTHER
    return Place.OTHER if one.postal_code and other.postal_code else Place.UNKNOWN


def _is_typing_error(one: str, other: str) -> bool:
    allowed = min(len(one), len(other)) // 5
    return bool(OSA.distance(one, other, score_cutoff=allowed) <= allowed)


_PLACE_POINTS: Final = {
    Place.OTHER_COUNTRY: (-4.0, "other country"),
    Place.OTHER: (-2.5, "other place"),
    Place.OTHER_STREET: (-0.5, "same city, other street"),
    Place.SAME_CITY: (1.0, "same city"),
    Place.SAME: (1.5, "same postal code"),
    Place.SAME_DOOR: (3.5, "same address"),
}


def _add_place(total: _Sum, place: Place, *, is_firm: bool) -> None:
    if place is Place.OTHER and not is_firm:
        total.add(-1.5, "other place")  # people move
    elif place in _PLACE_POINTS:
        total.add(*_PLACE_POINTS[place])


def _score(points: float) -> int:
    if points <= _SCALE[0][0]:
        return 0
    for (low, from_), (high, to) in pairwise(_SCALE):
        if points <= high:
            return int(from_ + (to - from_) * (points - low) / (high - low))
    return 100
