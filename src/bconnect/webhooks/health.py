"""Do the webhooks work? Every reason why not, from what is stored and from Robaws' own list.

Most are registered here. One that was made by hand in Robaws, its secret in ROBAWS_WEBHOOK_SECRET, is known by its
address alone, which ends as ours does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max, Min, Q, Sum

from bconnect.sync import cipher
from bconnect.sync.models import SyncRun
from bconnect.webhooks.claims import open_events
from bconnect.webhooks.door import PATH
from bconnect.webhooks.endpoints import ONLY_THEIRS, Listed, compared
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
        _look_at_endpoints(health, endpoints, now)
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
        _miss_a_registration(health)
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


def _miss_a_registration(health: Health) -> None:
    health.complain("none_registered", "no webhook is registered: `bconnect register_webhook --url …`")


def _look_at_endpoints(health: Health, endpoints: Sequence[Record], now: datetime) -> None:
    listed = compared(endpoints)
    by_hand = [each for each in listed if _is_made_by_hand(each)] if _relies_on_the_setting() else []
    for each in listed:
        for mark in each.marks:
            # another program's webhooks are not ours to judge
            if mark is not ONLY_THEIRS and (each.is_active is not None or each in by_hand):
                health.complain(mark.code, f"webhook {each.webhook_id} ({each.url}): {mark.text}")
    # Where events do arrive, a proxy may lead another address here.
    if _relies_on_the_setting() and not by_hand and not _since(now - LOOKED_AT).exists():
        _miss_a_registration(health)


def _relies_on_the_setting() -> bool:
    return bool(settings.ROBAWS_WEBHOOK_SECRET) and not _active().exists()


def _is_made_by_hand(listed: Listed) -> bool:
    return listed.is_active is None and urlsplit(listed.url).path.rstrip("/").endswith(PATH)


def _signed() -> Any:
    return Delivery.objects.filter(event_type__in=CLIENT_EVENTS)  # which `test_webhook` does not send


def _since(moment: datetime) -> Any:
    return _signed().filter(received_at__gte=moment)


def _expected_from() -> datetime | None:
    """Since when events may be expected. What was made by hand in Robaws is as old as our work, as far as we know."""
    if _relies_on_the_setting():
        moments = (SyncRun.objects.aggregate(first=Min("started_at")), _signed().aggregate(first=Min("received_at")))
        return min(filter(None, (each["first"] for each in moments)), default=None)
    first: datetime | None = _active().aggregate(first=Min("registered_at"))["first"]
    return first


def _look_at_events(health: Health, now: datetime) -> None:
    health.last_received_at = _signed().order_by("-received_at").values_list("received_at", flat=True).first()
    health.events = dict(_since(now - LOOKED_AT).order_by().values_list("status").annotate(Count("id")))
    first = _expected_from()
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
