"""What is on its way to Robaws and not confirmed yet: written down before it is sent, so that our own write is known
again as ours, by whatever way it comes back first: a webhook, a pull, or a read after a crash.

Without it a value that was sent and then edited here once more would look like somebody else's: a conflict
with nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from bconnect.customers.fields import Place, Value, same
from bconnect.sync import history
from bconnect.sync.history import FieldChange
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import Change, SentEdit, SyncRun
from bconnect.sync.reconcile import full_base
from robaws.records import ABSENT, Absent


def remember(customer_id: int, values: Mapping[str, Value], run: SyncRun, who: str, now: datetime) -> None:
    """These values are about to be sent. In the transaction that holds the row's lock."""
    defaults = {"values": dict(values), "run": run, "actor": who, "sent_at": now}
    SentEdit.objects.update_or_create(customer_id=customer_id, defaults=defaults)


def of(customer_ids: Iterable[int]) -> dict[int, SentEdit]:
    """What is under way, by customer."""
    return {each.customer_id: each for each in SentEdit.objects.filter(customer_id__in=list(customer_ids))}


def of_merged(moved: Mapping[str, Any]) -> list[SentEdit]:
    """What was under way of a customer when it was merged, as the merge keeps it; its run may be forgotten since."""
    found = [SentEdit(**each) for each in moved.get("sent", ())]
    runs = set(SyncRun.objects.filter(pk__in=[each.run_id for each in found]).values_list("pk", flat=True))
    for each in found:
        each.run_id = each.run_id if each.run_id in runs else None
    return found


def forget(customer_id: int, columns: Collection[str]) -> None:
    """It is known what became of these values."""
    for under_way in of([customer_id]).values():
        _keep(under_way, {column: value for column, value in under_way.values.items() if column not in columns})


def keep(customer_id: int, left: dict[str, Value]) -> None:
    """Of no other value the outcome is open any more."""
    for under_way in of([customer_id]).values():
        _keep(under_way, left)


def unsettled(only: Collection[str] | None) -> list[str]:
    """The client ids where nothing is pending and yet something is under way: its outcome never came to be known, and
    the edit was taken back here since."""
    rows = SentEdit.objects.filter(customer__is_pending=False, customer__gone_at=None)
    if only is not None:
        rows = rows.filter(customer__robaws_client_id__in=only)
    return list(rows.order_by("customer_id").values_list("customer__robaws_client_id", flat=True))


def arrived(
    row: Mapping[str, Any], remote: Mapping[str, Value | Absent], under_way: SentEdit | None, tenant: Tenant
) -> dict[str, Value]:
    """Of what is under way, what Robaws shows to have got, and the base does not say yet."""
    if under_way is None:
        return {}
    place, base = Place(row["country_code"], tenant.default_country), full_base(row["base"])
    return {
        column: value
        for column, value in under_way.values.items()
        if (shown := remote.get(column, ABSENT)) is not ABSENT
        and same(column, shown, value, place)
        and not same(column, base[column], value, place)
    }


def look_no_further(
    row: Mapping[str, Any], remote: Mapping[str, Value | Absent], under_way: SentEdit, tenant: Tenant
) -> None:
    """Where Robaws shows anything but what the base says, ours has arrived, or somebody has written over it. Who writes
    the same value after that does so anew. `row` is as it was before `remote` was merged into it."""
    place, base = Place(row["country_code"], tenant.default_country), full_base(row["base"])
    left = {
        column: value
        for column, value in under_way.values.items()
        if (shown := remote.get(column, ABSENT)) is ABSENT or same(column, shown, base[column], place)
    }
    _keep(under_way, left)


def _keep(under_way: SentEdit, left: dict[str, Value]) -> None:
    if not left:
        under_way.delete()
    elif left != under_way.values:
        SentEdit.objects.filter(pk=under_way.pk).update(values=left)


def note(row: Mapping[str, Any], values: Mapping[str, Value], under_way: SentEdit, now: datetime) -> None:
    """Into the history, as the push would have done it."""
    base = full_base(row["base"])
    changes = [
        FieldChange(row["id"], column, base[column], value, Change.Source.BCONNECT) for column, value in values.items()
    ]
    history.record(changes, under_way.run, under_way.actor, now)
