"""What people ask for about the registrations, as errands. A secret is kept, never shown."""

from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from bconnect.jobs.errands import arguments_of, note_failures
from bconnect.jobs.models import Errand
from bconnect.jobs.outcome import Ended, Outcome
from bconnect.jobs.pause import PausedError
from bconnect.jobs.slices import Slice
from bconnect.sync import gateway
from bconnect.webhooks import endpoints
from robaws.client import RobawsClient
from robaws.errors import RobawsError


def register(errand: Errand, turn: Slice) -> Outcome:
    def work(client: RobawsClient) -> str:
        made, _ = endpoints.register(client, arguments_of(errand)["url"], (), now=timezone.now())
        return f"registered as webhook {made.webhook_id}"

    return _asked(work)


def rotate(errand: Errand, turn: Slice) -> Outcome:
    def work(client: RobawsClient) -> str:
        made, _ = endpoints.rotate(client, arguments_of(errand)["webhook_id"], now=timezone.now())
        return f"it is webhook {made.webhook_id} now, with a new secret"

    return _asked(work)


def deactivate(errand: Errand, turn: Slice) -> Outcome:
    def work(client: RobawsClient) -> str:
        endpoints.deactivate(client, arguments_of(errand)["webhook_id"], now=timezone.now())
        return "removed in Robaws and here"

    return _asked(work)


def compare(errand: Errand, turn: Slice) -> Outcome:
    """Every registration that is odd, with what is odd about it."""

    def work(client: RobawsClient) -> str:
        listed = endpoints.compared(client.list_webhook_endpoints())
        note_failures(errand, [(each.webhook_id, mark.text) for each in listed for mark in each.marks])
        odd = sum(bool(each.marks) for each in listed)
        return (
            f"{len(listed)} registrations, {odd} of them odd" if odd else f"{len(listed)} registrations, all in order"
        )

    return _asked(work)


def _asked(work: Callable[[RobawsClient], str]) -> Outcome:
    """A repeated call finds what the first one made, and says so as an error."""
    try:
        client = gateway.open_client()
        try:
            return Outcome(Ended.DONE, work(client))
        finally:
            client.close()
    except (
        endpoints.DuplicateError,
        endpoints.UnknownWebhookError,
        endpoints.StillCountsError,
        endpoints.LeftOverError,
        ImproperlyConfigured,
        PausedError,
        RobawsError,
    ) as error:
        return Outcome(Ended.FAILED, str(error))
