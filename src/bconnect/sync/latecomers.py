"""What other programs save under the id of a customer that was merged: it moves to the survivor, as what was there
before the merge did, and back when that is undone."""

from collections.abc import Iterator, Mapping

from django.db import transaction

from bconnect.customers import references
from bconnect.customers.models import Customer
from bconnect.sync.models import Merge, MergedCustomer, Redirect


def gather() -> None:
    """Move all of it. Safe to call at any time, again and again."""
    merged_ids = Redirect.objects.exclude(customer=None).values_list("robaws_client_id", flat=True)
    for client_id in references.borne(merged_ids):
        _gather(client_id)


def _gather(client_id: str) -> None:
    with transaction.atomic():
        # The lock keeps an undo away, which takes the redirect.
        redirect = Redirect.objects.select_for_update().filter(robaws_client_id=client_id).first()
        survivor = Customer.objects.filter(redirects=redirect).first() if redirect else None
        if survivor is None:
            return
        late = references.rows_of(client_id)
        for merged in _way(client_id):
            merged.moved["references"] = _joined(merged.moved["references"], late)
            merged.save(update_fields=["moved"])
        references.move(client_id, survivor.robaws_client_id)


def _way(client_id: str) -> Iterator[MergedCustomer]:
    """The merges that lead from this id to the survivor, one after the other."""
    standing = MergedCustomer.objects.exclude(merge__state=Merge.State.UNDONE).select_related("merge").order_by("-id")
    merged = standing.filter(robaws_client_id=client_id).first()
    while merged is not None:
        yield merged
        merged = standing.filter(customer_number=merged.merge.survivor_id).first()


def _joined(known: Mapping[str, list[int]], late: Mapping[str, list[int]]) -> dict[str, list[int]]:
    return {model: [*known.get(model, []), *late.get(model, [])] for model in {*known, *late}}
