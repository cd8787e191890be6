"""The records that a run or a task failed at: which, why, and the page of the customer each is about."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from bconnect.customers.models import Customer
from bconnect.panel import words
from bconnect.sync.models import ParkedEdit, QuarantinedRecord, SyncRun

SHOWN = 100

Line = tuple[str, str, str]


def of_run(run: SyncRun) -> list[Line]:
    """What its task noted, what is in quarantine since, and what Robaws refused meanwhile.

    A run itself keeps only how many. What a later run met again counts as that one's.
    """
    noted = [(client_id, why) for client_id, why in run.errand.failures] if run.errand else []
    kept = QuarantinedRecord.objects.filter(run=run).values_list("robaws_client_id", "reason")[:SHOWN]
    refused: list[tuple[str, str]] = []
    if run.kind == SyncRun.Kind.PUSH:
        meanwhile = ParkedEdit.objects.filter(since__range=(run.started_at, run.finished_at or timezone.now()))
        refused = list(meanwhile.values_list("customer__robaws_client_id", "reason")[:SHOWN])
    # A record without an id is none of the others without one.
    found = dict.fromkeys([*noted, *((client_id or "", why) for client_id, why in kept), *refused])
    return linked(list(found)[:SHOWN])


def linked(failures: Iterable[Iterable[str]]) -> list[Line]:
    """Each with the page of the customer it is about, where that one is here: one query."""
    pairs = [(client_id, why) for client_id, why in failures]
    found = Customer.objects.filter(robaws_client_id__in=[client_id for client_id, _why in pairs])
    keys = dict(found.values_list("robaws_client_id", "pk"))
    return [
        (
            client_id,
            words.said(why),
            reverse("admin:customers_customer_change", args=[keys[client_id]]) if client_id in keys else "",
        )
        for client_id, why in pairs
    ]
