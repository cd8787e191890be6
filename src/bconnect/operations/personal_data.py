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
from bconnect.sync.known_as import Known, known_as
from bconnect.sync.models import Merge, MergedCustomer, Redirect, Tombstone
from bconnect.webhooks.models import Delivery, Status
from robaws.client import RobawsClient
from robaws.errors import RobawsError, is_absent

CONTACTS = {"email", "phone", "mobile", "tel", "gsm", "fax", "vat_number", "vatNumber", "vatIdNumber", "companyNumber"}
NAMES = {"name"}
PATIENCE_S = 30


def person(client_id: str) -> Person:
    """Whom this id stands for, with the values by which traces in free text are found."""
    known = known_as(client_id)
    sources = list(_sources(known))
    contacts = {word for source in sources for word in _words(source, CONTACTS)}
    names = {word for source in sources for word in _words(source, NAMES)}
    return Person(tuple(sorted(known.ids)), tuple(sorted(known.numbers)), tuple(contacts), tuple(names))


def _sources(known: Known) -> Iterator[Mapping[str, Any]]:
    """What holds such values: the rows as they are and as merges keep them, each with its records of Robaws."""
    merged = MergedCustomer.objects.filter(customer_number__in=known.numbers)
    survivors = Merge.objects.filter(survivor_id__in=known.numbers).values_list("survivor_before", flat=True)
    rows = [
        *Customer.objects.filter(pk__in=known.numbers).values(),
        *merged.values_list("snapshot", flat=True),
        *survivors,
    ]
    parts = [part for row in rows for part in (row, *(row.get(each) for each in ("metadata", "base", "alternates")))]
    for each in (*parts, *merged.values_list("remote_record", flat=True)):
        if isinstance(each, dict):
            yield each


def exported(someone: Person) -> dict[str, list[dict[str, Any]]]:
    """Per kind of trace its rows, whole."""
    return {trace.name: list(trace.find(someone).values()) for trace in traces.registered()}


def counted(someone: Person) -> dict[str, int]:
    """How many rows of each kind there are; kinds without any are left out."""
    counts = {trace.name: trace.find(someone).count() for trace in traces.registered()}
    return {name: count for name, count in counts.items() if count}


class StillAtWorkError(Exception):
    """An event of this client is being applied."""


def in_robaws(someone: Person) -> list[str]:
    """The ids under which Robaws may know this person."""
    return [each for each in someone.client_ids if not each.startswith(NEW_ID_PREFIX)]


def steps_left(someone: Person) -> dict[str, str]:
    """What merges have still to do in Robaws, per client id: it is not done any more afterwards."""
    merged = MergedCustomer.objects.filter(customer_number__in=someone.customers)
    standing = merged.exclude(merge__state=Merge.State.UNDONE)
    left = standing.filter(step__in=(MergedCustomer.Step.WAITING, MergedCustomer.Step.HELD))
    return dict(left.values_list("robaws_client_id", "merge__in_robaws"))


def delete_in_robaws(client: RobawsClient, someone: Person) -> None:
    """Asked for by name, so without a look at what changed there; gone already is what was wanted.

    Raises RobawsError.
    """
    for client_id in in_robaws(someone):
        try:
            client.delete_client(client_id)
        except RobawsError as error:
            if not is_absent(error):
                raise


def erase(someone: Person, *, who: str, now: datetime, sleep: Callable[[float], None] = time.sleep) -> None:
    """Erase all of it here. A tombstone without personal data keeps the client from coming back by the next pull.

    The caller holds the sync's lease. Raises StillAtWorkError; the client stays away then, and erasing can be repeated.
    """
    _keep_away(someone, who, now)
    _await_events(someone, sleep)
    with transaction.atomic():
        # All are found before any is erased: the way to some leads over others.
        found = [(trace, _fixed(trace.find(someone))) for trace in traces.registered()]
        for trace, rows in found:
            _erase(trace, rows, someone)
        customers = Customer.objects.filter(robaws_client_id__in=someone.client_ids)
        numbers = {*someone.customers, *customers.values_list("pk", flat=True)}
        customers.delete()
        follow((), numbers, now)  # the search for duplicates forgets it too


def _keep_away(someone: Person, who: str, now: datetime) -> None:
    """Merged ids stay away already: their redirects outlive the merge."""
    redirects = Redirect.objects.filter(robaws_client_id__in=someone.client_ids)
    for client_id in {*in_robaws(someone)} - {*redirects.values_list("robaws_client_id", flat=True)}:
        Tombstone.objects.update_or_create(
            robaws_client_id=client_id, defaults={"name": "", "deleted_at": now, "deleted_by": who}
        )


def _await_events(someone: Person, sleep: Callable[[float], None]) -> None:
    """A worker that looked before the tombstone was there may be about to write the client."""
    begun = Delivery.objects.filter(robaws_client_id__in=someone.client_ids, status=Status.PROCESSING)
    claims = set(begun.filter(claimed_until__gt=timezone.now()).values_list("claimed_by", flat=True))
    for _ in range(PATIENCE_S):
        if not begun.filter(claimed_by__in=claims, claimed_until__gt=timezone.now()).exists():
            return
        sleep(1)
    ids = ", ".join(someone.client_ids)
    raise StillAtWorkError(f"an event of client {ids} is being applied: try again in a minute")


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
