"""How near two customers are to each other: from one door to another country, and what that is worth."""

from enum import IntEnum
from typing import Final

from rapidfuzz.distance import OSA

from bconnect.customers.duplicates.features import Features


class Place(IntEnum):
    OTHER_COUNTRY = -4
    OTHER = -3
    UNKNOWN = 0
    OTHER_STREET = 1
    SAME_CITY = 2
    SAME = 3
    SAME_DOOR = 4


def place_of(one: Features, other: Features) -> Place:
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


_POINTS: Final = {
    Place.OTHER_COUNTRY: (-4.0, "other country"),
    Place.OTHER: (-2.5, "other place"),
    Place.OTHER_STREET: (-0.5, "same city, other street"),
    Place.SAME_CITY: (1.0, "same city"),
    Place.SAME: (1.5, "same postal code"),
    Place.SAME_DOOR: (3.5, "same address"),
}


def points_of(place: Place, *, is_firm: bool) -> tuple[float, str]:
    """With the reason; no reason where it says nothing."""
    if place is Place.OTHER and not is_firm:
        return -1.5, "other place"  # people move
    return _POINTS.get(place, (0.0, ""))
