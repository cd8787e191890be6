"""Who might this be already? For a form while somebody types, and for commands: a few looks into the index."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bconnect.customers.duplicates import index
from bconnect.customers.duplicates.evidence import Evidence, Tier, compare
from bconnect.customers.duplicates.features import features
from bconnect.customers.duplicates.finder import each_pair
from bconnect.customers.duplicates.keys import keys
from bconnect.customers.duplicates.rows import features_of
from bconnect.customers.models import Customer

_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Twin:
    """A customer that may be the same; `reasons` in words."""

    customer_id: int
    client_id: str
    name: str
    score: int
    reasons: tuple[str, ...]

    @property
    def tier(self) -> str:
        found = next((tier for tier in Tier if self.score >= tier), Tier.POSSIBLE)
        return found.words


def likely_twins(
    values: Mapping[str, Any], *, but: Collection[int] = (), at_least: int = Tier.POSSIBLE, most: int = 5
) -> list[Twin]:
    """Customers that these values may be of, the likeliest first; `but` are left out (the customer itself).

    `values` are a customer's columns by name, as many as are known. Customers that nobody has looked at yet
    (`refresh`) are not found.
    """
    asked = features(_NOBODY, values)
    blocks = index.blocks(keys(asked))
    candidates = {each for block in blocks.candidates() for each in block} - set(but)
    known = features_of(candidates)
    found = []
    for each in known.values():
        evidence = compare(asked, each, blocks.holders, at_least)
        if evidence.score >= at_least:
            found.append((evidence.score, each.id, evidence.reasons))
    found.sort(key=lambda each: (-each[0], each[1]))
    return _twins(found[:most])


def weakest(customer_ids: Collection[int]) -> Evidence | None:
    """The evidence for the two of these that are least alike: what stands for them all, and what against it."""
    known = features_of(customer_ids)
    blocks = index.blocks({each for of in known.values() for each in keys(of)})
    pairs = each_pair(sorted(known))
    found = [compare(known[one], known[other], blocks.holders) for one, other in pairs]
    return min(found, key=lambda each: each.score, default=None)


def _twins(found: list[tuple[int, int, tuple[str, ...]]]) -> list[Twin]:
    rows = Customer.objects.filter(pk__in=[pk for _, pk, _ in found]).values_list("pk", "robaws_client_id", "name")
    names = {pk: (client_id, name) for pk, client_id, name in rows}
    return [Twin(pk, *names[pk], score, reasons) for score, pk, reasons in found if pk in names]
