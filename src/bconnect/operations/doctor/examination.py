"""The whole examination, in an order in which the first fault explains those after it."""

from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from bconnect.operations.doctor import configured, store, work
from bconnect.operations.doctor.finding import Finding, Level, fail, ok, warn
from bconnect.operations.doctor.robaws_side import RobawsSide
from bconnect.sync import gateway
from bconnect.webhooks import health
from robaws.records import Record

NOT_LOOKED = "not looked at: it needs the database"


def examine(try_patch: str | None = None) -> Iterator[Finding]:
    """Findings as they are made, so that each shows while the next is looked for."""
    yield from configured.look()
    in_the_database = list(store.look())
    yield from in_the_database
    if in_the_database[0].level is Level.FAIL:
        yield warn("Robaws, webhooks, worker, schedule", NOT_LOOKED, "see the line above")
        return
    yield from _robaws_and_webhooks(try_patch)
    yield from work.look(timezone.now())


def _robaws_and_webhooks(try_patch: str | None) -> Iterator[Finding]:
    try:
        client = gateway.open_client()
    except ImproperlyConfigured as error:
        yield warn("Robaws", "not looked at: there is no login", "see the settings above")
        yield from _webhooks(None, str(error))
        return
    with client:
        side = RobawsSide(client, try_patch)
        yield from side.look()
    yield from _webhooks(side.endpoints, side.unreachable)


def _webhooks(endpoints: list[Record] | None, unreachable: str) -> Iterator[Finding]:
    found = health.check(timezone.now(), endpoints, unreachable)
    for reason in found.reasons:
        if reason.code == "robaws_unreachable":
            continue  # said already
        if reason.code == "none_registered":
            cure = "`bconnect register_webhook --url https://your-host/api/webhooks/robaws/customers`"
            yield warn("webhooks", "none is registered: changes arrive with the next pull only", cure)
            continue
        yield fail("webhooks", reason.text, f"docs/how-to/operations.md, under {reason.code}")
    if found.is_healthy:
        last = f"{timezone.localtime(found.last_received_at):%Y-%m-%d %H:%M}" if found.last_received_at else "never"
        yield ok("webhooks", f"registered and applied; the last event came {last}")
