"""Webhooks: every call from Robaws and what came of it, replaying, and the addresses registered there."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (  # type: ignore[import-untyped]
    FieldTextFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import action  # type: ignore[import-untyped]

from bconnect.panel import asking, cells, words
from bconnect.panel.customer_filters import ChoicesFilter
from bconnect.panel.read_only import ReadOnlyAdmin
from bconnect.webhooks import replay
from bconnect.webhooks.models import Delivery, WebhookConfiguration

NOTED = {"rotate webhook": "New secret", "deactivate webhook": "Deactivated"}
COLOURS = {
    "received": "info",
    "processing": "info",
    "processed": "success",
    "failed": "danger",
    "ignored": "grey",
    "rejected": "warning",
}


class PayloadFilter(FieldTextFilter):  # type: ignore[misc]  # Unfold has no types
    """Part of the payload, as text: a name, an address, `"key": "value"`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("payload contains")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("event", "status_shown", "client", "outcome_shown", "attempts", "received", "took")
    list_filter = (
        ("status", ChoicesFilter),
        ("event_type", FieldTextFilter),
        ("received_at", RangeDateTimeFilter),
        ("payload", PayloadFilter),
    )
    search_fields = ("robaws_id", "robaws_client_id", "error_message")
    search_help_text = _("Event id, client id or error")
    actions = ("replay",)
    actions_list = ("replay_failed",)
    actions_detail = ("replay_one",)
    fieldsets = (
        (None, {"fields": (("event", "status_shown"), ("client", "robaws_id"), "outcome_shown", "error_shown")}),
        (
            _("Attempts"),
            {
                "fields": (
                    ("received_at", "processed_at"),
                    ("retry_count", "next_attempt_at"),
                    ("processing_duration_ms", "occurrences"),
                )
            },
        ),
        (_("Payload"), {"fields": ("payload_shown",)}),
    )
    readonly_fields = ("event", "status_shown", "client", "outcome_shown", "error_shown", "payload_shown")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        found: QuerySet[Delivery] = super().get_queryset(request)
        return found.defer("payload")

    def has_replay_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("webhooks.replay_delivery")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Nothing where there is nothing to apply: "Apply again" is the only one."""
        found: list[Any] = super().get_actions_detail(request, object_id)
        return found if replay.possible(_one(object_id)).exists() else []

    @action(description=_("Apply again"), permissions=["replay"])  # type: ignore[untyped-decorator]
    def replay(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> HttpResponse | None:
        return self._replay(request, chosen)

    @action(description=_("Apply all failed again"), permissions=["replay"], url_path="replay-failed", icon="replay")  # type: ignore[untyped-decorator]
    def replay_failed(self, request: HttpRequest) -> HttpResponse:
        return self._replay(request, replay.failed(), is_answer=request.method == "POST")

    @action(description=_("Apply again"), permissions=["replay"], url_path="replay", icon="replay")  # type: ignore[untyped-decorator]
    def replay_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._replay(request, _one(object_id), is_answer=request.method == "POST")

    def _replay(
        self, request: HttpRequest, chosen: QuerySet[Delivery], *, is_answer: bool | None = None
    ) -> HttpResponse:
        back = reverse("admin:webhooks_delivery_changelist")
        possible = replay.possible(chosen)
        count, left = possible.count(), chosen.count()
        if (bool(request.POST.get("confirmed")) if is_answer is None else is_answer) and count:
            events = list(possible.only("id", "event_type", "robaws_id")[:50])
            put_back = replay.replay(possible, timezone.now())
            for each in events:
                asking.note(request, each, "Applied again")
            told = ngettext("%d event is applied again.", "%d events are applied again.", put_back) % put_back
            messages.success(request, told)
            return HttpResponseRedirect(back)
        facts = [
            ngettext("%d event is applied again.", "%d events are applied again.", count) % count,
            gettext("What is newer here already is not overwritten; applying an event twice does no harm."),
        ]
        if left > count:
            skipped = left - count
            facts.append(
                ngettext("%d can't be: it waits or was refused.", "%d can't be: they wait or were refused.", skipped)
                % skipped
            )
        question = asking.Question(
            title=gettext("Apply again?"),
            facts=facts,
            button=gettext("Apply again") if count else "",
            back=back,
            command="bconnect replay_webhooks --failed",
            kept=asking.kept(request),
        )
        return asking.ask(request, self, question)

    @admin.display(description=_("event"), ordering="id")
    def event(self, delivery: Delivery) -> str:
        name = delivery.event_type or str(_("refused call"))
        return f"#{delivery.pk} {name}" + (f" ×{delivery.occurrences}" if delivery.occurrences > 1 else "")

    @admin.display(description=_("state"), ordering="status")
    def status_shown(self, delivery: Delivery) -> SafeString:
        meaning = words.said(delivery.error_message or delivery.get_status_display())
        return cells.badge(words.said(delivery.status), COLOURS.get(delivery.status, "grey"), meaning)

    @admin.display(description=_("client"), ordering="robaws_client_id")
    def client(self, delivery: Delivery) -> SafeString | str:
        if not delivery.robaws_client_id:
            return cells.EMPTY
        address = f"{reverse('admin:customers_customer_changelist')}?q={delivery.robaws_client_id}"
        return format_html('<a class="bc-link" href="{}">{}</a>', address, delivery.robaws_client_id)

    @admin.display(description=_("outcome"), ordering="outcome")
    def outcome_shown(self, delivery: Delivery) -> str:
        return words.said(delivery.outcome) or cells.EMPTY

    @admin.display(description=_("error"))
    def error_shown(self, delivery: Delivery) -> str:
        return words.said(delivery.error_message) or cells.EMPTY

    @admin.display(description=_("failed attempts"), ordering="retry_count")
    def attempts(self, delivery: Delivery) -> int:
        return delivery.retry_count

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, delivery: Delivery) -> SafeString | str:
        return cells.ago(delivery.received_at)

    @admin.display(description=_("took"), ordering="processing_duration_ms")
    def took(self, delivery: Delivery) -> str:
        spent = delivery.processing_duration_ms
        return cells.EMPTY if spent is None else f"{spent} ms"

    @admin.display(description=_("payload as Robaws sent it"))
    def payload_shown(self, delivery: Delivery) -> SafeString | str:
        return cells.pretty_json(delivery.payload)


def _one(number: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=number if number.isdecimal() else 0)


class RegisterForm(forms.Form):
    url = forms.URLField(label=_("Address"), assume_scheme="https", help_text="https://…/api/webhooks/robaws/customers")


@admin.register(WebhookConfiguration)
class EndpointAdmin(ReadOnlyAdmin):
    """The secrets are never shown, not even encrypted."""

    list_display = ("webhook_id", "url", "events_shown", "is_active", "registered", "rotated")
    fields = (
        ("webhook_id", "is_active"),
        "url",
        "events_shown",
        ("registered_at", "rotated_at"),
        ("previous_expires_at", "deactivated_at"),
    )
    readonly_fields = ("events_shown",)
    actions_list = ("register", "compare")
    actions_detail = ("rotate", "deactivate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookConfiguration]:
        found: QuerySet[WebhookConfiguration] = super().get_queryset(request)
        return found.defer("secret", "previous_secret")

    def has_order_webhook_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("jobs.order_webhook")

    @action(description=_("Register"), permissions=["order_webhook"], url_path="register", icon="add_link")  # type: ignore[untyped-decorator]
    def register(self, request: HttpRequest) -> HttpResponse:
        form = RegisterForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return asking.order(request, "register webhook", "Registered", url=form.cleaned_data["url"])
        facts = [gettext("Robaws will tell this address of every client that is created or updated.")]
        return self._ask(request, gettext("Register a webhook?"), facts, "bconnect register_webhook --url …", form=form)

    @action(description=_("Compare with Robaws"), permissions=["order_webhook"], url_path="compare", icon="compare")  # type: ignore[untyped-decorator]
    def compare(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return asking.order(request, "compare webhooks", "Compared")
        facts = [gettext("Asks Robaws for its registrations, and says what differs. It takes one request.")]
        return self._ask(request, gettext("Compare the webhooks with Robaws?"), facts, "bconnect list_webhooks")

    @action(description=_("New secret"), permissions=["order_webhook"], url_path="rotate", icon="key")  # type: ignore[untyped-decorator]
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._change(
            request,
            object_id,
            "rotate webhook",
            gettext("Give this webhook a new secret?"),
            gettext("The old one counts for another day. At no moment is an event missed."),
            "bconnect rotate_webhook_secret",
        )

    @action(description=_("Deactivate"), permissions=["order_webhook"], url_path="deactivate", icon="link_off")  # type: ignore[untyped-decorator]
    def deactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._change(
            request,
            object_id,
            "deactivate webhook",
            gettext("Deactivate this webhook?"),
            gettext("It is removed in Robaws; changes there are then seen by the next sync only."),
            "bconnect deactivate_webhook",
        )

    def _change(
        self, request: HttpRequest, object_id: str, kind: str, title: str, fact: str, command: str
    ) -> HttpResponse:
        webhook = WebhookConfiguration.objects.filter(pk=object_id if object_id.isdecimal() else 0).first()
        if webhook is None or not webhook.is_active:
            back = reverse("admin:webhooks_webhookconfiguration_changelist")
            return asking.refused(request, gettext("There is no such active webhook."), back)
        if request.method == "POST":
            return asking.order(request, kind, NOTED[kind], webhook_id=webhook.webhook_id)
        return self._ask(request, title, [webhook.url, fact], f"{command} {webhook.webhook_id}")

    def _ask(self, request: HttpRequest, title: str, facts: list[str], command: str, **more: Any) -> HttpResponse:
        back = reverse("admin:webhooks_webhookconfiguration_changelist")
        question = asking.Question(
            title=title, facts=facts, button=gettext("Go on"), back=back, command=command, **more
        )
        return asking.ask(request, self, question)

    @admin.display(description=_("events"))
    def events_shown(self, webhook: WebhookConfiguration) -> str:
        return ", ".join(webhook.events)

    @admin.display(description=_("registered"), ordering="registered_at")
    def registered(self, webhook: WebhookConfiguration) -> SafeString | str:
        return cells.ago(webhook.registered_at)

    @admin.display(description=_("new secret"), ordering="rotated_at")
    def rotated(self, webhook: WebhookConfiguration) -> SafeString | str:
        return cells.ago(webhook.rotated_at)
