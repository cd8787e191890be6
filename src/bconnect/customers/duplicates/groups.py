"""The tables of pairs and groups: kept in step with what is found, one connected part at a time."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import Q

from bconnect.customers.duplicates import bulk, index
from bconnect.customers.duplicates.contacts import Holders
from bconnect.customers.duplicates.evidence import Evidence, Tier, compare
from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.grouping import Group, Pair, group
from bconnect.customers.duplicates.keys import keys
from bconnect.customers.duplicates.models import DuplicateGroup, DuplicateMember, DuplicatePair, NotDuplicate
from bconnect.customers.duplicates.rows import features_of

_AT_ONCE = 500


def replace_all(pairs: Sequence[Pair], everybody: Iterable[Features], holders: Holders, now: datetime) -> None:
    """Begin anew with these pairs."""
    for model in (DuplicateMember, DuplicateGroup, DuplicatePair):
        bulk.clear(model)
    _insert(pairs)
    likely = [pair for pair in pairs if pair.score >= Tier.LIKELY]
    wanted = {each for pair in likely for each in (pair.one, pair.other)}
    features = {each.id: each for each in everybody if each.id in wanted}
    _keep(_grouped(likely, features, holders, decided()), features, now)


def replace_some(pairs: Iterable[Pair], compared: Collection[tuple[int, int]], gone: Collection[int]) -> set[int]:
    """Put `pairs` in the place of all that were `compared` and of all with one that is `gone`.

    Returns the customers whose groups may be others now.
    """
    pairs = list(pairs)
    affected = set(gone) | {each for pair in pairs for each in (pair.one, pair.other)}
    for some in bulk.chunks(gone, _AT_ONCE):
        of_gone = DuplicatePair.objects.filter(Q(one_id__in=some) | Q(other_id__in=some))
        affected.update(each for ends in of_gone.values_list("one_id", "other_id") for each in ends)
        of_gone.delete()
    stale: list[int] = []
    for some in bulk.chunks(compared, _AT_ONCE):
        for pk, ends in _known(some):
            stale.append(pk)
            affected.update(ends)
    for some in bulk.chunks(stale, _AT_ONCE):
        DuplicatePair.objects.filter(pk__in=some).delete()
    _insert(pairs)
    return affected


def regroup(affected: Collection[int], now: datetime) -> None:
    """Form the groups anew that any of these is or was in, or may be in now."""
    part = _connected(set(affected))
    groups = DuplicateMember.objects.filter(customer_id__in=part).values_list("group_id", flat=True)
    DuplicateGroup.objects.filter(pk__in=list(groups)).delete()
    pairs = [
        Pair(each.one_id, each.other_id, each.score, tuple(each.reasons))
        for each in DuplicatePair.objects.filter(one_id__in=part, score__gte=Tier.LIKELY)
    ]
    everybody = features_of({each for pair in pairs for each in (pair.one, pair.other)})
    blocks = index.blocks({key for each in everybody.values() for key in keys(each)})
    _keep(_grouped(pairs, everybody, blocks.holders, decided(part)), everybody, now)


def _grouped(
    pairs: Sequence[Pair], everybody: dict[int, Features], holders: Holders, different: set[tuple[int, int]]
) -> list[Group]:
    def evidence(one: int, other: int) -> Evidence:
        return compare(everybody[one], everybody[other], holders)

    def apart(one: int, other: int) -> bool:
        return (min(one, other), max(one, other)) in different

    return group([pair for pair in pairs if pair.one in everybody and pair.other in everybody], evidence, apart)


def _connected(reached: set[int]) -> set[int]:
    """All that are bound to these by likely pairs, or by a group they are in."""
    frontier = set(reached)
    together = DuplicateMember.objects.filter(group__members__customer_id__in=list(frontier))
    frontier |= set(together.values_list("customer_id", flat=True))
    reached = set(frontier)
    while frontier:
        ends: set[int] = set()
        for some in bulk.chunks(frontier, _AT_ONCE):
            pairs = DuplicatePair.objects.filter(Q(one_id__in=some) | Q(other_id__in=some), score__gte=Tier.LIKELY)
            ends.update(each for both in pairs.values_list("one_id", "other_id") for each in both)
            grouped = DuplicateMember.objects.filter(group__members__customer_id__in=some)
            ends.update(grouped.values_list("customer_id", flat=True))
        frontier = ends - reached
        reached |= frontier
    return reached


def _known(compared: Sequence[tuple[int, int]]) -> Iterator[tuple[int, tuple[int, int]]]:
    wanted = set(compared)
    found = DuplicatePair.objects.filter(one_id__in=[one for one, _ in wanted]).values_list("pk", "one_id", "other_id")
    return ((pk, (one, other)) for pk, one, other in found if (one, other) in wanted)


def decided(part: Collection[int] | None = None) -> set[tuple[int, int]]:
    """Pairs of which somebody said that they are two, the smaller number first; of all, or of a part."""
    found = NotDuplicate.objects.all()
    if part is not None:
        found = found.filter(one_id__in=list(part))
    return set(found.values_list("one_id", "other_id"))


def _insert(pairs: Iterable[Pair]) -> None:
    rows = ((each.one, each.other, each.score, json.dumps(each.reasons)) for each in pairs)
    bulk.insert(DuplicatePair, ("one_id", "other_id", "score", "reasons"), rows)


def _keep(groups: Sequence[Group], everybody: dict[int, Features], now: datetime) -> None:
    rows = [
        DuplicateGroup(
            score=each.score,
            reasons=list(each.reasons),
            size=len(each.members),
            name=_name(everybody[each.members[0]]),
            found_at=now,
        )
        for each in groups
    ]
    DuplicateGroup.objects.bulk_create(rows, batch_size=2000)
    members = ((row.pk, member) for row, each in zip(rows, groups, strict=True) for member in each.members)
    bulk.insert(DuplicateMember, ("group_id", "customer_id"), members)


def _name(of: Features) -> str:
    return " ".join(of.name.words) if of.name else ""


def by_group(group_ids: Collection[int]) -> dict[int, list[int]]:
    """The customers of each group."""
    found: dict[int, list[int]] = defaultdict(list)
    members = DuplicateMember.objects.filter(group_id__in=list(group_ids)).order_by("customer_id")
    for group_id, customer_id in members.values_list("group_id", "customer_id"):
        found[group_id].append(customer_id)
    return found
