"""Edits that Robaws refused: parked with its words until they are others, not sent again every night."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from bconnect.customers.fields import Value
from bconnect.sync import upsert
from bconnect.sync.models import ParkedEdit
from robaws.errors import StatusError


def of(customer_ids: Iterable[int]) -> dict[int, ParkedEdit]:
    return {parked.customer_id: parked for parked in ParkedEdit.objects.filter(customer_id__in=list(customer_ids))}


def release_settled() -> None:
    """What is no longer pending is no longer refused."""
    ParkedEdit.objects.filter(customer__is_pending=False).delete()


def park(customer_id: int, edits: Mapping[str, Value], why: StatusError | str, now: datetime) -> None:
    """Remember the refusal; of a customer that was deleted meanwhile there is nothing to remember."""
    fields = why.fields if isinstance(why, StatusError) else {}
    with transaction.atomic():
        if upsert.lock_one(customer_id) is None:
            return
        ParkedEdit.objects.update_or_create(
            customer_id=customer_id,
            defaults={"edits": dict(edits), "reason": str(why), "fields": fields, "since": now},
        )
