"""FEBRL's persons as a floor: our match keys, blocks and comparison of words, with points for a person's fields.

Customers have no birth date and no person number, so the product's own table of points says nothing about these
records; what is shown here is that the method loses no pairs. The points were set by sense, once, and not fitted.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA, JaroWinkler

from bconnect.customers.duplicates.evidence import Evidence
from bconnect.customers.duplicates.finder import pairs_among
from bconnect.customers.duplicates.keylist import KeyList
from bconnect.customers.duplicates.keys import key
from benchmarks import peers_venv
from benchmarks.duplicates.measure import quality

_RECORDS = Path(__file__).parents[1] / "peers/febrl_records.py"
ENOUGH = 7.0
"""Points from which two records are one person."""


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    given_name: str
    surname: str
    street_number: str
    address_1: str
    address_2: str
    suburb: str
    postcode: str
    state: str
    date_of_birth: str
    soc_sec_id: str
    name: None = None


_FIELDS = tuple(name for name in Person.__dataclass_fields__ if name not in ("id", "name"))


def measured() -> Iterator[tuple[str, bool, dict[str, float]]]:
    """Per data set, with and without the person number."""
    told = subprocess.run([peers_venv.PYTHON, str(_RECORDS)], check=True, stdout=subprocess.PIPE).stdout
    for name, data in json.loads(told).items():
        numbers = {row["rec_id"]: number for number, row in enumerate(data["rows"])}
        links = {tuple(sorted((numbers[one], numbers[other]))) for one, other in data["links"]}
        for with_number in (True, False):
            people = [_person(numbers[row["rec_id"]], row, with_number=with_number) for row in data["rows"]]
            yield name, with_number, quality(_found(people), links)


def _person(number: int, row: dict[str, Any], *, with_number: bool) -> Person:
    values = {name: "" if row[name] is None else str(row[name]).strip() for name in _FIELDS}
    return Person(number, **(values if with_number else values | {"soc_sec_id": ""}))


def _found(people: list[Person]) -> set[tuple[int, int]]:
    known = KeyList([key(kind, value) for kind, value in _keys(each)] for each in people)
    known.sort()
    pairs, _ = pairs_among(people, 1, known, _weigh)
    return {(pair.one, pair.other) for pair in pairs}


def _keys(who: Person) -> Iterator[tuple[str, str]]:
    """Any two fields that are seldom both wrong."""
    given, surname, place = who.given_name[:4], who.surname[:4], who.suburb[:5]
    parts = {
        "n": sorted((given, surname)),
        "p": (who.postcode, who.street_number),
        "s": (place, who.street_number),
        "a": (who.address_1[:6], who.street_number),
        "b": (who.address_1[:6], who.postcode),
        **{f"{kind}1": (given, value) for kind, value in _places(who)},
        **{f"{kind}2": (surname, value) for kind, value in _places(who)},
    }
    for kind, values in parts.items():
        if all(values):
            yield kind, "|".join(values)
    for kind, value in (("d", who.date_of_birth), ("x", who.soc_sec_id)):
        if value:
            yield kind, value


def _places(who: Person) -> Iterator[tuple[str, str]]:
    yield "u", who.suburb[:4]
    yield "w", who.postcode
    yield "f", who.address_1[:6]
    yield "z", who.address_2[:6]


def _weigh(one: Person, other: Person, holders: object) -> Evidence:
    points = (
        _number(one.soc_sec_id, other.soc_sec_id, (9, 5, -3), 1)
        + _number(one.date_of_birth, other.date_of_birth, (6, 3.5, -2.5), 2)
        + _either_way(one.given_name, one.surname, other.given_name, other.surname, (3, 2.5, -1.5), (3.5, 3, -2))
        + _either_way(one.address_1, one.address_2, other.address_1, other.address_2, (3.5, 3, -0.7), (2.5, 2, -0.5))
        + _number(one.street_number, other.street_number, (1.5, 0.5, -0.5), 1)
        + _words(one.suburb, other.suburb, (3, 2.5, -0.8))
        + _number(one.postcode, other.postcode, (2.5, 1.2, -0.8), 1)
        + _words(one.state, other.state, (0.4, 0, -0.2))
    )
    return Evidence(int(points >= ENOUGH), ())


Points = tuple[float, float, float]
"""For equal, alike, and other values."""


def _words(one: str, other: str, points: Points) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return points[0]
    alike = JaroWinkler.similarity(one, other)
    return points[1] if alike >= 0.85 else points[1] / 2 if alike >= 0.75 else points[2]


def _number(one: str, other: str, points: Points, errors: int) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        return points[0]
    return points[1] if OSA.distance(one, other, score_cutoff=errors) <= errors else points[2]


def _either_way(a: str, b: str, c: str, d: str, first: Points, second: Points) -> float:
    """Two fields that people swap; swapped they count a little less."""
    straight = _words(a, c, first) + _words(b, d, second)
    swapped = (min(first[0], 3), 2.5, min(first[2], -1.0))
    return max(straight, _words(a, d, swapped) + _words(b, c, swapped))
