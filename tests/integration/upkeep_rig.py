"""Pulls and webhook calls of a day, as drift, alerts, retention and metrics look back on them."""

from datetime import UTC, datetime, timedelta

from bconnect.customers.models import Customer
from bconnect.sync.models import SyncRun
from bconnect.webhooks.models import Delivery, Status, WebhookConfiguration

NOW = datetime(2026, 5, 21, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def registered_webhook() -> WebhookConfiguration:
    """Registered a month ago."""
    return WebhookConfiguration.objects.create(
        webhook_id="1", secret="-", url="https://here.test/", registered_at=NOW - 30 * DAY
    )


def pulled(*clients: tuple[str, datetime], kind: str = SyncRun.Kind.INCREMENTAL, at: datetime = NOW) -> SyncRun:
    """A pull that took these clients in, each with its `updatedAt`."""
    run = SyncRun.objects.create(
        kind=kind, status=SyncRun.Status.DONE, started_at=at - MINUTE, finished_at=at + MINUTE, watermark=at
    )
    for client_id, stamp in clients:
        values = {"name": client_id, "remote_updated_at": stamp, "last_synced_at": at}
        Customer.objects.update_or_create(robaws_client_id=client_id, defaults=values)
    return run


def told(client_id: str, stamp: datetime, at: datetime, status: Status = Status.PROCESSED) -> Delivery:
    """A webhook call of that state, received at `at`."""
    payload = {"data": {"id": client_id, "updatedAt": stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")}}
    return Delivery.objects.create(
        event_type="client.updated",
        robaws_id=f"{client_id} {stamp} {at}",
        robaws_client_id=client_id,
        payload=payload,
        status=status,
        received_at=at,
    )
