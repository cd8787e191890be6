"""Customers in the admin: the list, the form, and what may be done with one."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin  # type: ignore[import-untyped]
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget  # type: ignore[import-untyped]

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.panel import (
    asking,
    cells,
    columns,
    customer_filters,
    edited,
    export,
    faster_lists,
    list_tools,
    navigation,
    quick_customer,
    roles,
    search,
)
from bconnect.panel.big_lists import BigPaginator
from bconnect.panel.changelist import BigChangeList
from bconnect.panel.customer_actions import CustomerActions
from bconnect.panel.customer_form import CustomerForm
from bconnect.panel.customer_page import customer_page
from bconnect.panel.customer_select import customer_select
from bconnect.panel.selection_actions import SelectionActions
from bconnect.panel.states import BY_KEY, states_of

BULKY = ("metadata", "base", "alternates", "issues", "address", "search_text")
LARGE = 100_000
EXPORT = "customers_customer_export"


class CustomerList(BigChangeList):
    """State and intakes are asked for the rows of the page alone: three queries, whatever the list's length."""

    result_list: Any

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Customer]:
        queryset: QuerySet[Customer] = super().get_queryset(*args, **kwargs)
        return queryset.defer(*BULKY)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        customers: list[Any] = list(self.result_list)
        self.result_list = customers
        states = states_of(customers)
        ids = [each.robaws_client_id for each in customers]
        mine = Intake.objects.filter(robaws_client_id__in=ids).order_by().values_list("robaws_client_id")
        counts = dict(mine.annotate(n=Count("pk")))
        for each in customers:
            each.sync_state, each.n_intakes = states[each.pk], counts.get(each.robaws_client_id, 0)


