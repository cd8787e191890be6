"""The first page: is the sync well, and what waits for somebody?"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bconnect.customers.models import Customer
from bconnect.operations.conditions import SYNC_JOBS
from bconnect.panel import figures, guards, holding, roles, run_cancel, words
from bconnect.panel.customer_filters import NO_ROLE
from bconnect.panel.figures import Day, Quota, Webhooks
from bconnect.panel.run_admin import duration, percent, status_badge
from bconnect.panel.schedule_admin import JobLine, job_lines
from bconnect.panel.states import STATES, with_state
from bconnect.sync.models import Conflict, Merge, ParkedEdit, QuarantinedRecord, SyncRun
from bconnect.webhooks import replay

SHOWN_RUNS, SHOWN_ROLES = 6, 12
CACHED_FOR_S = 60
"""Counting a million customers by state takes a second."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart: `percent` of the longest one, and where its customers are listed."""

    label: str | Promise
    count: int
    percent: int
    colour: str
    link: str


@dataclass(frozen=True, slots=True)
class RunLine:
    run: SyncRun
    badge: SafeString
    duration: str

    percent: int | None
    may_stop: bool

    @property
    def changed(self) -> int:
        """Customers that were made or changed, here or in Robaws."""
        return self.run.created + self.run.updated + self.run.pushed


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that somebody should look at."""

    count: int
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    customers: int
    roles: list[Bar]
    states: list[Bar]
    runs: list[RunLine]
    waiting: list[Waiting]
    first_step: str
    troubles: list[str]
    next_jobs: list[JobLine]
    days: list[Day]
    webhooks: Webhooks | None
    quotas: list[Quota]
    held: str
    override: str
    stopped: str

    @property
    def is_at_work(self) -> bool:
        return any(line.run.status == SyncRun.Status.RUNNING for line in self.runs)


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's callback: adds `dashboard`, as far as this user may see what is in it."""
    now = timezone.now()
    sees_customers = request.user.has_perm("customers.view_customer")
    sees_runs = request.user.has_perm("sync.view_syncrun")
    states = _states() if sees_customers else []
    runs = _runs(request) if sees_runs else []
    stopped = guards.latest_stopped() if sees_runs else None
    customers = sum(bar.count for bar in states)
    context["title"] = _("Dashboard")
    context["dashboard"] = Dashboard(
        customers=customers,
        roles=_roles() if customers else [],
        states=states if customers else [],
        runs=runs,
        waiting=_waiting(request),
        first_step=_first_step() if sees_customers and not customers else "",
        troubles=figures.troubles(now) if sees_runs else [],
        next_jobs=[each for each in job_lines() if each.name in SYNC_JOBS] if sees_runs else [],
        days=figures.days(now) if sees_runs and customers else [],
        webhooks=figures.webhooks(now) if request.user.has_perm("webhooks.view_delivery") else None,
        quotas=figures.quotas(now) if sees_runs else [],
        held=holding.warning() if sees_runs else "",
        override=guards.gone(request) if stopped else "",
        stopped=words.said(stopped.error) if stopped else "",
    )
    return context


def _first_step() -> str:
    if not (settings.ROBAWS_API_KEY and settings.ROBAWS_API_SECRET):
        return _("Put ROBAWS_API_KEY and ROBAWS_API_SECRET in the environment or in .env, then run")
    return _("No customer is here yet. Fetch them all from Robaws with")


def _roles() -> list[Bar]:
    counts: list[tuple[str, int]] = cache.get_or_set("panel.dashboard.roles", _role_counts, CACHED_FOR_S) or []
    bars = [
        Bar(role or _("(no role)"), n, _percent(n, counts[0][1]), roles.colour(role), _list(role=role or NO_ROLE))
        for role, n in counts[:SHOWN_ROLES]
    ]
    rest = sum(n for _role, n in counts[SHOWN_ROLES:])
    if rest:
        others = _("%d other roles") % (len(counts) - SHOWN_ROLES)
        bars.append(Bar(others, rest, _percent(rest, counts[0][1]), "grey", _list()))
    return bars


def _role_counts() -> list[tuple[str, int]]:
    found = Customer.objects.order_by().values_list("role").annotate(n=Count("pk")).order_by("-n", "role")
    return [(role or "", n) for role, n in found]


def _state_counts() -> dict[str, int]:
    return dict(with_state(Customer.objects.order_by()).values_list("sync_state").annotate(n=Count("pk")))


def _states() -> list[Bar]:
    counts: dict[str, int] = cache.get_or_set("panel.dashboard.states", _state_counts, CACHED_FOR_S) or {}
    most = max(counts.values(), default=0)
    return [
        Bar(state.label, counts[state.key], _percent(counts[state.key], most), state.colour, _list(sync=state.key))
        for state in STATES
        if counts.get(state.key)
    ]


def _runs(request: HttpRequest) -> list[RunLine]:
    runs = SyncRun.objects.defer("bookmark")[:SHOWN_RUNS]
    return [
        RunLine(run, status_badge(run), duration(run), percent(run), run_cancel.may_stop(request, run)) for run in runs
    ]


def _waiting(request: HttpRequest) -> list[Waiting]:
    waiting = []
    if request.user.has_perm("sync.view_conflict"):
        link = reverse("admin:sync_conflict_changelist") + "?state=open"
        open_ones = Conflict.objects.filter(resolved_at=None).count()
        waiting.append(Waiting(open_ones, ngettext("conflict to decide", "conflicts to decide", open_ones), link))
    if request.user.has_perm("sync.view_quarantinedrecord"):
        link = reverse("admin:sync_quarantinedrecord_changelist")
        kept = QuarantinedRecord.objects.count()
        waiting.append(Waiting(kept, ngettext("quarantined record", "quarantined records", kept), link))
    if request.user.has_perm("customers.view_customer"):
        refused = ParkedEdit.objects.count()
        told = ngettext("edit Robaws refused", "edits Robaws refused", refused)
        waiting.append(Waiting(refused, told, _list(sync="refused")))
    if request.user.has_perm("sync.view_merge"):
        link = reverse("admin:sync_merge_changelist") + "?state__exact=held"
        held = Merge.objects.filter(state=Merge.State.HELD).count()
        waiting.append(Waiting(held, ngettext("merge that is stuck", "merges that are stuck", held), link))
    if request.user.has_perm("webhooks.view_delivery"):
        link = reverse("admin:webhooks_delivery_changelist") + "?status__exact=failed"
        failed = replay.failed().count()
        waiting.append(Waiting(failed, ngettext("webhook event given up", "webhook events given up", failed), link))
    return waiting


def _list(**filters: str) -> str:
    return f"{reverse('admin:customers_customer_changelist')}?{urlencode(filters)}"


def _percent(part: int, whole: int) -> int:
    return max(1, round(100 * part / whole)) if whole else 0
