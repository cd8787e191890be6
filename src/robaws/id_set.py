"""Client ids that were seen, in little room: a million of Robaws' running numbers take some 0.2 MB, not 90."""

from collections.abc import Iterable, Iterator, MutableSet

_BITS = 1024
"""Numbers a group. Where they lie far apart, each takes some 180 bytes: not twice what a text in a set does."""


class IdSet(MutableSet[str]):
    """A set of texts. Numbers are kept as bits of their group; whatever is written otherwise is kept as it is."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._groups: dict[int, int] = {}
        self._others: set[str] = set()
        self._numbers = 0
        self.update(ids)

    def __contains__(self, identity: object) -> bool:
        if not isinstance(identity, str) or not _is_number(identity):
            return identity in self._others
        group, bit = divmod(int(identity), _BITS)
        return bool(self._groups.get(group, 0) >> bit & 1)

    def __iter__(self) -> Iterator[str]:
        for group, bits in self._groups.items():
            yield from (str(group * _BITS + bit) for bit in range(_BITS) if bits >> bit & 1)
        yield from self._others

    def __len__(self) -> int:
        return self._numbers + len(self._others)

    def add(self, value: str) -> None:
        self.add_new(value)

    def add_new(self, value: str) -> bool:
        """Add it; whether it was not there yet."""
        if not _is_number(value):
            known = len(self._others)
            self._others.add(value)
            return len(self._others) > known
        group, bit = divmod(int(value), _BITS)
        bits = self._groups.get(group, 0)
        if bits >> bit & 1:
            return False
        self._groups[group] = bits | 1 << bit
        self._numbers += 1
        return True

    def discard(self, value: str) -> None:
        if value not in self:
            return
        if not _is_number(value):
            self._others.discard(value)
            return
        group, bit = divmod(int(value), _BITS)
        self._groups[group] &= ~(1 << bit)
        self._numbers -= 1

    def update(self, ids: Iterable[str]) -> None:
        """Add all of them."""
        for each in ids:
            self.add(each)


def _is_number(text: str) -> bool:
    """Whether the number says how it was written: "7" does, "07", "" and "٧" don't."""
    return text.isascii() and text.isdigit() and (text[0] != "0" or text == "0") and len(text) < 19
