"""Which events does a worker get? Claimed by compare-and-set, taken over when their worker was silent for too long.

What went wrong before is tried alone, with nothing but the other events of its client: an event that ends its
worker outright, for whatever reason, takes no other with it, and is given up like any other after its attempts.
"""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from bconnect.webhooks.batch import CLAIM_FOR, ENDED, Batch, Event
from bconnect.webhooks.models import Delivery, Status

_OURS = uuid4().hex[:12]
"""With this the name of every batch of this process begins."""

MOST_MORE = 1000
"""How many further events of the claimed clients are claimed with them."""


def open_events() -> "QuerySet[Delivery]":
    """What is still to be done. Written out, or SQLite would not use the partial index for it."""
    return Delivery.objects.extra(where=["robaws_webhook_logs.status IN ('received', 'processing')"])


def claim(limit: int, now: datetime) -> Batch | None:
    """The oldest events that are due, with all that waits for the same clients; None where there are none.

    New ones go first, so that they do not wait for what has been tried in vain.
    """
    if not open_events().filter(_due(now)).exists():
        return None  # asked first: on SQLite a transaction locks out every writer
    token = _OURS + uuid4().hex
    with transaction.atomic():
        pks = _claimable(_is_new(now), limit, Q(status=Status.RECEIVED)) or _claimable(_is_old(now), 1, _free(now))
        # Where rows could not be locked (SQLite needs no such locks), this condition decides who has them.
        Delivery.objects.filter(_free(now), pk__in=pks).update(
            retry_count=F("retry_count") + _one_more_where_abandoned(),
            status=Status.PROCESSING,
            claimed_by=token,
            claimed_until=now + CLAIM_FOR,
        )
    return Batch(token, _claimed(token), now)


def hand_back_ours(now: datetime) -> int:
    """What this process still holds as it ends: no attempt is used up. Whoever is at it yet finds it is not theirs."""
    ours = open_events().filter(status=Status.PROCESSING, claimed_by__startswith=_OURS)
    return ours.update(status=Status.RECEIVED, outcome=ENDED, next_attempt_at=now, claimed_by="", claimed_until=None)


def _claimable(wanted: Q, limit: int, beside: Q) -> list[int]:
    """The oldest `limit` of those wanted, and of the same clients what is `beside` them."""
    first = open_events().filter(wanted).order_by("id").select_for_update(skip_locked=True)
    due = dict(first.values_list("pk", "robaws_client_id")[:limit])
    if not due:
        return []
    more = open_events().filter(beside, robaws_client_id__in={each for each in due.values() if each})
    waiting = more.exclude(pk__in=due).order_by("id").select_for_update(skip_locked=True)
    return [*due, *waiting.values_list("pk", flat=True)[:MOST_MORE]]


def _claimed(token: str) -> list[Event]:
    mine = open_events().filter(claimed_by=token).order_by("id")
    columns = ("pk", "robaws_id", "event_type", "robaws_client_id", "payload", "retry_count")
    return [Event(*values) for values in mine.values_list(*columns)]


def _due(now: datetime) -> Q:
    return _is_new(now) | _is_old(now)


def _is_new(now: datetime) -> Q:
    return Q(status=Status.RECEIVED, retry_count=0, next_attempt_at__lte=now)


def _is_old(now: datetime) -> Q:
    return Q(status=Status.RECEIVED, retry_count__gt=0, next_attempt_at__lte=now) | _abandoned(now)


def _free(now: datetime) -> Q:
    """Also those that wait for another attempt: what is newest for a client settles them."""
    return Q(status=Status.RECEIVED) | _abandoned(now)


def _abandoned(now: datetime) -> Q:
    return Q(status=Status.PROCESSING, claimed_until__lt=now)


def _one_more_where_abandoned() -> Case:
    """To have ended a worker counts as a failed attempt."""
    return Case(When(status=Status.PROCESSING, then=Value(1)), default=Value(0), output_field=IntegerField())
