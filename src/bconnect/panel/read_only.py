"""An admin that only shows: what the sync writes is not for hands."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin  # type: ignore[import-untyped]

from bconnect.panel import words
from bconnect.panel.big_lists import BigPaginator
from bconnect.panel.changelist import BigChangeList


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    """Lists and pages for whoever may view the model; nobody adds, changes or deletes."""

    actions: Any = None
    list_fullwidth = True
    list_per_page = 50
    paginator = BigPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_filter_submit = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BigChangeList]:
        return BigChangeList

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Without the models' technical notes."""
        unsaid = {field.name: "" for field in self.opts.fields}
        return super().get_form(request, obj, change=change, **{"help_texts": unsaid, **kwargs})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Without the history of edits by hand: there are none. The window is called what the page is."""
        ours = {"show_history": False, "subtitle": words.said(context.get("subtitle") or "")}
        response: HttpResponse = super().render_change_form(request, {**context, **ours}, **kwargs)
        return response

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False
