"""A new customer gets its real id: what refers to it moves along, and a copy that a pull brought in gives way."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from bconnect.customers import references
from bconnect.customers.fields import Place, Value, same
from bconnect.customers.models import Customer
from bconnect.sync import conflicts, history, upsert
from bconnect.sync.edits import edits
from bconnect.sync.history import FieldChange
from bconnect.sync.incoming import Incoming, Origin, Prepared, salt
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant, project
from bconnect.sync.models import (
    Change,
    Conflict,
    CreateIntent,
    Merge,
    MergedCustomer,
    ParkedEdit,
    Redirect,
    SentEdit,
    SyncRun,
    Tombstone,
)
from bconnect.sync.reconcile import Policy, changed_row, full_base, reconcile
from robaws.errors import BadAnswer
from robaws.records import Record, client_id


class HeldError(Exception):
    """This customer waits for a person."""


class Adoption:
    """For one push."""

    def __init__(
        self, tenant: Tenant, policy: Policy, *, run: SyncRun, who: str, lease: Lease, now: Callable[[], datetime]
    ) -> None:
        self._tenant, self._policy, self._run, self._who = tenant, policy, run, who
        self._lease, self._now = lease, now

    def adopt(self, customer_id: int, values: Mapping[str, Value], whole: Record, taken: Mapping[str, Value]) -> None:
        """Give the row its real id and move all that refers to the old one, in one transaction.

        `values` were sent; what Robaws has not `taken` of them stays an edit.
        """
        real_id = client_id(whole)
        if real_id is None:
            raise BadAnswer("POST /api/v2/clients answered without an id: the next run looks for the client")
        prepared = Prepared(Incoming.of(real_id, whole, salt(self._tenant)), project(whole, self._tenant))
        with transaction.atomic():
            self._lease.renew()
            row = upsert.lock_one(customer_id)
            if row is None:
                self._put_away(customer_id, real_id, values)
            else:
                self._take_over(row, prepared, values, taken)
        if row is None:
            raise HeldError(f"it was deleted here while it became client {real_id} in Robaws")

    def _take_over(
        self, row: dict[str, Any], prepared: Prepared, values: Mapping[str, Value], taken: Mapping[str, Value]
    ) -> None:
        customer_id, old_id, real_id, now = row["id"], row["robaws_client_id"], prepared.incoming.client_id, self._now()
        for copy in upsert.lock([real_id]).values():
            self._inherit(row, copy, values)
            self._give_way(copy["id"], customer_id)
        row["base"] = full_base(taken)
        result = reconcile(row, prepared.projection.values, self._tenant, self._policy, {})
        upsert.update([changed_row(row, prepared, result, Origin.LIVE, now)])
        conflicts.settle(customer_id, result, self._who, now)
        Customer.objects.filter(pk=customer_id).update(robaws_client_id=real_id, last_pushed_to_robaws_at=now)
        references.move(old_id, real_id)
        CreateIntent.objects.filter(customer_id=customer_id).delete()
        made = [
            FieldChange(customer_id, column, None, value, Change.Source.BCONNECT) for column, value in taken.items()
        ]
        history.record(made + history.changes_of(row, result), self._run, self._who, now)

    def _put_away(self, customer_id: int, real_id: str, values: Mapping[str, Value]) -> None:
        """Whoever deleted the customer did not know yet which client is not to come back. One that was merged comes
        back: somebody has to merge it once more."""
        is_merged = MergedCustomer.objects.filter(customer_number=customer_id).exists()
        if not is_merged and not Customer.objects.filter(robaws_client_id=real_id).exists():
            known = {"name": values["name"], "deleted_at": self._now()}
            Tombstone.objects.get_or_create(robaws_client_id=real_id, defaults=known)

    def _inherit(self, row: dict[str, Any], copy: Mapping[str, Any], values: Mapping[str, Value]) -> None:
        """What was edited on the copy stays an edit. Raises HeldError where both were edited, and differently."""
        place = Place(row["country_code"], self._tenant.default_country)
        sent = full_base(values)
        for column, value in edits(copy, self._tenant).items():
            if same(column, row[column], sent[column], place):
                row[column] = value
            elif not same(column, row[column], value, place):
                raise HeldError(
                    f"it is client {copy['robaws_client_id']} now, and both rows were edited: "
                    f"make their {column} alike, and push again"
                )

    def _give_way(self, copy_id: int, customer_id: int) -> None:
        """A pull or webhook may have brought our own client in first: its row gives way to the one it is of."""
        for model in (Conflict, ParkedEdit, SentEdit):
            model._default_manager.filter(customer_id=copy_id).delete()
        Change.objects.filter(customer_id=copy_id).update(customer_id=customer_id)
        # Others may have been merged into the copy.
        Merge.objects.filter(survivor_id=copy_id).update(survivor_id=customer_id)
        Redirect.objects.filter(customer_id=copy_id).update(customer_id=customer_id)
        # Not delete(): that is refused while intakes refer to the id, which goes on to exist here.
        Customer.objects.filter(pk=copy_id)._raw_delete(connection.alias)
