"""The match keys of everybody, sorted, twelve bytes each: who shares a key stands side by side."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

ROW_BITS = 24
MOST_ROWS = 1 << ROW_BITS
"""How many customers can be compared at once."""

_ROW_MASK = MOST_ROWS - 1
_PARTS, _PART_SHIFT = 32, 58
"""It is sorted part by part: a number in a list takes five times the memory that it takes in an array."""


class KeyList:
    """Filled by `add`, then sorted once. A row is a customer's place in the list of them."""

    def __init__(self, keys_of_each: Iterable[Sequence[int]] = ()) -> None:
        self._keys = [array("q") for _ in range(_PARTS)]
        self._rows = [array("i") for _ in range(_PARTS)]
        for row, keys in enumerate(keys_of_each):
            self.add(row, keys)

    def add(self, row: int, keys: Iterable[int]) -> None:
        for key in keys:
            part = key >> _PART_SHIFT
            self._keys[part].append(key)
            self._rows[part].append(row)

    def sort(self) -> None:
        """By key, then row."""
        for part, (keys, rows) in enumerate(zip(self._keys, self._rows, strict=True)):
            packed = [key << ROW_BITS | row for key, row in zip(keys, rows, strict=True)]
            packed.sort()
            self._keys[part] = array("q", [number >> ROW_BITS for number in packed])
            self._rows[part] = array("i", [number & _ROW_MASK for number in packed])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Key and row, in the order they have."""
        for keys, rows in zip(self._keys, self._rows, strict=True):
            yield from zip(keys, rows, strict=True)

    def shared(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Every key that two or more have, with their rows. Only once it is sorted."""
        for keys, rows in zip(self._keys, self._rows, strict=True):
            start = end = -1
            for place in [at for at, (one, next_) in enumerate(pairwise(keys)) if one == next_]:
                if place != end:
                    if end > start:
                        yield keys[start], rows[start : end + 1]
                    start = place
                end = place + 1
            if end > start:
                yield keys[start], rows[start : end + 1]
