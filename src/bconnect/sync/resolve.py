"""A person decides a conflict: ours, theirs, or a third value."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from django.db import transaction

from bconnect.customers.fields import COUNTRY, Place, Value, clean
from bconnect.sync import history, upsert
from bconnect.sync.as_one import STREET, country_decided, street_decided
from bconnect.sync.history import FieldChange
from bconnect.sync.mapping import Tenant, project
from bconnect.sync.models import Change, Conflict
from bconnect.sync.reconcile import full_base
from robaws.records import Absent


class Take(Enum):
    OURS = "ours"
    THEIRS = "theirs"
    VALUE = "value"


class NoSuchConflictError(LookupError):
    """There is no open conflict of that number."""


def resolve(conflict_id: int, take: Take, value: str | None, *, tenant: Tenant, who: str, now: datetime) -> Conflict:
    """Decide it. Robaws' value becomes the base, so what is ours (or the third value) goes out with the next push.

    `value` counts with Take.VALUE; empty clears the field. With an address its street and number are decided, with a
    country its code. Raises NoSuchConflictError.
    """
    with transaction.atomic():
        conflict = Conflict.objects.select_related("customer").filter(pk=conflict_id, resolved_at=None).first()
        if conflict is None:
            raise NoSuchConflictError(f"there is no open conflict {conflict_id}; `bconnect list_conflicts` shows them")
        row = upsert.lock([conflict.customer.robaws_client_id])[conflict.customer.robaws_client_id]
        ours: Value = row[conflict.field]
        place = Place(row["country_code"], tenant.default_country)
        theirs: dict[str, Value] = {conflict.field: conflict.theirs}
        decided = {conflict.field: _decided(conflict, ours, take, value, place)}
        if conflict.field == "address":
            theirs |= _shown(STREET, row, tenant)
            decided |= street_decided(decided["address"], ours, row, theirs)
        elif conflict.field in COUNTRY:
            theirs |= _shown(COUNTRY, row, tenant) | theirs
            decided = country_decided(conflict.field, decided[conflict.field], theirs)
        base, new = full_base(row["base"]) | theirs, decided.pop(conflict.field)
        changes = history.followed(row, decided, base)
        if new != ours:
            changes.append(FieldChange(row["id"], conflict.field, ours, new, Change.Source.RESOLVED))
        row |= {**decided, conflict.field: new, "base": base, "updated_at": now}
        upsert.write_back([row])
        history.record(changes, None, who, now)
        conflict.resolved_at, conflict.resolved_by, conflict.resolution = now, who, take.value
        conflict.ours = ours
        conflict.save()
    return conflict


def _decided(conflict: Conflict, ours: Value, take: Take, value: str | None, place: Place) -> Value:
    if take is Take.THEIRS:
        theirs: Value = conflict.theirs
        return theirs
    return ours if take is Take.OURS else clean(conflict.field, value, place).value


def _shown(columns: Iterable[str], row: upsert.Row, tenant: Tenant) -> dict[str, Value]:
    """These columns as Robaws showed them last."""
    shown = project(row["metadata"], tenant).values
    return {column: value for column in columns if not isinstance(value := shown[column], Absent)}


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
