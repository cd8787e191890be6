"""All pairs among many customers, in memory: match keys, blocks, and the evidence for each pair in a block."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from bconnect.customers.duplicates.evidence import Evidence, Holders, compare
from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.grouping import Pair
from bconnect.customers.duplicates.keys import LARGEST_BLOCK, is_of_name, keys

_ROW_BITS = 24
_ROW_MASK = (1 << _ROW_BITS) - 1
"""Key and row share one 63-bit number, which sorts fast and small. A chance meeting of two shortened keys only
makes a pair more to be compared."""

_PART_BITS = 5
_PARTS, _PART_SHIFT = 1 << _PART_BITS, 63 - _PART_BITS
"""Lists are sorted part by part: a number in a list takes five times the memory that it takes in an array."""


@dataclass(slots=True)
class Blocks:
    """Who has which key. `holders` is what `evidence.compare` asks for."""

    everybody: Sequence[Features]
    sizes: dict[int, int] = field(default_factory=dict)
    pairs: list[array[int]] = field(default_factory=list)
    """By the row of the first of both; with repeats."""

    def holders(self, of: int) -> int:
        return self.sizes.get(_short(of), 1)


def pairs_among(
    everybody: Sequence[Features],
    at_least: int,
    known_keys: Iterable[Sequence[int]] | None = None,
    weigh: Callable[[Features, Features, Holders], Evidence] = compare,
) -> tuple[list[Pair], Blocks]:
    """Every pair that shares a key and scores `at_least`. Raises ValueError beyond 16 million customers.

    `known_keys`: of each, in the same order, where somebody has them already. `weigh`: another kind of evidence.
    """
    blocks = _blocks(everybody, map(keys, everybody) if known_keys is None else known_keys)
    found = []
    for part in blocks.pairs:
        for packed in sorted(set(part)):
            one, other = everybody[packed >> _ROW_BITS], everybody[packed & _ROW_MASK]
            evidence = weigh(one, other, blocks.holders)
            if evidence.score >= at_least:
                found.append(pair(one.id, other.id, evidence))
    blocks.pairs.clear()
    return found, blocks


def pair(one: int, other: int, evidence: Evidence) -> Pair:
    """With the smaller id first."""
    return Pair(min(one, other), max(one, other), evidence.score, evidence.reasons)


def _blocks(everybody: Sequence[Features], all_keys: Iterable[Sequence[int]]) -> Blocks:
    if len(everybody) > _ROW_MASK:
        raise ValueError(f"{len(everybody)} customers are more than can be compared at once ({_ROW_MASK})")
    parts = [array("q") for _ in range(_PARTS)]
    for row, of_one in enumerate(all_keys):
        for one in of_one:
            parts[one >> _PART_SHIFT].append(one >> _ROW_BITS << _ROW_BITS | row)
    blocks = Blocks(everybody, pairs=[array("q") for _ in range(_PARTS)])
    for part in parts:
        for short, rows in _runs(sorted(part)):
            _add_block(blocks, short, rows)
        del part[:]
    return blocks


def _short(of: int) -> int:
    return of >> _ROW_BITS


def _runs(packed: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
    """The rows of each key that two or more share."""
    current = -1
    rows: list[int] = []
    for number in packed:
        short = number >> _ROW_BITS
        if short != current:
            if len(rows) > 1:
                yield current, rows
            current, rows = short, []
        rows.append(number & _ROW_MASK)
    if len(rows) > 1:
        yield current, rows


def _add_block(blocks: Blocks, short: int, rows: list[int]) -> None:
    holders = _holders(blocks.everybody, rows, short)
    if holders > 2:  # two are as good as one
        blocks.sizes[short] = holders
    if len(rows) > LARGEST_BLOCK:
        return
    for place, one in enumerate(rows[:-1]):
        high = one << _ROW_BITS
        part = blocks.pairs[one * _PARTS // len(blocks.everybody)]
        part.extend([high | other for other in rows[place + 1 :]])


def _holders(everybody: Sequence[Features], rows: Sequence[int], short: int) -> int:
    """How many customers where the key is of a name, else under how many different names it stands."""
    if is_of_name(short << _ROW_BITS):
        return len(rows)
    return len({initials(everybody[row]) for row in rows})


def initials(of: Features) -> str:
    return of.name.initials if of.name else ""


def each_pair(members: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Every two of these, in their order."""
    return combinations(members, 2)
