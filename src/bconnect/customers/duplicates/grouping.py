"""Pairs into groups: the strongest first, and never a group with two members that are plainly not the same.

A is like B and B like C does not make A like C: each join looks at every pair between both sides.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from bconnect.customers.duplicates.evidence import Evidence, Tier

UNLIKE_BELOW = 35
"""A pair inside a group may be weaker than those that made it, but not as weak as this."""


@dataclass(frozen=True, slots=True)
class Pair:
    one: int
    other: int
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`score` is that of the weakest pair it was joined by; `reasons` hold for all of those pairs."""

    members: tuple[int, ...]
    score: int
    reasons: tuple[str, ...]

    @property
    def tier(self) -> Tier | None:
        return next((tier for tier in Tier if self.score >= tier), None)


@dataclass(slots=True)
class _Cluster:
    members: list[int]
    joined_by: list[Pair]


def group(
    pairs: Iterable[Pair], evidence: Callable[[int, int], Evidence], apart: Callable[[int, int], bool]
) -> list[Group]:
    """Groups of two and more, the surest first.

    `evidence` of any two members, asked for pairs that are not in `pairs`; `apart`: somebody said they are two.
    """
    ranked = sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other))
    known = {(pair.one, pair.other): pair.score for pair in ranked}
    cluster_of: dict[int, _Cluster] = {}

    def belong(one: int, other: int) -> bool:
        if apart(one, other):
            return False
        score = known.get((min(one, other), max(one, other)))
        if score is not None:
            return True
        found = evidence(one, other)
        return not found.parts and found.score >= UNLIKE_BELOW

    for pair in ranked:
        left = cluster_of.setdefault(pair.one, _Cluster([pair.one], []))
        right = cluster_of.setdefault(pair.other, _Cluster([pair.other], []))
        if left is right or not all(belong(a, b) for a, b in product(left.members, right.members)):
            continue
        left.members += right.members
        left.joined_by += [*right.joined_by, pair]
        cluster_of.update(dict.fromkeys(right.members, left))
    clusters = {id(each): each for each in cluster_of.values() if each.joined_by}.values()
    return sorted((_group(each) for each in clusters), key=lambda each: (-each.score, each.members))


def _group(cluster: _Cluster) -> Group:
    weakest = min(cluster.joined_by, key=lambda pair: pair.score)
    shared = [reason for reason in weakest.reasons if all(reason in pair.reasons for pair in cluster.joined_by)]
    return Group(tuple(sorted(cluster.members)), weakest.score, tuple(shared) or weakest.reasons)
