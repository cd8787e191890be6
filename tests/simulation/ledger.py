"""Who wrote what, and had they seen what it replaced? The model that the product is held against.

Per field and side there is a line of versions. A version carries the numbers of all writes it rests on: what a
person could see when writing is part of it. The sync may replace a version by one of the other side only if
that rests on all the writes the old one rests on; else a write would vanish unseen. A side whose value means
the same as what both sides had in common last has nothing to lose.

It knows nothing of the product but what its values mean.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby

from bconnect.customers.fields import Value

HERE, THERE = "here", "there"
Same = Callable[[str, Value, Value], bool]


class Violation(AssertionError):  # noqa: N818 - it is the verdict on a case, not a mishap
    """The product broke an invariant."""


@dataclass(frozen=True, slots=True)
class Version:
    """A value on one side. `written` says that a person wrote it there, `seen` on which writes it rests."""

    value: Value
    seen: frozenset[int] = frozenset()
    written: bool = False


@dataclass(slots=True)
class Line:
    """One field of one row and of its client. `common` is what both sides are known to have had in common."""

    here: list[Version] = field(default_factory=list)
    there: list[Version] = field(default_factory=list)
    common: list[Version] = field(default_factory=list)

    def of(self, side: str) -> list[Version]:
        return self.here if side == HERE else self.there


class Ledger:
    """All lines. `policy` says who wins a conflict without a person."""

    def __init__(self, same: Same, policy: str) -> None:
        self._same, self.policy = same, policy
        self._writes = 0

    def write(self, line: Line, column: str, side: str, value: Value, rests_on: frozenset[int] = frozenset()) -> None:
        """A person writes, seeing what stands there now (and `rests_on`, where they were shown more)."""
        versions = line.of(side)
        now = versions[-1] if versions else Version(None)
        if versions and self._same(column, now.value, value):
            if rests_on - now.seen:
                versions.append(Version(value, now.seen | rests_on, now.written))
        else:
            self._writes += 1
            versions.append(Version(value, now.seen | rests_on | {self._writes}, written=True))
        self.meet(line, column)

    def insist(self, line: Line, column: str, rests_on: frozenset[int]) -> None:
        """A person here wants just what stands here, having seen what stands on the other side."""
        self._writes += 1
        now = line.here[-1] if line.here else Version(True)  # a flag that Robaws had never told of
        line.here.append(Version(now.value, now.seen | rests_on | {self._writes}, written=True))
        self.meet(line, column)

    def yielded(self, line: Line, value: Value, rests_on: frozenset[int]) -> None:
        """A person here gives their own value up for the other side's."""
        line.here.append(Version(value, line.here[-1].seen | rests_on))
        line.common.append(Version(value, rests_on))

    def meet(self, line: Line, column: str) -> None:
        """Where both sides mean the same, each has all that the other rests on."""
        if not line.here or not line.there or not self._same(column, line.here[-1].value, line.there[-1].value):
            return
        seen = line.here[-1].seen | line.there[-1].seen
        for versions in (line.here, line.there):
            if versions[-1].seen != seen:
                versions.append(Version(versions[-1].value, seen, versions[-1].written))
        if not line.common or line.common[-1].seen != seen or line.common[-1].value != line.here[-1].value:
            line.common.append(Version(line.here[-1].value, seen))

    def arrived(self, line: Line, column: str, side: str, value: Value, where: str) -> None:
        """The sync has put `value` there."""
        versions, source = line.of(side), line.of(THERE if side == HERE else HERE)
        if versions and self._same(column, versions[-1].value, value):
            return
        found = [each for each in source if self._same(column, each.value, value)]
        if not found and not versions and value in (None, True):
            versions.append(Version(value))  # the first record seen did not mention it
            return
        if not found:
            raise Violation(f"{where}: {column} became {value!r} {side}, which nobody wrote on the other side")
        now = versions[-1] if versions else Version(None)
        legal = [each for each in found if any(kept <= each.seen for kept in self._kept(line, column, now))]
        if side == HERE and isinstance(value, bool) and not any(each.written for each in versions):
            legal = found  # a flag that Robaws had never told of, and nobody here has touched
        if not legal and not self._by_policy(side):
            raise Violation(
                f"{where}: {column} became {value!r} {side} and {now.value!r} vanished, "
                f"which nobody who wrote {value!r} had seen"
            )
        best = max(legal or found, key=lambda each: len(each.seen))
        versions.append(Version(value, best.seen | now.seen))
        # What was brought over is agreed on, also where the other side has moved on meanwhile.
        line.common.append(Version(value, best.seen))
        self.meet(line, column)

    def known_base(self, line: Line, column: str, base: Value) -> None:
        """The product says on what it goes; what both had in common before that counts no more."""
        for place, version in enumerate(line.common):
            if self._same(column, version.value, base):
                del line.common[:place]
                return
        if line.here and self._same(column, line.here[-1].value, base):
            # What a late replica still showed is what was written here too: both agreed on it, if not at one time.
            line.common.extend(Version(base, each.seen) for each in self._since_common(line, column, base)[-1:])
        line.common.extend(self._typed_alike(line, column, base))
        if self.policy == "bconnect":
            # The policy has overruled Robaws' value, and that is what counts as agreed on since.
            overruled = [each for each in line.there if self._same(column, each.value, base)]
            line.common.extend(overruled[-1:])

    def _typed_alike(self, line: Line, column: str, value: Value) -> list[Version]:
        """What a colleague typed while the very same was on its way from here: it is taken for ours (decision 0019)."""
        mine = [each for each in line.here if each.written and self._same(column, each.value, value)]
        now = line.there[-1] if line.there else Version(None)
        if not mine or not now.written or not self._same(column, now.value, value):
            return []
        # Whoever typed here had seen what stood there before, from when on it did.
        runs = [list(run) for _, run in groupby(line.there, key=lambda each: each.value)]
        before = runs[-2][0].seen if len(runs) > 1 else frozenset()
        return [Version(value, mine[-1].seen)] if before <= mine[-1].seen else []

    def _since_common(self, line: Line, column: str, value: Value) -> list[Version]:
        """The versions of this value that Robaws has held since both sides last agreed."""
        known = line.common[-1].seen if line.common else frozenset()
        return [each for each in line.there if self._same(column, each.value, value) and not each.seen <= known]

    def is_waiting(self, line: Line, column: str, side: str) -> bool:
        """Whether this side holds something that the other has not got."""
        if not line.here or not line.there:
            return False
        mine, other = line.of(side)[-1], line.of(THERE if side == HERE else HERE)[-1]
        return not any(kept <= other.seen for kept in self._kept(line, column, mine))

    def is_overruled(self, line: Line, column: str) -> bool:
        """Whether the policy has seen what stands in Robaws, and said that ours is to stand instead."""
        now = line.there[-1]
        is_known = any(each.seen == now.seen and self._same(column, each.value, now.value) for each in line.common)
        return self.policy == "bconnect" and is_known

    def was_written_here(self, line: Line, column: str, value: Value) -> bool:
        return any(each.written and self._same(column, each.value, value) for each in line.here)

    def _kept(self, line: Line, column: str, now: Version) -> list[frozenset[int]]:
        """What must not be lost: all that the version rests on, or, where it is the common value, that one's."""
        return [now.seen, *(each.seen for each in line.common if self._same(column, each.value, now.value))]

    def _by_policy(self, side: str) -> bool:
        return self.policy == {HERE: "robaws", THERE: "bconnect"}[side]
