"""What was found, as it is shown: groups from "likely" on, single pairs below that."""

from collections.abc import Collection
from dataclasses import dataclass

from bconnect.customers.duplicates import bulk
from bconnect.customers.duplicates.evidence import Tier, tier_of
from bconnect.customers.duplicates.groups import by_group, decided
from bconnect.customers.duplicates.models import DuplicateGroup, DuplicateMember, DuplicatePair
from bconnect.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Found:
    """`members` are client ids with their names."""

    score: int
    reasons: tuple[str, ...]
    members: tuple[tuple[str, str], ...]

    @property
    def tier(self) -> str:
        return (tier_of(self.score) or Tier.POSSIBLE).words


def listed(at_least: int) -> list[Found]:
    """The surest first. Pairs that are only possible are listed singly: a group of them would say too much."""
    rows = list(DuplicateGroup.objects.filter(score__gte=at_least))
    members = by_group([row.pk for row in rows])
    found = [(row.score, tuple(row.reasons), members[row.pk]) for row in rows]
    if at_least < Tier.LIKELY:
        found += _possible(at_least)
    names = _names({each for _, _, ids in found for each in ids})
    return [Found(score, reasons, tuple(names[each] for each in ids if each in names)) for score, reasons, ids in found]


def _possible(at_least: int) -> list[tuple[int, tuple[str, ...], list[int]]]:
    """Pairs that are in no group together, and of which nobody said that they are two."""
    group_of = dict(DuplicateMember.objects.values_list("customer_id", "group_id"))
    apart = decided()
    pairs = DuplicatePair.objects.filter(score__gte=at_least).order_by("-score", "one_id", "other_id")
    return [
        (pair.score, tuple(pair.reasons), [pair.one_id, pair.other_id])
        for pair in pairs.iterator()
        if (pair.one_id, pair.other_id) not in apart
        and (pair.one_id not in group_of or group_of[pair.one_id] != group_of.get(pair.other_id))
    ]


def _names(customer_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    names: dict[int, tuple[str, str]] = {}
    for some in bulk.chunks(customer_ids, 5000):
        rows = Customer.objects.filter(pk__in=some).order_by().values_list("pk", "robaws_client_id", "name")
        names.update({pk: (client_id, name) for pk, client_id, name in rows})
    return names
