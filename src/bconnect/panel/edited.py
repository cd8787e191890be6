"""Edits made in the web UI, written down as they are made: which field, from what to what, by whom."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from bconnect.customers.fields import Value
from bconnect.customers.models import Customer
from bconnect.sync import history
from bconnect.sync.history import FieldChange
from bconnect.sync.models import Change
from bconnect.sync.reconcile import full_base


def note(
    customer: Customer, before: Mapping[str, Value], after: Mapping[str, Value], *, who: str, now: datetime
) -> None:
    """Remember what differs. Call it in the transaction that saves."""
    changes = [
        FieldChange(customer.pk, column, before.get(column), value, Change.Source.EDITED)
        for column, value in after.items()
        if before.get(column) != value
    ]
    history.record(changes, None, who, now)


def note_followed(
    customer: Customer, before: Mapping[str, Value], followed: Mapping[str, Value], *, who: str, now: datetime
) -> None:
    """Remember what the rest of an address says now. Nobody typed it: a later edit is told apart from it."""
    row = {"id": customer.pk, **dict.fromkeys(followed), **before}
    history.record(history.followed(row, followed, full_base(customer.base)), None, who, now)


def set_active(customers: QuerySet[Customer], *, is_active: bool, who: str, now: datetime) -> list[Customer]:
    """Mark these; returns those that were otherwise."""
    with transaction.atomic():
        others = list(customers.exclude(is_active=is_active).select_for_update().only("id", "name", "role"))
        Customer.objects.filter(pk__in=[each.pk for each in others]).update(is_active=is_active, updated_at=now)
        for each in others:
            note(each, {"is_active": not is_active}, {"is_active": is_active}, who=who, now=now)
    return others
