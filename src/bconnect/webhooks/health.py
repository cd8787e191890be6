"""Do the webhooks work? Every reason why not, from what is stored and from Robaws' own list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, Q, Sum

from bconnect.sync import cipher
from bconnect.webhooks.claims import open_events
from bconnect.webhooks.endpoints import ONLY_THEIRS, compared
from bconnect.webhooks.envelope import CLIENT_EVENTS
from bconnect.webhooks.models import PROVIDER, Delivery, Status, WebhookConfiguration
from bconnect.webhooks.refusals import WHY
from robaws.records import Record
from robaws.signature import Reason as Refusal

UNREACHABLE = "robaws_unreachable"
LOOKED_AT = timedelta(hours=24)
TOO_LONG = timedelta(minutes=10)
FAILED_SHARE_ALLOWED = 0.05
UNSIGNED = tuple({WHY[Refusal.MISMATCH], WHY[Refusal.STALE], WHY[Refusal.FUTURE]})


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that is wrong. `code` is for programs."""

    code: str
    text: str


@dataclass(slots=True)
class Health:
    """`events` counts by status over the last 24 hours; `oldest_s` is how long the oldest one has been waiting."""

    reasons: list[Reason] = field(default_factory=list)
    events: dict[str, int] = field(default_factory=dict)
    last_received_at: datetime | None = None
    oldest_s: float | None = None

    @property
    def is_healthy(self) -> bool:
        return not self.reasons

    def complain(self, code: str, text: str) -> None:
        self.reasons.append(Reason(code, text))


def check(now: datetime, endpoints: Sequence[Record] | None, unreachable: str = "") -> Health:
    """`endpoints` as Robaws lists them, or None where it could not be asked, with the reason."""
    health = Health()
    _look_at_secrets(health)
    if endpoints is None:
        health.complain(UNREACHABLE, f"Robaws could not be asked for its webhooks: {unreachable}")
    else:
        _look_at_endpoints(health, endpoints)
    _look_at_events(health, now)
    _look_at_the_queue(health, now)
    _look_at_refusals(health, now)
    return health


def as_json(health: Health) -> dict[str, Any]:
    return {
        "healthy": health.is_healthy,
        "reasons": [{"code": each.code, "text": each.text} for each in health.reasons],
        "events": health.events,
        "last_received_at": health.last_received_at.isoformat() if health.last_received_at else None,
        "oldest_unprocessed_s": health.oldest_s,
    }


def oldest_waiting_s(now: datetime) -> float | None:
    """For how long the oldest event that is not done yet has been here; None where all are done."""
    first: datetime | None = open_events().aggregate(first=Min("received_at"))["first"]
    return None if first is None else max(0.0, (now - first).total_seconds())


def _active() -> Any:
    return WebhookConfiguration.objects.filter(provider=PROVIDER, is_active=True)


def _look_at_secrets(health: Health) -> None:
    webhooks = list(_active())
    if not webhooks and not settings.ROBAWS_WEBHOOK_SECRET:
        health.complain("none_registered", "no webhook is registered: `bconnect register_webhook --url …`")
    for each in webhooks:
        try:
            cipher.decrypt(each.secret)
        except cipher.UnreadableSecretError:
            health.complain("secret_unreadable", unreadable(each))


def unreadable(webhook: WebhookConfiguration) -> str:
    """What to say of one whose secret is kept under another key."""
    return (
        f"the secret of webhook {webhook.webhook_id} can't be read: put the key it was kept under in "
        "BCONNECT_OLD_SECRET_KEYS, or remove it and register anew"
    )


def _look_at_endpoints(health: Health, endpoints: Sequence[Record]) -> None:
    for each in compared(endpoints):
        for mark in each.marks:
            if mark is not ONLY_THEIRS:  # another program's webhooks are not ours to judge
                health.complain(mark.code, f"webhook {each.webhook_id} ({each.url}): {mark.text}")


def _look_at_events(health: Health, now: datetime) -> None:
    signed = Delivery.objects.filter(event_type__in=CLIENT_EVENTS)  # which `test_webhook` does not send
    health.last_received_at = signed.order_by("-received_at").values_list("received_at", flat=True).first()
    recent = signed.filter(received_at__gte=now - LOOKED_AT)
    health.events = dict(recent.order_by().values_list("status").annotate(Count("id")))
    first = _active().aggregate(first=Min("registered_at"))["first"]
    if first and first < now - LOOKED_AT and not health.events:
        last = health.last_received_at
        health.complain("silent", f"no event in 24 hours (the last: {f'{last:%Y-%m-%d %H:%M}' if last else 'never'})")
    failed, done = (health.events.get(status, 0) for status in (Status.FAILED, Status.PROCESSED))
    if failed and failed > (failed + done) * FAILED_SHARE_ALLOWED:
        health.complain(
            "failing", f"{failed} of {failed + done} events failed in 24 hours: `bconnect replay_webhooks --failed`"
        )


def _look_at_the_queue(health: Health, now: datetime) -> None:
    health.oldest_s = oldest_waiting_s(now)
    stuck = open_events().filter(status=Status.PROCESSING, claimed_until__lt=now - TOO_LONG).count()
    if stuck:
        health.complain("stuck", f"{stuck} events were begun and not ended: is a worker running?")
    due = Q(status=Status.RECEIVED, retry_count=0, received_at__lt=now - TOO_LONG)
    waiting = open_events().filter(due).aggregate(count=Count("id"), first=Min("received_at"))
    if waiting["count"]:
        minutes = (now - waiting["first"]).total_seconds() / 60
        health.complain(
            "waiting", f"{waiting['count']} events wait, the oldest for {minutes:.0f} minutes: is a worker running?"
        )


def _look_at_refusals(health: Health, now: datetime) -> None:
    """A wrong secret, not a forger: calls are refused for their signature, and none has been accepted since."""
    since = max(filter(None, (health.last_received_at, now - LOOKED_AT)))
    refused = Delivery.objects.filter(status=Status.REJECTED, error_message__in=UNSIGNED, received_at__gte=since)
    told = refused.aggregate(calls=Sum("occurrences"), last=Max("received_at"))
    if told["calls"]:
        health.complain(
            "refused",
            f"{told['calls']} calls were refused for their signature and none was accepted since: is the secret "
            "Robaws' (`bconnect rotate_webhook_secret`), and is this machine's clock right?",
        )
