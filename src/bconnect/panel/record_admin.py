"""What has happened: every change of a field, and what people did in the web UI."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from bconnect.panel import cells, words
from bconnect.panel.conflict_admin import customer_link
from bconnect.panel.customer_filters import ChoicesFilter
from bconnect.panel.customer_page import label
from bconnect.panel.read_only import ReadOnlyAdmin
from bconnect.sync.models import Change


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = (
        "when",
        "customer_shown",
        "field_shown",
        "from_value",
        "to_value",
        "source_shown",
        "actor_shown",
        "run",
    )
    list_display_links = None
    list_filter = (("source", ChoicesFilter),)
    search_fields = ("customer__name", "=customer__robaws_client_id", "=field", "actor")
    list_select_related = ("customer", "run")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever sees a customer sees its history."""
        return request.user.has_perm("customers.view_customer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        found: QuerySet[Change] = super().get_queryset(request)
        return found.defer("customer__metadata", "customer__base", "run__bookmark")

    @admin.display(description=_("when"), ordering="id")
    def when(self, change: Change) -> SafeString | str:
        return cells.ago(change.at)

    @admin.display(description=_("customer"))
    def customer_shown(self, change: Change) -> SafeString:
        return customer_link(change.customer)

    @admin.display(description=_("field"), ordering="field")
    def field_shown(self, change: Change) -> str:
        return label(change.field)

    @admin.display(description=_("from"))
    def from_value(self, change: Change) -> str:
        return cells.shown(change.old)

    @admin.display(description=_("how"), ordering="source")
    def source_shown(self, change: Change) -> str:
        return words.said(change.get_source_display())

    @admin.display(description=_("by"), ordering="actor")
    def actor_shown(self, change: Change) -> str:
        return words.said(change.actor)

    @admin.display(description=_("to"))
    def to_value(self, change: Change) -> str:
        return cells.shown(change.new)


@admin.register(LogEntry)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ("when", "user", "what", "kind", "whom")
    list_display_links = None
    search_fields = ("user__username", "object_repr", "change_message")
    list_select_related = ("user", "content_type")

    @admin.display(description=_("when"), ordering="id")
    def when(self, entry: LogEntry) -> SafeString | str:
        return cells.ago(entry.action_time)

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        return words.said(entry.get_change_message() or entry.get_action_flag_display())

    @admin.display(description=_("kind"), ordering="content_type")
    def kind(self, entry: LogEntry) -> str:
        model = entry.content_type.model_class() if entry.content_type else None
        return str(capfirst(str(model._meta.verbose_name))) if model else cells.EMPTY

    @admin.display(description=_("at what"), ordering="object_repr")
    def whom(self, entry: LogEntry) -> str:
        return words.said(entry.object_repr)
