"""Groups of likely duplicates, and customers whose data wants work, in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RadioFilter  # type: ignore[import-untyped]
from unfold.views import ChangeList  # type: ignore[import-untyped]

from bconnect.customers.duplicates.evidence import Tier
from bconnect.customers.duplicates.groups import by_group
from bconnect.customers.duplicates.models import DuplicateGroup, Profile
from bconnect.customers.duplicates.quality import WORDS
from bconnect.customers.models import Customer
from bconnect.panel import cells, words
from bconnect.panel.customer_filters import Choices
from bconnect.panel.merge_views import TIER_COLOURS, merge_address
from bconnect.panel.read_only import ReadOnlyAdmin


class TierFilter(RadioFilter):  # type: ignore[misc]  # Unfold has no types
    title = _("how sure")
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [("near", _("Near certain")), ("likely", _("Likely"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[DuplicateGroup]) -> QuerySet[DuplicateGroup]:
        match self.value():
            case "near":
                return queryset.filter(score__gte=Tier.NEAR_CERTAIN)
            case "likely":
                return queryset.filter(score__lt=Tier.NEAR_CERTAIN)
        return queryset


class ProblemFilter(RadioFilter):  # type: ignore[misc]
    title = _("problem")
    parameter_name = "problem"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [(code, words.said(text)) for code, text in WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Profile]) -> QuerySet[Profile]:
        return queryset.filter(problems__contains=self.value()) if self.value() in WORDS else queryset


class GroupList(ChangeList):  # type: ignore[misc]
    def get_results(self, request: HttpRequest) -> None:
        """The members of all groups of the page by two queries."""
        super().get_results(request)
        members = by_group([group.pk for group in self.result_list])
        customers = Customer.objects.in_bulk([each for ids in members.values() for each in ids])
        for group in self.result_list:
            group.customers = [customers[each] for each in members[group.pk] if each in customers]


@admin.register(DuplicateGroup)
class DuplicateGroupAdmin(ReadOnlyAdmin):
    list_display = ("tier_badge", "who", "size", "why", "found")
    list_display_links = ("tier_badge", "who")
    list_filter = (TierFilter,)
    search_fields = ("name",)
    search_help_text = _("A word of the first customer's name")
    ordering = ("-score", "-size", "id")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[GroupList]:
        return GroupList

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A group's page is the preview of its merge."""
        ids = by_group([int(object_id)])[int(object_id)] if object_id.isdecimal() else []
        clients = list(Customer.objects.filter(pk__in=ids).order_by("pk").values_list("robaws_client_id", flat=True))
        if len(clients) < 2 or not self.has_view_permission(request):
            response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
            return response
        return HttpResponseRedirect(merge_address(clients))

    @admin.display(description=_("how sure"), ordering="score")
    def tier_badge(self, group: DuplicateGroup) -> SafeString:
        return cells.badge(f"{words.said(group.tier.words)} {group.score}", TIER_COLOURS[group.tier])

    @admin.display(description=_("customers"))
    def who(self, group: Any) -> SafeString:
        lines = ((each.name, each.robaws_client_id, each.city or "") for each in group.customers)
        told = format_html_join("", '<div>{} <span class="bc-quiet">{} {}</span></div>', lines)
        return format_html("<div>{}</div>", told)

    @admin.display(description=_("why"))
    def why(self, group: DuplicateGroup) -> str:
        return words.several(group.reasons)

    @admin.display(description=_("found"), ordering="found_at")
    def found(self, group: DuplicateGroup) -> SafeString | str:
        return cells.ago(group.found_at)


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    """The worklist: whose data is poorest."""

    list_display = ("score", "customer", "what")
    list_display_links = None
    list_filter = (ProblemFilter,)
    ordering = ("quality", "customer_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = Customer.objects.filter(pk=OuterRef("customer_id"))
        profiles: QuerySet[Any] = super().get_queryset(request)
        named: QuerySet[Any] = profiles.defer("seen", "keys").annotate(
            name=Subquery(mine.values("name")[:1]), client_id=Subquery(mine.values("robaws_client_id")[:1])
        )
        return named.exclude(quality=100)

    @admin.display(description=_("quality"), ordering="quality")
    def score(self, profile: Profile) -> SafeString:
        colour = "success" if profile.quality >= 80 else "warning" if profile.quality >= 50 else "danger"
        return cells.badge(str(profile.quality), colour)

    @admin.display(description=_("customer"))
    def customer(self, profile: Any) -> SafeString | str:
        address = reverse("admin:customers_customer_change", args=[profile.pk])
        if not profile.name:
            return cells.EMPTY
        link = '<a class="bc-link" href="{}">{}</a> <span class="bc-quiet">{}</span>'
        return format_html(link, address, profile.name, profile.client_id)

    @admin.display(description=_("what is missing or wrong"))
    def what(self, profile: Profile) -> str:
        return words.several((WORDS[code] for code in profile.problems.split()), ", ")
