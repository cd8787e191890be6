"""Merges in the admin: what became of each, and where its steps in Robaws stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bconnect.customers.models import Customer
from bconnect.panel import cells, words
from bconnect.panel.customer_filters import ChoicesFilter
from bconnect.panel.customer_page import label
from bconnect.panel.merge_views import RIGHT, RIGHT_TO_DELETE, go_on_page, merge_page, undo_page
from bconnect.panel.read_only import ReadOnlyAdmin
from bconnect.panel.schedule_admin import job_lines
from bconnect.sync.models import Merge, MergedCustomer

JOB = "merges"
STATE_COLOURS = {"open": "info", "held": "warning", "done": "success", "undone": "grey"}
STEP_COLOURS = {"waiting": "info", "held": "warning", "left": "warning"}


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ("number", "survivor_name", "client_id", "others", "state_badge", "merged_by", "merged")
    list_display_links = ("number", "survivor_name")
    list_filter = (("state", ChoicesFilter),)
    search_fields = ("survivor_name", "survivor_client_id", "merged__name", "merged__robaws_client_id")
    fields = ("number", "merged_by", "merged")
    readonly_fields = ("number", "merged")
    change_form_outer_before_template = "panel/merge.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        merges: QuerySet[Merge] = super().get_queryset(request)
        counted: QuerySet[Any] = merges.defer("survivor_before").annotate(n_others=Count("merged"))
        return counted

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [
            path("preview/", site.admin_view(merge_page), name="sync_merge_preview"),
            path("<int:number>/undo/", site.admin_view(undo_page), name="sync_merge_undo"),
            path("<int:number>/go-on/", site.admin_view(go_on_page), name="sync_merge_go_on"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = Merge.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        context = _page(record, request) if record and self.has_view_permission(request) else {}
        response: HttpResponse = super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})
        return response

    @admin.display(description=_("merge"), ordering="id")
    def number(self, record: Merge) -> str:
        return f"#{record.pk}"

    @admin.display(description=_("client id"), ordering="survivor_client_id")
    def client_id(self, record: Merge) -> str:
        return record.survivor_client_id

    @admin.display(description=_("merged into it"))
    def others(self, record: Any) -> int:
        return int(record.n_others)

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, record: Merge) -> SafeString:
        return cells.badge(words.said(record.get_state_display()), STATE_COLOURS[record.state])

    @admin.display(description=_("when"), ordering="merged_at")
    def merged(self, record: Merge) -> SafeString | str:
        return cells.ago(record.merged_at)


def _page(record: Merge, request: HttpRequest) -> dict[str, Any]:
    before = record.survivor_before
    merged = list(record.merged.all())
    asked = bool(record.undo_asked_by) and record.state != Merge.State.UNDONE
    return {
        "merge": record,
        "survivor": Customer.objects.filter(pk=record.survivor_id).first(),
        "badge": cells.badge(words.said(record.get_state_display()), STATE_COLOURS[record.state]),
        "steps": [_survivor_step(record), *(_step(each) for each in merged)],
        "next_try_at": _next_try_at() if record.state == Merge.State.OPEN and not asked else None,
        "is_live": record.state == Merge.State.OPEN or asked,
        "fields": [(label(column), before.get(column), value) for column, value in record.fields.items()],
        "undo_is_asked": asked,
        "may_merge": request.user.has_perm(RIGHT),
        "may_go_on": record.state in (Merge.State.HELD, Merge.State.OPEN) and not asked,
        "is_left_active": request.user.has_perm(RIGHT_TO_DELETE)
        and any(each.step == MergedCustomer.Step.LEFT for each in merged),
        "changed_meanwhile": any(each.step == MergedCustomer.Step.HELD for each in merged),
    }


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the page: what is done to whom in Robaws, and how far it is."""

    name: str
    client_id: str
    badge: SafeString
    attempts: int
    at: datetime | None
    error: str


def _survivor_step(record: Merge) -> Step:
    """The first one: Robaws is to hold what stands here."""
    if record.confirmed_at:
        badge = cells.badge(gettext("holds what stands here"), "success")
    else:
        is_held = record.state == Merge.State.HELD
        badge = cells.badge(gettext("not confirmed yet"), "warning" if is_held else "info")
    name = gettext("%s (stays)") % record.survivor_name
    at = record.confirmed_at or record.tried_at
    return Step(name, record.survivor_client_id, badge, record.attempts, at, words.said(record.error))


def _step(merged: MergedCustomer) -> Step:
    badge = cells.badge(words.said(merged.get_step_display()), STEP_COLOURS.get(merged.step, "success"))
    at = merged.done_at or merged.tried_at
    return Step(merged.name, merged.robaws_client_id, badge, merged.attempts, at, words.said(merged.error))


def _next_try_at() -> datetime | None:
    return next((line.next_at for line in job_lines() if line.name == JOB), None)
