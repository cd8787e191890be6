"""What the sync knows about a person: the changes, conflicts, refusals and merges of its customer, and runs' errors."""

from django.db.models import Q

from bconnect.customers.models import Customer
from bconnect.customers.traces import Person, Rows, Trace, free_text, mentioning
from bconnect.sync.models import (
    Change,
    Conflict,
    CreateIntent,
    Merge,
    MergedCustomer,
    ParkedEdit,
    QuarantinedRecord,
    Redirect,
    SentEdit,
    SyncRun,
    Tombstone,
)


def _quarantined(person: Person) -> Rows:
    """By its id; and records without one that hold a contact of this person: nothing else tells whose they are."""
    nameless = QuarantinedRecord.objects.filter(robaws_client_id=None).filter(mentioning("data", person.contacts))
    return QuarantinedRecord.objects.filter(robaws_client_id__in=person.client_ids) | nameless


def _tombstones(person: Person) -> Rows:
    return Tombstone.objects.filter(robaws_client_id__in=person.client_ids)


def _merges(person: Person) -> Rows:
    """Those it came out of, and those it went into: each holds the whole rows of all that took part."""
    took_part = MergedCustomer.objects.filter(robaws_client_id__in=person.client_ids).values("merge")
    took_in = Q(survivor_client_id__in=person.client_ids) | Q(survivor_id__in=person.customers)
    return Merge.objects.filter(took_in | Q(pk__in=took_part))


def _merged(person: Person) -> Rows:
    return MergedCustomer.objects.filter(merge__in=_merges(person).values("pk"))


def merged_into(client_id: str) -> str | None:
    """The client id of the customer that holds this one's data now, where it was merged."""
    ids = Redirect.objects.filter(robaws_client_id=client_id).exclude(customer=None)
    found: str | None = ids.values_list("customer__robaws_client_id", flat=True).first()
    return found


TRACES = (
    Trace("customer", lambda person: Customer.objects.filter(robaws_client_id__in=person.client_ids)),
    Trace("changes", lambda person: Change.objects.filter(customer__in=person.customers)),
    Trace("conflicts", lambda person: Conflict.objects.filter(customer__in=person.customers)),
    Trace("parked edits", lambda person: ParkedEdit.objects.filter(customer__in=person.customers)),
    Trace("edits under way", lambda person: SentEdit.objects.filter(customer__in=person.customers)),
    Trace("creation", lambda person: CreateIntent.objects.filter(customer__in=person.customers)),
    Trace("quarantined records", _quarantined, lambda rows, person: rows.delete()),
    Trace("tombstone", _tombstones, lambda rows, person: rows.update(name="")),
    # The redirects of merged ids stay: they keep those clients away as tombstones do.
    Trace("merges", _merges, lambda rows, person: rows.delete()),
    Trace("merged customers", _merged),
    free_text("runs' errors", SyncRun, "error"),
)
