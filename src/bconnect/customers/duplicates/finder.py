"""All pairs among many customers, in memory: match keys, blocks, and the evidence for each pair in a block."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from bconnect.customers.duplicates.contacts import Holders
from bconnect.customers.duplicates.evidence import Evidence, compare
from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.grouping import Pair
from bconnect.customers.duplicates.keylist import MOST_ROWS, ROW_BITS, KeyList
from bconnect.customers.duplicates.keys import LARGEST_BLOCK, is_of_name, keys

_ROW_MASK = MOST_ROWS - 1
_PARTS = 32
"""Pairs are gone through part by part: a number in a set takes ten times the memory that it takes in an array."""


@dataclass(slots=True)
class Blocks:
    """Who has which key. `holders` is what `evidence.compare` asks for."""

    everybody: Sequence[Features]
    sizes: dict[int, int] = field(default_factory=dict)
    pairs: list[array[int]] = field(default_factory=lambda: [array("q") for _ in range(_PARTS)])
    """Two rows in one number, by the first of both; with repeats."""

    def holders(self, of: int) -> int:
        return self.sizes.get(of, 1)


def pairs_among(
    everybody: Sequence[Features],
    at_least: int,
    known_keys: KeyList | None = None,
    weigh: Callable[[Features, Features, Holders], Evidence] | None = None,
) -> tuple[list[Pair], Blocks]:
    """Every pair that shares a key and scores `at_least`. Raises ValueError beyond 16 million customers.

    `known_keys`: of all of them, sorted, where somebody has them already. `weigh`: another kind of evidence.
    """
    weigh = weigh or partial(compare, at_least=at_least)
    blocks = _blocks(everybody, known_keys or _sorted_keys(everybody))
    found = []
    for number, part in enumerate(blocks.pairs):
        for packed in sorted(set(part)):
            one, other = everybody[packed >> ROW_BITS], everybody[packed & _ROW_MASK]
            evidence = weigh(one, other, blocks.holders)
            if evidence.score >= at_least:
                found.append(pair(one.id, other.id, evidence))
        blocks.pairs[number] = array("q")
    return found, blocks


def _sorted_keys(everybody: Sequence[Features]) -> KeyList:
    found = KeyList(map(keys, everybody))
    found.sort()
    return found


def pair(one: int, other: int, evidence: Evidence) -> Pair:
    """With the smaller id first."""
    return Pair(min(one, other), max(one, other), evidence.score, evidence.reasons)


def _blocks(everybody: Sequence[Features], all_keys: KeyList) -> Blocks:
    if len(everybody) > MOST_ROWS:
        raise ValueError(f"{len(everybody)} customers are more than can be compared at once ({MOST_ROWS})")
    blocks = Blocks(everybody)
    for key, rows in all_keys.shared():
        holders = _holders(everybody, rows, key)
        if holders > 2:  # two are as good as one
            blocks.sizes[key] = holders
        if len(rows) <= LARGEST_BLOCK:
            for place, one in enumerate(rows[:-1]):
                high = one << ROW_BITS
                part = blocks.pairs[one * _PARTS // len(everybody)]
                part.extend([high | other for other in rows[place + 1 :]])
    return blocks


def _holders(everybody: Sequence[Features], rows: Sequence[int], key: int) -> int:
    """How many customers where the key is of a name, else under how many different names it stands."""
    if len(rows) < 3:
        return len(rows)
    return len(rows) if is_of_name(key) else len({initials(everybody[row]) for row in rows})


def initials(of: Features) -> str:
    return of.name.initials if of.name else ""


def each_pair(members: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every two of these, in their order."""
    return combinations(members, 2)
