"""The change log: one row a changed field. The sync writes its own, since bulk writes pass by any hook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bconnect.customers.fields import Value
from bconnect.sync.models import Change, SyncRun


@dataclass(frozen=True, slots=True)
class FieldChange:
    customer_id: int
    field: str
    old: Value
    new: Value
    source: Change.Source


def record(changes: Iterable[FieldChange], run: SyncRun | None, actor: str, now: datetime) -> None:
    Change.objects.bulk_create(
        [
            Change(
                customer_id=each.customer_id,
                field=each.field,
                old=each.old,
                new=each.new,
                source=each.source,
                actor=actor,
                run=run,
                at=now,
            )
            for each in changes
        ],
        batch_size=500,
    )
