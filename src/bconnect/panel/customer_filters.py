"""The filters of the customer list."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (  # type: ignore[import-untyped]
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    FieldTextFilter,
    MultipleDropdownFilter,
    RadioFilter,
)

from bconnect.customers.models import Customer
from bconnect.customers.normalise.country import codes_of, country
from bconnect.customers.search_text import fold
from bconnect.panel import roles, words
from bconnect.panel.states import BY_KEY, STATES, in_state
from bconnect.panel.values_in_use import values_in_use
from bconnect.panel.yes_no_filters import YES_NO

NO_ROLE = "-"
Choices = list[tuple[str, str | Promise]]


class ChoicesFilter(ChoicesDropdownFilter):  # type: ignore[misc]  # Unfold has no types
    """The choices of a model's field, in the reader's language."""

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for shown in super().choices(changelist):
            field = shown["form"].fields[self.lookup_kwarg]
            field.choices = [(value, words.said(text)) for value, text in field.choices]
            yield shown


class RoleFilter(MultipleDropdownFilter):  # type: ignore[misc]  # Unfold has no types
    """Any of several roles, as the data holds them; `-` stands for customers without one."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(NO_ROLE, _("(no role)")), *((role, role) for role in roles.in_use())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        wanted = [role for role in self.value() or [] if role]
        if not wanted:
            return queryset
        chosen = queryset.filter(role__in=wanted)
        return chosen | queryset.filter(role=None) if NO_ROLE in wanted else chosen


class ActiveFilter(BooleanRadioFilter):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("active")


class CountryFilter(FieldTextFilter):  # type: ignore[misc]
    """Part of a country's name in any of our languages, or its code, whatever the case and accents.

    Those that customers have are looked through.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("country")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        asked = fold(str(self.value() or "").strip())
        if not asked:
            return queryset
        codes = codes_of(asked)
        meant = [
            name for name in values_in_use("country") if asked in fold(name) or (codes and country(name).code in codes)
        ]
        return queryset.filter(country__in=meant)


class SyncStateFilter(RadioFilter):  # type: ignore[misc]
    title = _("sync state")
    parameter_name = "sync"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(state.key, state.label) for state in STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return in_state(queryset, self.value()) if self.value() in BY_KEY else queryset


ALL = (RoleFilter, ("is_active", ActiveFilter), SyncStateFilter, ("country", CountryFilter), *YES_NO)
