"""Which pending rows does a push ask Robaws about? Not those that only spell a value otherwise, wait for a
person's decision, or hold just what Robaws has refused already.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from bconnect.customers.fields import Value
from bconnect.customers.models import Customer
from bconnect.sync import conflicts, parking, upsert
from bconnect.sync.edits import edits
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import ParkedEdit
from bconnect.sync.push_tally import PushTally

ROWS_AT_ONCE = 500


class Waiting:
    """`ask_again`: what Robaws refused is sent once more (somebody asks for this one customer)."""

    def __init__(self, tenant: Tenant, tally: PushTally, lease: Lease, *, ask_again: bool) -> None:
        self._tenant, self._tally, self._lease, self._ask_again = tenant, tally, lease, ask_again

    def worth_reading(self, client_ids: Sequence[str]) -> list[str]:
        """Those with an edit that may be sent; the others are counted as what they are."""
        return list(self._found(client_ids))

    def stays_parked(self, new_id: str) -> bool:
        """Whether this new customer is just as Robaws refused to create it; if so it counts as failed."""
        row = row_of(new_id)
        parked = parking.of([row["id"]]).get(row["id"]) if row else None
        return row is not None and self._is_refused(row, parked, edits(row, self._tenant))

    def _found(self, client_ids: Sequence[str]) -> Iterator[str]:
        for start in range(0, len(client_ids), ROWS_AT_ONCE):
            rows = rows_of(client_ids[start : start + ROWS_AT_ONCE])
            in_conflict = conflicts.open_of(row["id"] for row in rows)
            parked = parking.of(row["id"] for row in rows)
            for row in rows:
                found = edits(row, self._tenant, in_conflict[row["id"]])
                if self._is_refused(row, parked.get(row["id"]), found):
                    continue
                if found:
                    yield row["robaws_client_id"]
                elif in_conflict[row["id"]]:
                    self._tally.conflicts += 1
                else:
                    self._settle_spelling(row["robaws_client_id"])

    def _is_refused(self, row: dict[str, Any], parked: ParkedEdit | None, found: dict[str, Value]) -> bool:
        if parked is None or parked.edits != found or self._ask_again:
            return False
        self._tally.fail(row["robaws_client_id"], parked.reason)
        return True

    def _settle_spelling(self, client_id: str) -> None:
        """The row means what the base says and only spells it otherwise: keep the normal form."""
        with transaction.atomic():
            self._lease.renew()
            row = upsert.lock([client_id]).get(client_id)
            if row is not None and not edits(row, self._tenant):
                Customer.objects.filter(pk=row["id"]).update(**upsert.synced(row["base"]))
        self._tally.unchanged += 1


def rows_of(client_ids: Sequence[str]) -> list[dict[str, Any]]:
    """These customers' rows, the oldest first."""
    rows = Customer.objects.filter(robaws_client_id__in=client_ids).order_by("id")
    return list(rows.values(*upsert.READ))


def row_of(client_id: str) -> dict[str, Any] | None:
    return next(iter(rows_of([client_id])), None)
