"""A person decides a conflict: ours, theirs, or a third value."""

from datetime import datetime
from enum import Enum

from django.db import transaction

from bconnect.customers.fields import Place, Value, clean
from bconnect.sync import history, upsert
from bconnect.sync.history import FieldChange
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import Change, Conflict
from bconnect.sync.reconcile import full_base


class Take(Enum):
    OURS = "ours"
    THEIRS = "theirs"
    VALUE = "value"


class NoSuchConflictError(LookupError):
    """There is no open conflict of that number."""


def resolve(conflict_id: int, take: Take, value: str | None, *, tenant: Tenant, who: str, now: datetime) -> Conflict:
    """Decide it. Robaws' value becomes the base, so what is ours (or the third value) goes out with the next push.

    `value` counts with Take.VALUE; empty clears the field. Raises NoSuchConflictError.
    """
    with transaction.atomic():
        conflict = Conflict.objects.select_related("customer").filter(pk=conflict_id, resolved_at=None).first()
        if conflict is None:
            raise NoSuchConflictError(f"there is no open conflict {conflict_id}; `bconnect list_conflicts` shows them")
        row = upsert.lock([conflict.customer.robaws_client_id])[conflict.customer.robaws_client_id]
        before: Value = row[conflict.field]
        decided = _decided(conflict, before, take, value, Place(row["country_code"], tenant.default_country))
        row[conflict.field] = decided
        row["base"] = full_base(row["base"]) | {conflict.field: conflict.theirs}
        row["updated_at"] = now
        upsert.write_back([row])
        if decided != before:
            change = FieldChange(row["id"], conflict.field, before, decided, Change.Source.RESOLVED)
            history.record([change], None, who, now)
        conflict.resolved_at, conflict.resolved_by, conflict.resolution = now, who, take.value
        conflict.ours = before
        conflict.save()
    return conflict


def _decided(conflict: Conflict, ours: Value, take: Take, value: str | None, place: Place) -> Value:
    if take is Take.THEIRS:
        theirs: Value = conflict.theirs
        return theirs
    return ours if take is Take.OURS else clean(conflict.field, value, place).value


def described(conflict: Conflict) -> dict[str, object]:
    """The JSON object of CONTRACT.md."""
    return {
        "id": conflict.pk,
        "robaws_client_id": conflict.customer.robaws_client_id,
        "field": conflict.field,
        "base": conflict.base,
        "ours": conflict.ours,
        "theirs": conflict.theirs,
        "since": conflict.since.isoformat(),
    }


def open_conflicts() -> list[Conflict]:
    return list(Conflict.objects.filter(resolved_at=None).select_related("customer").order_by("since", "id"))
