"""The dashboard's figures about the last days: what came and went, how the webhooks do, what is left of the quota."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from bconnect.jobs import errands
from bconnect.operations import conditions
from bconnect.panel import words
from bconnect.sync.models import Change, RequestLimit
from bconnect.webhooks.models import Delivery, Status

DAYS = 7
LOOKED_AT = timedelta(hours=24)
MEASURED = 500


@dataclass(frozen=True, slots=True)
class Day:
    """Changed fields of one day: taken from Robaws, and sent to it. The percentages are of the busiest day."""

    day: date
    came: int
    went: int
    came_percent: int
    went_percent: int


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The last 24 hours. The times are from an event's arrival to its having been applied, in seconds."""

    received: int
    waiting: int
    failed: int
    refused: int
    median_s: float | None
    slow_s: float | None


@dataclass(frozen=True, slots=True)
class Quota:
    what: str
    left: int


def days(now: datetime) -> list[Day]:
    """The last seven days, the newest first; quiet ones too."""
    today = timezone.localdate(now)
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    moved = Change.objects.filter(at__gte=since, source__in=(Change.Source.ROBAWS, Change.Source.BCONNECT))
    found = moved.order_by().annotate(day=TruncDate("at")).values_list("day", "source").annotate(n=Count("pk"))
    counts: Counter[tuple[Any, str]] = Counter({(day, source): n for day, source, n in found})
    most = max(counts.values(), default=0) or 1
    listed = []
    for back in range(DAYS):
        day = today - timedelta(days=back)
        came, went = counts[(day, Change.Source.ROBAWS)], counts[(day, Change.Source.BCONNECT)]
        listed.append(Day(day, came, went, round(100 * came / most), round(100 * went / most)))
    return listed


def webhooks(now: datetime) -> Webhooks:
    recent = Delivery.objects.filter(received_at__gte=now - LOOKED_AT).order_by()
    counts = Counter(dict(recent.values_list("status").annotate(n=Count("pk"))))
    done = recent.filter(status=Status.PROCESSED, processed_at__isnull=False).order_by("-received_at")
    took = sorted(
        (ended - began).total_seconds()
        for began, ended in done.values_list("received_at", "processed_at")[:MEASURED]
        if ended is not None
    )
    return Webhooks(
        received=sum(counts.values()) - counts[Status.REJECTED],
        waiting=counts[Status.RECEIVED] + counts[Status.PROCESSING],
        failed=counts[Status.FAILED],
        refused=counts[Status.REJECTED],
        median_s=took[len(took) // 2] if took else None,
        slow_s=took[round(0.95 * (len(took) - 1))] if took else None,
    )


def quotas(now: datetime) -> list[Quota]:
    """What is left today, as far as Robaws has told."""
    limit = RequestLimit.objects.filter(tenant=settings.ROBAWS_BASE_URL).first()
    if limit is None:
        return []
    known = (
        (_("live requests left today"), limit.live_remaining, limit.live_resets_at),
        (_("bulk requests left today"), limit.replica_remaining, limit.replica_resets_at),
    )
    return [Quota(what, left) for what, left, ends in known if left is not None and (ends or 0) > now.timestamp()]


def troubles(now: datetime) -> list[str]:
    """What is out of order, a line each; the conflicts stand on a tile of their own."""
    found = [words.said(reason) for name, reason in conditions.look(now).items() if reason and name != "conflicts"]
    if not errands.worker_is_there(now):
        found.append(_("No background worker is running: nothing is synced by itself. Start `bconnect serve`."))
    return found
