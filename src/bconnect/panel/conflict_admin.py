"""Conflicts: the list of them, and deciding one, several, or all of a customer."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RadioFilter  # type: ignore[import-untyped]
from unfold.decorators import action  # type: ignore[import-untyped]

from bconnect.customers.models import Customer
from bconnect.panel import asking, cells, conflict_page
from bconnect.panel.customer_filters import Choices
from bconnect.panel.customer_page import label
from bconnect.panel.read_only import ReadOnlyAdmin
from bconnect.sync.models import Conflict
from bconnect.sync.resolve import Take

MOST = 500


def customer_link(customer: Customer) -> SafeString:
    address = reverse("admin:customers_customer_change", args=[customer.pk])
    return format_html('<a class="bc-link" href="{}">{}</a>', address, customer.name)


class OpenFilter(RadioFilter):  # type: ignore[misc]  # Unfold has no types
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [("open", _("Open")), ("resolved", _("Resolved"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conflict]) -> QuerySet[Conflict]:
        if self.value() not in {"open", "resolved"}:
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "open")


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = (
        "customer_shown",
        "field_shown",
        "base_shown",
        "ours_shown",
        "theirs_shown",
        "since_shown",
        "outcome",
    )
    list_display_links = None
    actions = ("take_ours", "take_theirs")
    list_filter = (OpenFilter,)
    search_fields = ("customer__name", "customer__robaws_client_id", "field")
    ordering = (F("resolved_at").desc(nulls_first=True), "-id")  # those that wait for somebody stand on top

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conflict]:
        conflicts: QuerySet[Conflict] = super().get_queryset(request)
        return conflicts.select_related("customer").defer("customer__metadata", "customer__base")

    def has_resolve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("sync.resolve_conflict")

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide)
        return [path("decide/<int:customer_pk>/", decide, name="sync_conflict_decide"), *super().get_urls()]

    def decide(self, request: HttpRequest, customer_pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return conflict_page.decide(request, self, customer_pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An open conflict is looked at beside the others of its customer."""
        found = Conflict.objects.filter(pk=object_id if object_id.isdecimal() else 0, resolved_at=None).first()
        if found and request.method == "GET" and self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:sync_conflict_decide", args=[found.customer_id]))
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return response

    @action(description=_("Keep ours, push it to Robaws"), permissions=["resolve"])  # type: ignore[untyped-decorator]
    def take_ours(self, request: HttpRequest, chosen: QuerySet[Conflict]) -> HttpResponse | None:
        return self._take(request, chosen, Take.OURS, gettext("Keep ours in all of them?"))

    @action(description=_("Take Robaws' value"), permissions=["resolve"])  # type: ignore[untyped-decorator]
    def take_theirs(self, request: HttpRequest, chosen: QuerySet[Conflict]) -> HttpResponse | None:
        return self._take(request, chosen, Take.THEIRS, gettext("Take Robaws' value in all of them?"))

    def _take(self, request: HttpRequest, chosen: QuerySet[Conflict], take: Take, title: str) -> HttpResponse | None:
        open_ones = list(chosen.filter(resolved_at=None)[:MOST])
        if request.POST.get("confirmed"):
            decided = conflict_page.take_side(request, open_ones, take)
            told = ngettext("%d conflict is decided.", "%d conflicts are decided.", decided) % decided
            messages.success(request, told)
            return None
        head = (gettext("Customer"), gettext("Field"), gettext("Here"), gettext("In Robaws"))
        rows = [
            (each.customer.name, label(each.field), cells.shown(each.ours), cells.shown(each.theirs))
            for each in open_ones
        ]
        count = len(open_ones)
        question = asking.Question(
            title=title,
            facts=[ngettext("%d conflict is open.", "%d conflicts are open.", count) % count],
            table=asking.Table(head, rows) if rows else None,
            button=gettext("Decide") if rows else "",
            back=request.get_full_path(),
            kept=asking.kept(request),
        )
        return asking.ask(request, self, question)

    @admin.display(description=_("customer"), ordering="customer__name")
    def customer_shown(self, conflict: Conflict) -> SafeString:
        if conflict.resolved_at is None:
            address = reverse("admin:sync_conflict_decide", args=[conflict.customer_id])
            return format_html('<a class="bc-link" href="{}">{}</a>', address, conflict.customer.name)
        return customer_link(conflict.customer)

    @admin.display(description=_("field"), ordering="field")
    def field_shown(self, conflict: Conflict) -> str:
        return label(conflict.field)

    @admin.display(description=_("last agreed"))
    def base_shown(self, conflict: Conflict) -> str:
        return cells.shown(conflict.base)

    @admin.display(description=_("here"))
    def ours_shown(self, conflict: Conflict) -> str:
        return cells.shown(conflict.ours)

    @admin.display(description=_("in Robaws"))
    def theirs_shown(self, conflict: Conflict) -> str:
        return cells.shown(conflict.theirs)

    @admin.display(description=_("since"), ordering="since")
    def since_shown(self, conflict: Conflict) -> SafeString | str:
        return cells.ago(conflict.since)

    @admin.display(description=_("state"), ordering="resolved_at")
    def outcome(self, conflict: Conflict) -> SafeString:
        if conflict.resolved_at is None:
            return cells.badge(_("open"), "warning")
        by = f"{conflict.resolution}, {conflict.resolved_by}".strip(", ")
        return cells.badge(_("resolved"), "success", by)
