"""What people decided: these two are not the same. Remembered, and never asked again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from bconnect.customers.duplicates.finder import each_pair
from bconnect.customers.duplicates.groups import regroup
from bconnect.customers.duplicates.models import NotDuplicate


def are_different(customer_ids: Sequence[int], *, who: str, now: datetime) -> None:
    """No two of these are the same customer."""
    with transaction.atomic():
        NotDuplicate.objects.bulk_create(
            [
                NotDuplicate(one_id=one, other_id=other, decided_by=who, decided_at=now)
                for one, other in each_pair(sorted(set(customer_ids)))
            ],
            ignore_conflicts=True,
        )
        regroup(set(customer_ids), now)


def pass_on(old: int, new: int, *, now: datetime) -> list[int]:
    """`new` stands for `old` as well: it is none of those that `old` is not. Returns the rows this made."""
    known = NotDuplicate.objects.filter(Q(one_id=old) | Q(other_id=old)).values_list("one_id", "other_id", "decided_by")
    made = []
    for one, other, who in known:
        third = one if other == old else other
        if third != new:
            first, second = sorted((new, third))
            row, is_new = NotDuplicate.objects.get_or_create(
                one_id=first, other_id=second, defaults={"decided_by": who, "decided_at": now}
            )
            made += [row.pk] if is_new else []
    return made


def forget(rows: Collection[int]) -> None:
    """What `pass_on` made."""
    NotDuplicate.objects.filter(pk__in=rows).delete()


def take_back(customer_ids: Collection[int], *, now: datetime) -> int:
    """What was decided about these is forgotten. Returns how many pairs it was."""
    with transaction.atomic():
        ids = list(customer_ids)
        count, _ = NotDuplicate.objects.filter(Q(one_id__in=ids) & Q(other_id__in=ids)).delete()
        regroup(set(ids), now)
    return count
