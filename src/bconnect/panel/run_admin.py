"""Sync runs: what each was asked, how it ended, what it did, and the fields it changed."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bconnect.panel import asking, cells, failures, guards, run_cancel, words
from bconnect.panel.customer_filters import ChoicesFilter
from bconnect.panel.customer_page import label
from bconnect.panel.read_only import ReadOnlyAdmin
from bconnect.sync import gateway
from bconnect.sync.models import Change, SyncRun
from bconnect.sync.undo import undo

STATUS_COLOURS = {
    "running": "info",
    "done": "success",
    "partial": "warning",
    "incomplete": "warning",
    "interrupted": "warning",
    "failed": "danger",
}
SHOWN_CHANGES = 100
TRIED_OUT = 200


def status_badge(run: SyncRun) -> SafeString:
    """One word; the longer meaning is its tool tip."""
    return cells.badge(
        words.said(run.status), STATUS_COLOURS.get(run.status, "grey"), words.said(run.get_status_display())
    )


def duration(run: SyncRun) -> str:
    seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
    minutes, rest = divmod(max(seconds, 0.0), 60)
    return f"{int(minutes)} min {int(rest)} s" if minutes else f"{rest:.1f} s"


def percent(run: SyncRun) -> int | None:
    """How far a walk over all clients is."""
    return min(100, round(100 * run.fetched / run.total)) if run.total else None


def run_changes(run: SyncRun) -> QuerySet[Change]:
    return Change.objects.filter(run=run).select_related("customer").defer("customer__metadata", "customer__base")


def undo_question(run: SyncRun) -> asking.Question:
    """A run of few changes is tried out first; trying out a large one would take as long as doing it."""
    count = run_changes(run).count()
    facts = [gettext("Each field gets the value it had before, here at once, in Robaws by the next push.")]
    rows: list[tuple[str, str, str]] = []
    if count <= TRIED_OUT:
        outcome = undo(run, tenant=gateway.tenant(), who="", now=timezone.now(), dry_run=True)
        back, left = len(outcome.changes), len(outcome.left)
        facts.append(ngettext("%d change is put back.", "%d changes are put back.", back) % back)
        if left:
            facts.append(ngettext("%d is left as it is:", "%d are left as they are:", left) % left)
        rows = [(each.client_id, label(each.field), words.said(each.reason)) for each in outcome.left[:SHOWN_CHANGES]]
    else:
        facts.append(gettext("%s changes are looked at; what was changed since is left as it is.") % cells.count(count))
    return asking.Question(
        title=gettext("Undo run %s?") % run.pk,
        facts=facts,
        table=asking.Table((gettext("Client id"), gettext("Field"), gettext("Why")), rows) if rows else None,
        button=gettext("Undo"),
        colour="danger",
        back=reverse("admin:sync_syncrun_change", args=[run.pk]),
        command=f"bconnect undo_run {run.pk}",
    )


def counted(name: str) -> Callable[[SyncRun], str]:
    """A column of the list: how many of these, nothing where it is none."""
    field = cast("Field[Any, Any]", SyncRun._meta.get_field(name))

    @admin.display(description=field.verbose_name, ordering=name)
    def shown(run: SyncRun) -> str:
        number = getattr(run, name)
        return cells.count(number) if number else cells.EMPTY

    shown.__name__ = name
    return shown


@admin.register(SyncRun)
class RunAdmin(ReadOnlyAdmin):
    list_display = (
        "number",
        "status_shown",
        "kind_shown",
        "started",
        "duration_shown",
        counted("fetched"),
        counted("created"),
        counted("updated"),
        counted("conflicts"),
        counted("missing"),
        counted("errors"),
        counted("pushed"),
        "started_by_shown",
    )
    list_filter = (("kind", ChoicesFilter), ("status", ChoicesFilter))
    change_form_outer_before_template = "panel/run_now.html"
    change_form_outer_after_template = "panel/run_changes.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("status_shown", "kind_shown"),
                    ("started_at", "duration_shown"),
                    "started_by_shown",
                    "error_shown",
                )
            },
        ),
        (
            _("Counts"),
            {
                "fields": (
                    ("total", "fetched"),
                    ("created", "updated"),
                    ("unchanged", "skipped"),
                    ("conflicts", "missing"),
                    ("errors", "pushed"),
                    ("requests", "quota_left"),
                )
            },
        ),
        (_("Window"), {"fields": (("updated_from", "newest_seen_at"), "watermark"), "classes": ("collapse",)}),
    )
    readonly_fields = ("status_shown", "kind_shown", "duration_shown", "started_by_shown", "error_shown")

    @admin.display(description=_("run"), ordering="id")
    def number(self, run: SyncRun) -> str:
        return f"#{run.pk}"

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, run: SyncRun) -> SafeString:
        return status_badge(run)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, run: SyncRun) -> str:
        return words.said(run.get_kind_display())

    @admin.display(description=_("started"), ordering="started_at")
    def started(self, run: SyncRun) -> SafeString | str:
        return cells.ago(run.started_at)

    @admin.display(description=_("duration"))
    def duration_shown(self, run: SyncRun) -> str:
        return duration(run)

    @admin.display(description=_("begun by"), ordering="started_by")
    def started_by_shown(self, run: SyncRun) -> str:
        return words.said(run.started_by)

    @admin.display(description=_("error"))
    def error_shown(self, run: SyncRun) -> str:
        if run.error or not run.errors:
            return words.said(run.error) or cells.EMPTY
        return ngettext("%d record failed: see below.", "%d records failed: see below.", run.errors) % run.errors

    def get_urls(self) -> list[URLPattern]:
        undo = self.admin_site.admin_view(self.undo)
        return [
            path("<int:pk>/undo/", undo, name="sync_syncrun_undo"),
            path("<int:pk>/cancel/", self.admin_site.admin_view(self.cancel), name="sync_syncrun_cancel"),
            *super().get_urls(),
        ]

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have a run stop, wherever it works."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return run_cancel.stop(request, pk)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then have a worker put back what this run changed."""
        if not request.user.has_perm("jobs.order_undo"):
            raise PermissionDenied
        run = get_object_or_404(SyncRun, pk=pk)
        if request.method == "POST":
            return asking.order(request, "undo a run", "Undone", run=pk)
        return asking.ask(request, self, undo_question(run))

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncRun]:
        queryset: QuerySet[SyncRun] = super().get_queryset(request)
        return queryset.defer("bookmark")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = SyncRun.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        changes = run_changes(run) if run and self.has_view_permission(request) else Change.objects.none()
        context = {
            "run": run,
            "changes": list(changes[:SHOWN_CHANGES]),
            "change_count": changes.count(),
            "failures": failures.of_run(run) if run and run.errors and self.has_view_permission(request) else [],
            "percent": percent(run) if run else None,
            "may_stop": run is not None and run_cancel.may_stop(request, run),
            "override": guards.gone(request) if run and guards.is_stopped(run) else "",
            "may_undo": request.user.has_perm("jobs.order_undo"),
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})
        return response
