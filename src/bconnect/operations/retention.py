"""What may be forgotten? Payloads and details that served their time; never a customer, never what failed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet

from bconnect.jobs import errands, queue
from bconnect.operations.models import UnannouncedChange
from bconnect.sync.models import SyncRun
from bconnect.webhooks.models import Delivery, Status

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Kept:
    payloads: timedelta
    runs: timedelta


def remove_old(kept: Kept, now: datetime, pause: Callable[[], None]) -> int:
    """Returns how many rows were emptied or removed. `pause` is called between batches, and may stop it.

    A processed call loses its payload first, and its row, which says that the event was there, with the runs.
    """
    dealt_with = Delivery.objects.filter(status__in=(Status.PROCESSED, Status.IGNORED))
    old_calls = dealt_with.filter(received_at__lt=now - kept.payloads).exclude(payload=None)
    done = _in_batches(old_calls, lambda batch: batch.update(payload=None), pause)
    before = now - kept.runs
    closed = Delivery.objects.filter(status__in=(Status.PROCESSED, Status.IGNORED, Status.REJECTED))
    last = SyncRun.objects.exclude(watermark=None).order_by("-id").values_list("id", flat=True).first()
    old: tuple[QuerySet[Model], ...] = (
        closed.filter(received_at__lt=before),
        SyncRun.objects.filter(started_at__lt=before, finished_at__lt=before).exclude(id=last or 0),
        UnannouncedChange.objects.filter(taken_at__lt=before),
        queue.ended_before(before),
        Session.objects.filter(expire_date__lt=now),
        errands.old(before),
    )
    return done + sum(_in_batches(rows, lambda batch: batch.delete()[0], pause) for rows in old)


def _in_batches(rows: "QuerySet[Model]", work: "Callable[[QuerySet[Model]], int]", pause: Callable[[], None]) -> int:
    """Short transactions, so that nobody waits for a long one."""
    done = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        work(rows.model._default_manager.filter(pk__in=ids))
        done += len(ids)
        pause()
    return done
