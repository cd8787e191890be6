"""The list as Django gives it: the same columns, rows a page, order, filters and searched columns as ours."""

from django.contrib import admin

from benchmarks.pages.questions import PER_PAGE, SEARCHED
from benchmarks.peers.planned.models import Customer
from benchmarks.peers.stock.models import Intake


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "role", "email", "phone", "city", "country", "is_active")
    list_filter = ("role", "is_active", ("vat_number", admin.EmptyFieldListFilter), "country")
    list_per_page = PER_PAGE
    search_fields = SEARCHED
    ordering = ("-last_synced_at", "-id")


@admin.register(Intake)
class IntakeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    autocomplete_fields = ("customer",)
