"""The health check as a step of a scheduled job."""

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from bconnect.jobs.outcome import DONE, Ended, Outcome
from bconnect.jobs.slices import Slice
from bconnect.sync import gateway
from bconnect.webhooks import health
from robaws.errors import RobawsError

NOT_SET_UP = "none_registered"
"""A firm may do without webhooks: nobody has to be told every hour."""


def check_health(turn: Slice) -> Outcome:
    """FAILED with every reason why webhooks do not work; LATER where all that is known here is well, but Robaws
    could not be asked."""
    endpoints, unreachable = None, ""
    try:
        with gateway.open_client() as client:
            endpoints = client.list_webhook_endpoints()
    except RobawsError as error:
        unreachable = str(error)
    except ImproperlyConfigured as error:
        return Outcome(Ended.FAILED, str(error))
    found = health.check(timezone.now(), endpoints, unreachable)
    reasons = [reason.text for reason in found.reasons if reason.code not in (NOT_SET_UP, health.UNREACHABLE)]
    if reasons:
        return Outcome(Ended.FAILED, "; ".join(reasons))
    return Outcome(Ended.LATER, unreachable) if unreachable else DONE
