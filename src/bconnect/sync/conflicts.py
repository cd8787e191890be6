"""Open conflicts: kept one a field, followed while either side moves, closed when the sides meet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from bconnect.customers.fields import Value
from bconnect.sync.merge import Decision
from bconnect.sync.models import Conflict
from bconnect.sync.reconcile import Reconciled


def open_of(customer_ids: Iterable[int]) -> dict[int, dict[str, Value]]:
    """Per customer, the fields in conflict with Robaws' value as last seen."""
    found: dict[int, dict[str, Value]] = defaultdict(dict)
    rows = Conflict.objects.filter(customer_id__in=list(customer_ids), resolved_at=None)
    for customer_id, field, theirs in rows.values_list("customer_id", "field", "theirs"):
        found[customer_id][field] = theirs
    return found


def clients_in_conflict() -> set[str]:
    """The Robaws ids of customers with an open conflict."""
    open_ones = Conflict.objects.filter(resolved_at=None)
    return set(open_ones.values_list("customer__robaws_client_id", flat=True))


def keep(customer_id: int, decisions: Sequence[Decision], now: datetime) -> None:
    """Remember these conflicts; one that is open already follows the values of both sides."""
    for decision in decisions:
        Conflict.objects.update_or_create(
            customer_id=customer_id,
            field=decision.field,
            resolved_at=None,
            defaults={"base": decision.base, "ours": decision.local, "theirs": decision.remote},
            create_defaults={
                "base": decision.base,
                "ours": decision.local,
                "theirs": decision.remote,
                "since": now,
            },
        )


def settle(customer_id: int, result: Reconciled, by: str, now: datetime) -> None:
    """Keep the conflicts that a merge found, close those it ended."""
    if result.conflicts:
        keep(customer_id, result.conflicts, now)
    if result.settled:
        close(customer_id, [each.field for each in result.settled], "met", by, now)


def close(customer_id: int, fields: Iterable[str], resolution: str, by: str, now: datetime) -> None:
    """These conflicts are over."""
    Conflict.objects.filter(customer_id=customer_id, field__in=list(fields), resolved_at=None).update(
        resolved_at=now, resolution=resolution, resolved_by=by
    )
