"""A person's data: all of it shown, or all of it erased. `customers.traces` tells what there is to look through."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from bconnect.customers import traces
from bconnect.customers.duplicates.refresh import follow
from bconnect.customers.models import NEW_ID_PREFIX, Customer
from bconnect.customers.traces import SHORTEST_WORD, Person, Rows, Trace
from bconnect.sync.models import Tombstone
from bconnect.webhooks.models import Delivery, Status

CONTACTS = {"email", "phone", "mobile", "tel", "gsm", "fax", "vat_number", "vatNumber", "vatIdNumber", "companyNumber"}
NAMES = {"name"}
PATIENCE_S = 30


def person(client_id: str) -> Person:
    """Whom this id stands for, with the values by which traces in free text are found."""
    row = Customer.objects.filter(robaws_client_id=client_id).values().first()
    if row is None:
        return Person(client_id)
    sources = [source for source in (row, row["metadata"], row["base"], row["alternates"]) if isinstance(source, dict)]
    contacts = {word for source in sources for word in _words(source, CONTACTS)}
    names = {word for source in sources for word in _words(source, NAMES)}
    return Person(client_id, row["id"], tuple(contacts), tuple(names))


def exported(someone: Person) -> dict[str, list[dict[str, Any]]]:
    """Per kind of trace its rows, whole."""
    return {trace.name: list(trace.find(someone).values()) for trace in traces.registered()}


def counted(someone: Person) -> dict[str, int]:
    """How many rows of each kind there are; kinds without any are left out."""
    counts = {trace.name: trace.find(someone).count() for trace in traces.registered()}
    return {name: count for name, count in counts.items() if count}


class StillAtWorkError(Exception):
    """An event of this client is being applied."""


def erase(someone: Person, *, who: str, now: datetime, sleep: Callable[[float], None] = time.sleep) -> None:
    """Erase all of it here. A tombstone without personal data keeps the client from coming back by the next pull.

    The caller holds the sync's lease. Raises StillAtWorkError; the client stays away then, and erasing can be repeated.
    """
    if not someone.client_id.startswith(NEW_ID_PREFIX):
        Tombstone.objects.update_or_create(
            robaws_client_id=someone.client_id, defaults={"name": "", "deleted_at": now, "deleted_by": who}
        )
    _await_events(someone, sleep)
    with transaction.atomic():
        # All are found before any is erased: the way to some leads over others.
        found = [(trace, _fixed(trace.find(someone))) for trace in traces.registered()]
        for trace, rows in found:
            _erase(trace, rows, someone)
        customer = Customer.objects.filter(robaws_client_id=someone.client_id).first()
        if customer is not None:
            number = customer.pk
            customer.delete()
            follow((), (number,), now)  # the search for duplicates forgets it too


def _await_events(someone: Person, sleep: Callable[[float], None]) -> None:
    """A worker that looked before the tombstone was there may be about to write the client."""
    begun = Delivery.objects.filter(robaws_client_id=someone.client_id, status=Status.PROCESSING)
    claims = set(begun.filter(claimed_until__gt=timezone.now()).values_list("claimed_by", flat=True))
    for _ in range(PATIENCE_S):
        if not begun.filter(claimed_by__in=claims, claimed_until__gt=timezone.now()).exists():
            return
        sleep(1)
    raise StillAtWorkError(f"an event of client {someone.client_id} is being applied: try again in a minute")


def _erase(trace: Trace, rows: Rows, someone: Person) -> None:
    if trace.erase is not None:
        trace.erase(rows, someone)


def _fixed(rows: Rows) -> Rows:
    """The same rows, whatever becomes of what they were found by."""
    same: Rows = rows.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))
    return same


def _words(source: Mapping[str, Any], keys: set[str]) -> Iterator[str]:
    for key in keys & source.keys():
        value = source[key]
        for word in value if isinstance(value, list) else [value]:
            if isinstance(word, str) and len(word.strip()) >= SHORTEST_WORD:
                yield word.strip()
