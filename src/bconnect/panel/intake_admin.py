"""Intakes in the admin: the plan's fields, and the customer found while typing."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin  # type: ignore[import-untyped]
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget  # type: ignore[import-untyped]

from bconnect.intakes.models import Intake
from bconnect.panel import cells, roles, words
from bconnect.panel.big_lists import BigPaginator
from bconnect.panel.changelist import BigChangeList
from bconnect.panel.customer_filters import ChoicesFilter
from bconnect.panel.customer_select import warning
from bconnect.panel.intake_form import IntakeForm

STATUS_COLOURS = {"pending": "warning", "in_progress": "info", "completed": "success", "cancelled": "grey"}
PRIORITY_COLOURS = {"low": "grey", "normal": "grey", "high": "warning", "urgent": "danger"}


@admin.register(Intake)
class IntakeAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    form = IntakeForm
    list_display = ("number", "customer_name", "service_type", "status_badge", "priority_badge", "contact", "made")
    list_display_links = ("number", "customer_name")
    list_filter = (("status", ChoicesFilter), ("priority", ChoicesFilter))
    list_filter_submit = True
    list_fullwidth = True
    list_per_page = 50
    paginator = BigPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("customer_name", "contact_email", "contact_phone", "service_type", "robaws_client_id")
    actions = None
    warn_unsaved_form = True
    change_form_before_template = "panel/snapshot.html"
    change_form_outer_after_template = "panel/new_customer.html"
    formfield_overrides = {models.TextField: {"widget": UnfoldAdminTextInputWidget}}  # noqa: RUF012 - Unfold copies it
    fieldsets = (
        (_("Customer"), {"fields": ("robaws_client_id", "customer_name", ("contact_email", "contact_phone"))}),
        (_("Job"), {"fields": ("service_type", ("status", "priority"), "notes")}),
    )

    @admin.display(description=_("intake"), ordering="id")
    def number(self, intake: Intake) -> str:
        return f"#{intake.pk}"

    @admin.display(description=_("status"), ordering="status")
    def status_badge(self, intake: Intake) -> SafeString:
        return cells.badge(words.said(intake.get_status_display()), STATUS_COLOURS.get(intake.status, "grey"))

    @admin.display(description=_("priority"), ordering="priority")
    def priority_badge(self, intake: Intake) -> SafeString:
        return cells.badge(words.said(intake.get_priority_display()), PRIORITY_COLOURS.get(intake.priority, "grey"))

    @admin.display(description=_("contact"))
    def contact(self, intake: Intake) -> SafeString | str:
        return format_html("{} {}", cells.copyable(intake.contact_email, _("e-mail")), intake.contact_phone)

    @admin.display(description=_("made"), ordering="created_at")
    def made(self, intake: Intake) -> SafeString | str:
        return cells.ago(intake.created_at)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BigChangeList]:
        return BigChangeList

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "notes":
            kwargs["widget"] = UnfoldAdminTextareaWidget()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response: HttpResponse = super().changeform_view(
            request, object_id, form_url, {"roles": roles.to_choose_from(), **(extra_context or {})}
        )
        return response

    def save_model(self, request: HttpRequest, intake: Intake, form: IntakeForm, change: bool) -> None:
        intake.updated_at = timezone.now()
        if not change:
            super().save_model(request, intake, form, change)
        elif form.edited:
            # Only these columns: somebody else may have saved a newer value of all others.
            intake.save(update_fields=[*form.edited, "updated_at"])
        if form.customer and (told := warning(form.customer)):
            messages.warning(request, told)
