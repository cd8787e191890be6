"""Once more, please: stored events put back to be applied again."""

from datetime import datetime

from django.db.models import Q, QuerySet

from bconnect.webhooks.models import Delivery, Status

REPLAYABLE = (Status.FAILED, Status.PROCESSED, Status.IGNORED)


def failed() -> "QuerySet[Delivery]":
    return Delivery.objects.filter(status=Status.FAILED)


def named(ids: list[str]) -> "QuerySet[Delivery]":
    """By the event's id, or by the row's number as the list shows it."""
    numbers = [int(each) for each in ids if each.isdecimal() and len(each) < 19]
    return Delivery.objects.filter(Q(robaws_id__in=ids) | Q(pk__in=numbers)).exclude(robaws_id=None)


def possible(events: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
    """Those of them that can be applied again. Without a payload there is nothing to apply."""
    return events.filter(status__in=REPLAYABLE, payload__isnull=False)


def replay(events: "QuerySet[Delivery]", now: datetime) -> int:
    """Put these back, with all their attempts; returns how many."""
    return possible(events).update(
        status=Status.RECEIVED,
        outcome="",
        error_message="",
        retry_count=0,
        next_attempt_at=now,
        claimed_by="",
        claimed_until=None,
        processed_at=None,
        processing_duration_ms=None,
    )
