"""Quarantine: records that could not be taken in, why, and having them tried again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action  # type: ignore[import-untyped]

from bconnect.customers.models import Customer
from bconnect.panel import asking, cells, estimates, words
from bconnect.panel.customer_page import address_of_client
from bconnect.panel.read_only import ReadOnlyAdmin
from bconnect.sync.models import QuarantinedRecord

MOST = 500


@admin.register(QuarantinedRecord)
class QuarantineAdmin(ReadOnlyAdmin):
    actions = ("retry",)
    actions_detail = ("retry_one",)
    list_display = ("record", "customer_shown", "reason_shown", "attempts", "first_seen", "last_seen")
    search_fields = ("robaws_client_id", "reason", "key")
    fields = (
        "record",
        "customer_shown",
        "in_robaws",
        "reason_shown",
        "attempts",
        "first_seen",
        "last_seen",
        "data_shown",
    )
    readonly_fields = ("record", "customer_shown", "in_robaws", "reason_shown", "first_seen", "last_seen", "data_shown")

    def has_order_pull_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("jobs.order_pull")

    @action(description=_("Try again now"), permissions=["order_pull"])  # type: ignore[untyped-decorator]
    def retry(self, request: HttpRequest, chosen: QuerySet[QuarantinedRecord]) -> HttpResponse | None:
        return self._retry(request, chosen, is_answer=bool(request.POST.get("confirmed")))

    @action(description=_("Try again now"), permissions=["order_pull"], url_path="retry", icon="replay")  # type: ignore[untyped-decorator]
    def retry_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        chosen = QuarantinedRecord.objects.filter(pk=object_id if object_id.isdecimal() else 0)
        asked = self._retry(request, chosen, is_answer=request.method == "POST")
        return asked or HttpResponseRedirect(reverse("admin:sync_quarantinedrecord_changelist"))

    def _retry(
        self, request: HttpRequest, chosen: QuerySet[QuarantinedRecord], *, is_answer: bool
    ) -> HttpResponse | None:
        """None where nothing of it can be asked for by an id."""
        named = chosen.exclude(robaws_client_id=None).order_by("id")
        ids = [each for each in named.values_list("robaws_client_id", flat=True)[:MOST] if each]
        if not ids:
            messages.warning(request, gettext("Records without an id are tried again by the next full sync."))
            return None
        if is_answer:
            return asking.order(request, "sync some", "Tried again", client_ids=ids)
        facts = [
            ngettext("%d client is read live.", "%d clients are read live.", len(ids)) % len(ids),
            gettext("A record that can be taken in now leaves the quarantine."),
            estimates.requests(len(ids)),
        ]
        question = asking.Question(
            title=gettext("Try again now?"),
            facts=facts,
            button=gettext("Try again"),
            back=reverse("admin:sync_quarantinedrecord_changelist"),
            kept=asking.kept(request),
        )
        return asking.ask(request, self, question)

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuarantinedRecord]:
        """With the customer it is about, where that one is here, and the name in its data."""
        records: QuerySet[QuarantinedRecord] = super().get_queryset(request)
        here = Customer.objects.filter(robaws_client_id=OuterRef("robaws_client_id"))
        return records.defer("data").annotate(
            customer_id=Subquery(here.values("pk")[:1]),
            customer_name=Subquery(here.values("name")[:1]),
            their_name=KT("data__name"),
        )

    @admin.display(description=_("record"), ordering="key")
    def record(self, record: QuarantinedRecord) -> str:
        return record.robaws_client_id or str(_("without an id"))

    @admin.display(description=_("customer"))
    def customer_shown(self, record: Any) -> SafeString | str:
        if record.customer_id is None:
            return record.their_name or cells.EMPTY
        address = reverse("admin:customers_customer_change", args=[record.customer_id])
        return format_html('<a class="bc-link" href="{}">{}</a>', address, record.customer_name)

    @admin.display(description=_("in Robaws"))
    def in_robaws(self, record: QuarantinedRecord) -> SafeString | str:
        if not record.robaws_client_id:
            return cells.EMPTY
        return format_html(
            '<a class="bc-link" href="{}" target="_blank" rel="noopener noreferrer">{} ↗</a>',
            address_of_client(record.robaws_client_id),
            gettext("Open in Robaws"),
        )

    @admin.display(description=_("reason"), ordering="reason")
    def reason_shown(self, record: QuarantinedRecord) -> str:
        return words.said(record.reason)

    @admin.display(description=_("first seen"), ordering="first_seen_at")
    def first_seen(self, record: QuarantinedRecord) -> SafeString | str:
        return cells.ago(record.first_seen_at)

    @admin.display(description=_("last seen"), ordering="last_seen_at")
    def last_seen(self, record: QuarantinedRecord) -> SafeString | str:
        return cells.ago(record.last_seen_at)

    @admin.display(description=_("data as Robaws sent it"))
    def data_shown(self, record: QuarantinedRecord) -> SafeString | str:
        return cells.pretty_json(record.data)
