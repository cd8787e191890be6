"""Deleting a customer: what is meant is said. A tombstone keeps it from coming back by the next pull."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from bconnect.customers import references
from bconnect.customers.models import Customer
from bconnect.jobs.pause import refuse_while_paused
from bconnect.sync import quarantine, upsert
from bconnect.sync.mapping import Tenant, UnusableRecordError, project
from bconnect.sync.merge import Verdict
from bconnect.sync.models import CreateIntent, Tombstone
from bconnect.sync.reconcile import Policy, reconcile
from bconnect.sync.traces import merged_into
from robaws.client import RobawsClient
from robaws.errors import RobawsError, is_absent
from robaws.records import shows_extra_fields

MAY_RETURN = "Its creation was cut off: if Robaws has made it nevertheless, a sync brings it back."
"""Said where one of `half_created` goes here alone."""


class StillInUseError(Exception):
    """Intakes refer to the customer."""


class ChangedMeanwhileError(Exception):
    """Robaws holds something newer than we know."""


def forget(customer: Customer, *, who: str, now: datetime) -> None:
    """Delete the row here, leave the client in Robaws, and remember not to bring it back. Raises StillInUseError."""
    with transaction.atomic():
        _refuse_in_use(customer.robaws_client_id)
        if not customer.is_new:
            Tombstone.objects.update_or_create(
                robaws_client_id=customer.robaws_client_id,
                defaults={"name": customer.name, "deleted_at": now, "deleted_by": who},
            )
        customer.delete()
        quarantine.release([customer.robaws_client_id])


def delete_everywhere(client: RobawsClient, customer: Customer, *, tenant: Tenant, who: str, now: datetime) -> None:
    """Delete the client in Robaws, if a live read shows nothing newer than we know, then the row here.

    A lost answer is no harm: said once more, it finds that Robaws has no such client, and deletes the row.
    Raises PausedError, StillInUseError, ChangedMeanwhileError, RobawsError.
    """
    refuse_while_paused()
    _refuse_in_use(customer.robaws_client_id)
    if customer.is_new:
        refuse_half_created(customer)
    else:
        try:
            _refuse_changed(client, customer, tenant)
            # Asking Robaws took its time.
            _refuse_in_use(customer.robaws_client_id)
            _refuse_put_away(customer)
            client.delete_client(customer.robaws_client_id)
        except RobawsError as error:
            if not is_absent(error):
                raise
    forget(customer, who=who, now=now)


def half_created(customers: Collection[Customer] | QuerySet[Customer]) -> QuerySet[CreateIntent]:
    """Those whose creation was cut off: Robaws may have made the client, and nobody knows yet which one. Deleted here
    alone, it comes back with a pull; better than to keep away a client that a colleague has made."""
    return CreateIntent.objects.filter(customer__in=customers)


def refuse_half_created(customer: Customer) -> None:
    """Before it is said to be deleted in Robaws too. Raises ChangedMeanwhileError."""
    if half_created([customer]).exists():
        raise ChangedMeanwhileError(
            f"{customer.robaws_client_id} is being created in Robaws: let a push finish that first, or delete it here "
            "alone"
        )


def _refuse_in_use(client_id: str) -> None:
    if why := references.in_use(client_id):
        raise StillInUseError(why)


def _refuse_put_away(customer: Customer) -> None:
    """What was a merged customer's own is another's by now, and has not reached that one's client perhaps. One that was
    deleted here alone is to stay in Robaws: whoever said so may know why."""
    client_id = customer.robaws_client_id
    survivor = merged_into(client_id)
    if survivor is not None:
        raise ChangedMeanwhileError(f"customer {client_id} was merged into {survivor} meanwhile: undo that first")
    if not Customer.objects.filter(pk=customer.pk).exists():
        raise ChangedMeanwhileError(f"customer {client_id} was deleted here meanwhile, and stays in Robaws")


def _refuse_changed(client: RobawsClient, customer: Customer, tenant: Tenant) -> None:
    record = client.get_client(customer.robaws_client_id)
    row = Customer.objects.filter(pk=customer.pk).values(*upsert.READ).first()
    if row is None:
        return  # as `_refuse_put_away` says
    if shows_extra_fields(row["metadata"]) and not shows_extra_fields(record):
        raise ChangedMeanwhileError(
            f"Robaws showed client {customer.robaws_client_id} without its custom fields, so nobody knows whether they "
            "changed: try again"
        )
    try:
        remote = project(record, tenant).values
    except UnusableRecordError as error:
        raise ChangedMeanwhileError(
            f"Robaws' record of client {customer.robaws_client_id} can't be read: {error}"
        ) from error
    result = reconcile(dict(row), remote, tenant, Policy(), {})
    moved = [each.field for each in result.decisions if each.verdict in (Verdict.TAKE, Verdict.CONFLICT)]
    if moved:
        raise ChangedMeanwhileError(
            f"Robaws holds another {', '.join(moved)} for client {customer.robaws_client_id} than we know: "
            "pull it first, look at it, and delete it then"
        )