@admin.register(Customer)
class CustomerAdmin(CustomerActions, SelectionActions, ModelAdmin):  # type: ignore[misc]
    form = CustomerForm
    list_display = columns.ALL
    list_display_links = ("bold_name",)
    list_filter = customer_filters.ALL
    list_filter_submit = True
    list_fullwidth = True
    list_per_page = 50
    paginator = BigPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = search.COLUMNS
    search_help_text = _("Name, e-mail, phone, VAT number, city or client id")
    list_before_template = "panel/customer_tools.html"
    warn_unsaved_form = True
    change_form_before_template = "panel/customer_snapshot.html"
    change_form_outer_before_template = "panel/customer_sync.html"
    change_form_outer_after_template = "panel/customer_related.html"
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextInputWidget}}  # noqa: RUF012 - Unfold copies it
    fieldsets = (
        (_("Customer information"), {"fields": (("name", "role"), ("client_type", "vat_number"))}),
        (_("Contact"), {"fields": (("email", "website"), ("phone", "mobile"))}),
        (
            _("Address"),
            {
                "fields": (
                    ("street", "street_number"),
                    ("postal_code", "city"),
                    ("country", "country_code"),
                    "address",
                )
            },
        ),
        (_("Preferences"), {"fields": (("language", "currency"), "is_active")}),
    )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of a field, not only those that were made by hand."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        address = reverse("admin:sync_change_changelist")
        return HttpResponseRedirect(f"{address}?{urlencode({'customer__id__exact': object_id})}")

    # --- list ---------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = Intake.objects.filter(robaws_client_id=OuterRef("robaws_client_id")).order_by()
        counted = mine.values("robaws_client_id").annotate(n=Count("pk")).values("n")
        customers: QuerySet[Customer] = super().get_queryset(request)
        listed: QuerySet[Any] = customers.alias(n_intakes=Coalesce(Subquery(counted), 0))
        return listed

    def get_sortable_by(self, request: HttpRequest) -> Sequence[str]:
        """Counting the intakes of a million customers to sort by them would take minutes."""
        shown = self.get_list_display(request)
        is_large = navigation.customer_count() > LARGE
        return [each for each in shown if not (is_large and each == "intake_count")]

    def get_list_display(self, request: HttpRequest) -> Sequence[str]:
        return columns.chosen(request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Ours alone: Django's own deletion would not ask what is meant."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tools = list_tools.of(request) if self.has_view_permission(request) else None
        response: HttpResponse = super().changelist_view(request, {"tools": tools, **(extra_context or {})})
        return response

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> BigPaginator:
        """By client id, intakes and customers are gone through side by side, instead of reading all intakes first."""
        paginator: BigPaginator = super().get_paginator(request, *args, **kwargs)
        if list_tools.filters(request) == {"intakes": "yes"} and not request.GET.get("q"):
            paginator.along = "robaws_client_id"
        paginator.is_cut = getattr(request, "is_search_cut", False)
        return paginator

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CustomerList]:
        return CustomerList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        if not search_term.strip():
            return queryset, False
        is_export = request.resolver_match is not None and request.resolver_match.url_name == EXPORT
        found = search.matching(queryset, search_term, None if is_export else search.MOST)
        request.is_search_cut = found.is_cut  # type: ignore[attr-defined]  # for the paginator, which is made later
        return (found.customers if ORDER_VAR in request.GET else found.best_first()), False

    def action_checkbox(self, customer: Customer) -> SafeString:
        return faster_lists.row_checkbox(customer.pk, _("Select %(name)s") % {"name": customer.name})

    @admin.display(description=_("client id"), ordering="robaws_client_id")
    def client_id(self, customer: Customer) -> SafeString | str:
        if customer.is_new:
            return format_html('<span class="bc-quiet">{}</span>', _("new"))
        return cells.copyable(customer.robaws_client_id, _("client id"))

    @admin.display(description=_("name"), ordering="name")
    def bold_name(self, customer: Customer) -> SafeString:
        return format_html('<strong class="bc-name">{}</strong>', customer.name)

    @admin.display(description=_("role"), ordering="role")
    def role_badge(self, customer: Customer) -> SafeString | str:
        return cells.badge(customer.role, roles.colour(customer.role)) if customer.role else cells.EMPTY

    @admin.display(description=_("e-mail"), ordering="email")
    def copyable_email(self, customer: Customer) -> SafeString | str:
        return cells.copyable(customer.email, _("e-mail"))

    @admin.display(description=_("phone"), ordering="phone")
    def copyable_phone(self, customer: Customer) -> SafeString | str:
        return cells.copyable(customer.phone or customer.mobile, _("phone"))

    @admin.display(description=_("VAT number"), ordering="vat_number")
    def copyable_vat(self, customer: Customer) -> SafeString | str:
        return cells.copyable(customer.vat_number, _("VAT number"))

    @admin.display(description=_("last pushed"), ordering="last_pushed_to_robaws_at")
    def pushed(self, customer: Customer) -> SafeString | str:
        return cells.ago(customer.last_pushed_to_robaws_at)

    @admin.display(description=_("active"), ordering="is_active", boolean=True)
    def active(self, customer: Customer) -> bool:
        return customer.is_active

    @admin.display(description=_("intakes"), ordering="n_intakes")
    def intake_count(self, customer: Any) -> int:
        return int(customer.n_intakes)

    @admin.display(description=_("sync"))
    def state_badge(self, customer: Any) -> SafeString:
        state = BY_KEY[customer.sync_state]
        return cells.badge(state.label, state.colour, state.meaning)

    @admin.display(description=_("last news from Robaws"), ordering="last_synced_at")
    def synced(self, customer: Customer) -> SafeString | str:
        return cells.ago(customer.last_synced_at)

    # --- form ---------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("select/", view(customer_select), name="customers_customer_select"),
            path("quick/", view(self.quick), name="customers_customer_quick"),
            path("columns/", view(self.choose_columns), name="customers_customer_columns"),
            path("export.<str:kind>", view(self.export), name=EXPORT),
            *super().get_urls(),
        ]

    def choose_columns(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return columns.choose(request, self)

    def export(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """What the list shows with these filters, all pages of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request).get_queryset(request)
        return export.respond(request, kind, shown)

    def quick(self, request: HttpRequest) -> HttpResponse:
        """A customer made from the intake form."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        return quick_customer.create(request)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """On save the row is locked, so that nothing comes between comparing and writing."""
        customer = super().get_object(request, object_id, from_field)
        if customer is None or request.method != "POST":
            return customer
        return Customer.objects.select_for_update().filter(pk=customer.pk).first()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "address":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
            kwargs["help_text"] = _("All lines as one text. Where street or number are changed too, those win.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        customer = Customer.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        page = customer_page(customer) if customer and self.has_view_permission(request) else None
        response: HttpResponse = super().change_view(
            request, object_id, form_url, {"page": page, **(extra_context or {})}
        )
        return response

    def save_model(self, request: HttpRequest, customer: Customer, form: CustomerForm, change: bool) -> None:
        now, who = timezone.now(), asking.who(request)
        if not change:
            customer.save()
            edited.note(customer, {}, form.filled(), who=who, now=now)
            edited.note_followed(customer, {}, form.followed, who=who, now=now)
        elif written := [*form.edited, *form.followed]:
            # Only these columns: the sync may own a newer value of all others.
            customer.updated_at = now
            customer.save(update_fields=[*written, "updated_at"])
            edited.note(customer, form.stored, form.edited, who=who, now=now)
            edited.note_followed(customer, form.stored, form.followed, who=who, now=now)

    # --- deletion -----------------------------------------------------------------------------------------

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_delete_permission(request):
            raise PermissionDenied
        chosen = Customer.objects.filter(pk=object_id if object_id.isdecimal() else 0)
        customer = get_object_or_404(chosen)
        page = reverse("admin:customers_customer_change", args=[customer.pk])
        return self.delete_some(request, chosen, page)
