"""What webhooks told about a person. The row stays, which says that the event was there, without what it said."""

from bconnect.customers.traces import Person, Rows, Trace, mentioning
from bconnect.webhooks.models import OPEN, Delivery, Status


def _find(person: Person) -> Rows:
    """By its id; and events that name no client but hold a contact of this person."""
    nameless = Delivery.objects.filter(robaws_client_id=None).filter(mentioning("payload", person.contacts))
    return Delivery.objects.filter(robaws_client_id__in=person.client_ids) | nameless


def _erase(rows: Rows, person: Person) -> None:
    rows.filter(status__in=OPEN).update(status=Status.IGNORED, next_attempt_at=None)
    rows.update(payload=None, outcome="erased", error_message="")


TRACES = (Trace("webhook events", _find, _erase),)
