"""Which of our clients are gone from Robaws, and how sure we have to be before we say so."""

from collections.abc import Callable, Iterable, Set
from datetime import datetime
from typing import Any

from django.db import transaction

from bconnect.customers.models import Customer
from bconnect.sync import history, upsert
from bconnect.sync.history import FieldChange
from bconnect.sync.models import Change, SyncRun
from bconnect.sync.reconcile import full_base

SHARE_ALLOWED = 0.05
COUNT_ALLOWED = 20


class TooManyMissingError(Exception):
    """More clients are missing than a firm deletes: rather the wrong tenant, login or answer."""


def known_count() -> int:
    return Customer.objects.known_to_robaws().count()


def check_share(missing: int, known: int) -> None:
    """Raises TooManyMissingError when more than 5 % and more than 20 are missing."""
    if missing > COUNT_ALLOWED and missing > known * SHARE_ALLOWED:
        raise TooManyMissingError(
            f"{missing} of {known} clients are missing in Robaws: nothing was deactivated. "
            "Check that this is the right tenant; if they really are gone, "
            "run again with --allow-mass-deactivation"
        )


def candidates(seen: Set[str], before: datetime) -> list[str]:
    """Clients of ours that a complete walk, begun at `before`, did not meet."""
    ours = Customer.objects.known_to_robaws().filter(created_at__lt=before)
    ids = ours.values_list("robaws_client_id", flat=True).order_by("id").iterator(chunk_size=2000)
    return [client_id for client_id in ids if client_id not in seen]


def mark_gone(
    client_ids: Iterable[str], run: SyncRun, actor: str, now: datetime, in_transaction: Callable[[], Any]
) -> int:
    """Mark these inactive and keep them, with all that refers to them. Returns how many were marked."""
    with transaction.atomic():
        in_transaction()
        rows = [row for row in upsert.lock(list(client_ids)).values() if row["gone_at"] is None]
        changes = [
            FieldChange(row["id"], "is_active", True, False, Change.Source.GONE) for row in rows if row["is_active"]
        ]
        for row in rows:
            if row["is_active"]:
                # One that somebody here made inactive keeps that as an edit, should the client come back.
                row["base"] = full_base(row["base"]) | {"is_active": False}
            row |= {"is_active": False, "gone_at": now, "last_synced_at": now, "updated_at": now}
        upsert.write_back(rows)
        history.record(changes, run, actor, now)
        return len(rows)
