"""Under which ids is a customer known? Those that were merged into it lead to it: other programs go on to use them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from bconnect.customers.models import Customer
from bconnect.sync.models import Merge, MergedCustomer, Redirect


@dataclass(frozen=True, slots=True)
class Known:
    """Client ids and numbers of rows, also of rows that are here no more."""

    ids: frozenset[str]
    numbers: frozenset[int]


def merged_ids(client_id: str) -> Iterable[str]:
    """The other client ids that lead to this customer."""
    return Redirect.objects.filter(customer__robaws_client_id=client_id).values_list("robaws_client_id", flat=True)


def known_as(client_id: str) -> Known:
    """All that this customer is and was: its own ids of today and of before, and those of all that became one with it.

    A merge that was undone parted them again.
    """
    found = Known(frozenset([client_id]), frozenset())
    while (wider := _widened(found)) != found:
        found = wider
    return found


def _widened(found: Known) -> Known:
    """With what the tables say of these ids and numbers."""
    own = {"robaws_client_id__in": found.ids}
    standing = MergedCustomer.objects.exclude(merge__state=Merge.State.UNDONE)
    took_part = Q(customer_number__in=found.numbers) | Q(**own)
    took_in = Q(merge__survivor_id__in=found.numbers) | Q(merge__survivor_client_id__in=found.ids)
    merged = standing.filter(took_part | took_in)
    pairs: set[tuple[str, int | None]] = {
        *Customer.objects.filter(Q(pk__in=found.numbers) | Q(**own)).values_list("robaws_client_id", "pk"),
        *Redirect.objects.filter(Q(customer_id__in=found.numbers) | Q(**own)).values_list(
            "robaws_client_id", "customer_id"
        ),
        *merged.values_list("robaws_client_id", "customer_number"),
        *merged.values_list("merge__survivor_client_id", "merge__survivor_id"),
        # One that was made anew by an undo has another id than it was merged under.
        *MergedCustomer.objects.filter(customer_number__in=found.numbers).values_list(
            "robaws_client_id", "customer_number"
        ),
    }
    numbers = {number for _, number in pairs if number is not None}
    return Known(found.ids | {each for each, _ in pairs}, found.numbers | numbers)
