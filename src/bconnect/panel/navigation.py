"""The side bar: where one can go, with what waits there as a number."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bconnect.customers.duplicates.models import DuplicateGroup
from bconnect.customers.models import Customer
from bconnect.jobs import errands
from bconnect.jobs.models import Errand
from bconnect.panel import cells
from bconnect.panel.big_lists import table_size
from bconnect.sync.models import Conflict, QuarantinedRecord
from bconnect.webhooks import replay

RECENT = timedelta(days=1)
CACHED_FOR_S = 60
"""The numbers stand on every page: counting each time would cost more than the page."""


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's shape of a navigation; only what this user may see."""
    data = [
        _item(request, _("Customers"), "group", "customers.customer", _customers, "info"),
        _item(request, _("Intakes"), "assignment", "intakes.intake"),
        _item(request, _("Duplicates"), "content_copy", "duplicates.duplicategroup", _duplicates, "warning"),
        _item(request, _("Merges"), "merge", "sync.merge"),
        _item(request, _("Data quality"), "rule", "duplicates.profile"),
        _item(request, _("Conflicts"), "call_split", "sync.conflict", _conflicts, "warning"),
        _item(request, _("Quarantine"), "report", "sync.quarantinedrecord", _quarantined, "danger"),
    ]
    sync = [
        _item(request, _("Runs"), "sync", "sync.syncrun"),
        _item(request, _("Tasks"), "checklist", "jobs.errand", _tasks, "info"),
        _item(request, _("Webhook events"), "webhook", "webhooks.delivery", _failed_events, "danger"),
        _item(request, _("Webhook addresses"), "link", "webhooks.webhookconfiguration"),
        _item(request, _("Jobs and schedule"), "schedule", "jobs.scheduledjob"),
    ]
    people = [
        _item(request, _("Users"), "person", "auth.user"),
        _item(request, _("Groups"), "shield_person", "auth.group"),
        _item(request, _("What people did"), "history", "admin.logentry"),
    ]
    dashboard = {"title": _("Dashboard"), "icon": "dashboard", "link": reverse("admin:index")}
    groups = [
        ("", [dashboard, *filter(None, data)]),
        (_("Sync"), list(filter(None, sync))),
        (_("People"), list(filter(None, people))),
    ]
    return [{"title": title, "separator": bool(title), "items": items} for title, items in groups if items]


def _item(
    request: HttpRequest,
    title: str,
    icon: str,
    model: str,
    count: Callable[[], int] | None = None,
    colour: str = "info",
) -> dict[str, Any] | None:
    app, name = model.split(".")
    if not request.user.has_perm(f"{app}.view_{name}"):
        return None
    item: dict[str, Any] = {"title": title, "icon": icon, "link": reverse(f"admin:{app}_{name}_changelist")}
    number = _cached(model, count) if count else 0
    return item | ({"badge": cells.count(number), "badge_variant": colour} if number else {})


def customer_count() -> int:
    """How many there are; up to a minute old."""
    return _cached("customers.customer", _customers)


def _cached(model: str, count: Callable[[], int]) -> int:
    return int(cache.get_or_set(f"panel.count.{model}", count, CACHED_FOR_S) or 0)


def _customers() -> int:
    return table_size(Customer.objects.all())


def _duplicates() -> int:
    return DuplicateGroup.objects.count()


def _conflicts() -> int:
    return Conflict.objects.filter(resolved_at=None).count()


def _quarantined() -> int:
    return QuarantinedRecord.objects.count()


def _tasks() -> int:
    return Errand.objects.filter(state__in=errands.OPEN).count()


def _failed_events() -> int:
    return replay.failed().filter(received_at__gte=timezone.now() - RECENT).count()
