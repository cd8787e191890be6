"""Which changes had no webhook announced when a scheduled pull brought them? A dead webhook shows in a day.

A change is a state of a client: its id and its `updatedAt`. It counts from the moment on at which the first
webhook that is still active was registered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils.dateparse import parse_datetime

from bconnect.customers.models import Customer
from bconnect.operations.models import DriftLook, UnannouncedChange
from bconnect.sync.models import SyncRun
from bconnect.webhooks.envelope import CLIENT_EVENTS
from bconnect.webhooks.models import Delivery, Status, WebhookConfiguration

THE_ROW = 1
BATCH = 500
ANNOUNCED_BEFORE = timedelta(days=3)
"""How long before the pull a webhook is looked for: nothing waits for longer."""

State = tuple[str, datetime]
"""A client id and an `updatedAt`."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day (Europe/Brussels) in numbers of changes.

    announced: a webhook told of it in time. late: one did, but after a pull had brought it. missed: none did.
    """

    day: date
    announced: int
    late: int
    missed: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"day": self.day.isoformat()}


def look_at_new_runs() -> int:
    """Note what the pulls since the last look brought unannounced. Returns how many states that were."""
    expected_from = announced_from()
    with transaction.atomic():
        look, _ = DriftLook.objects.select_for_update().get_or_create(id=THE_ROW, defaults={"run": 0})
        ended = SyncRun.objects.filter(
            id__gt=look.run,
            kind__in=(SyncRun.Kind.FULL, SyncRun.Kind.INCREMENTAL),
            status__in=(SyncRun.Status.DONE, SyncRun.Status.PARTIAL),
        ).order_by("id")
        runs = list(ended.defer("bookmark"))
        noted = sum(_note(run, expected_from) for run in runs) if expected_from else 0
        if runs:
            DriftLook.objects.filter(id=THE_ROW).update(run=runs[-1].pk)
    return noted


def announced_from() -> datetime | None:
    """From when on webhooks should tell; None where none is registered."""
    active = WebhookConfiguration.objects.filter(is_active=True)
    first: datetime | None = active.aggregate(first=Min("registered_at"))["first"]
    return first


def report(today: date, days: int) -> list[Day]:
    """The last `days` days, the latest first."""
    zone = ZoneInfo(settings.TIME_ZONE)
    begins = datetime.combine(today - timedelta(days=days - 1), datetime.min.time(), zone)
    told = _told(begins - ANNOUNCED_BEFORE)
    unannounced = UnannouncedChange.objects.filter(taken_at__gte=begins)
    late, missed, states = Counter[date](), Counter[date](), set[State]()
    for each in unannounced.iterator():
        state = (each.robaws_client_id, each.remote_updated_at)
        states.add(state)
        known_at = told.get(each.robaws_client_id, {})
        was_told = any(stamp >= each.remote_updated_at for stamp in known_at)
        (late if was_told else missed)[each.taken_at.astimezone(zone).date()] += 1
    announced = Counter(
        received_at.astimezone(zone).date()
        for client_id, stamps in told.items()
        for stamp, received_at in stamps.items()
        if (client_id, stamp) not in states and received_at >= begins
    )
    dates = (today - timedelta(days=back) for back in range(days))
    return [Day(day, announced[day], late[day], missed[day]) for day in dates]


def _note(run: SyncRun, expected_from: datetime) -> int:
    """Rows that took something while the run worked, in a state that nobody had told of by then."""
    if run.finished_at is None:
        return 0
    taken = Customer.objects.filter(
        last_synced_at__gte=run.started_at,
        last_synced_at__lte=run.finished_at,
        remote_updated_at__gte=expected_from,
        gone_at=None,
    )
    rows = list(taken.values_list("robaws_client_id", "remote_updated_at", "last_synced_at"))
    told = _told(run.started_at - ANNOUNCED_BEFORE, [row[0] for row in rows]) if rows else {}
    unannounced = [
        UnannouncedChange(robaws_client_id=client_id, remote_updated_at=stamp, taken_at=taken_at, run=run)
        for client_id, stamp, taken_at in rows
        if stamp and taken_at and not _was_told(told.get(client_id, {}), stamp, taken_at)
    ]
    UnannouncedChange.objects.bulk_create(unannounced, batch_size=BATCH, ignore_conflicts=True)
    return len(unannounced)


def _was_told(stamps: Mapping[datetime, datetime], stamp: datetime, by: datetime) -> bool:
    return any(told >= stamp and received_at <= by for told, received_at in stamps.items())


def _told(since: datetime, client_ids: Iterable[str] | None = None) -> dict[str, dict[datetime, datetime]]:
    """Per client, the states that webhooks told of since then, and when the first of them came."""
    calls = Delivery.objects.filter(received_at__gte=since, event_type__in=CLIENT_EVENTS).exclude(
        status=Status.REJECTED
    )
    calls = calls.exclude(robaws_client_id=None).order_by("-received_at")
    wanted = None if client_ids is None else set(client_ids)
    told: dict[str, dict[datetime, datetime]] = {}
    columns = calls.values_list("robaws_client_id", "payload__data__updatedAt", "received_at")
    for client_id, stamp, received_at in columns.iterator():
        moment = parse_datetime(stamp) if isinstance(stamp, str) else None
        if client_id and moment and moment.tzinfo and (wanted is None or client_id in wanted):
            told.setdefault(client_id, {})[moment] = received_at
    return told
