"""Calls onto the disk: an accepted one once, refused ones counted by reason and minute. One statement each."""

from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from bconnect.sync.turns import write_in_turn
from bconnect.webhooks.envelope import CLIENT_EVENTS, Envelope
from bconnect.webhooks.models import Delivery, Status

LOCKED_FOR_S = 5.0
"""No transaction of ours takes so long: then Robaws had better repeat it, since threads that wait answer nobody."""

TABLE = Delivery._meta.db_table

# Not bulk_create(ignore_conflicts=True): that wraps the one statement in a transaction, two more journeys to
# PostgreSQL, and Django's JSON keeps characters that PostgreSQL refuses.
_ACCEPT = (
    f"INSERT INTO {TABLE}"  # noqa: S608 - the name is our own model's
    " (event_type, robaws_id, robaws_client_id, payload, status, received_at, next_attempt_at)"
    " VALUES (%s, %s, %s, {payload}, %s, %s, %s) ON CONFLICT (robaws_id) DO NOTHING"
)
_COUNT_REFUSED = (
    f"INSERT INTO {TABLE} (status, error_message, received_at, occurrences) VALUES ('rejected', %s, %s, %s)"  # noqa: S608
    " ON CONFLICT (error_message, received_at) WHERE status = 'rejected'"
    f" DO UPDATE SET occurrences = {TABLE}.occurrences + excluded.occurrences"
)


def accept(envelope: Envelope, now: datetime) -> None:
    """Store an event to be applied; a repeat changes nothing. An unknown event type is kept, and ignored."""
    concerns_us = envelope.event in CLIENT_EVENTS
    moment = _stored(now)
    values = (
        envelope.event,
        envelope.id,
        envelope.client_id,
        envelope.payload,
        (Status.RECEIVED if concerns_us else Status.IGNORED).value,
        moment,
        moment if concerns_us else None,
    )
    if connection.vendor == "postgresql":
        _execute(_ACCEPT.format(payload="%s::jsonb"), values)
        return
    write_in_turn(lambda: _execute(_ACCEPT.format(payload="%s"), values), patience_s=LOCKED_FOR_S)


def count_refused(reason: str, times: int, now: datetime) -> None:
    """Remember that so many calls were refused for this reason in the minute of `now`."""
    minute = _stored(now.replace(second=0, microsecond=0))
    if connection.vendor == "postgresql":
        _execute(_COUNT_REFUSED, (reason, minute, times))
        return
    write_in_turn(lambda: _execute(_COUNT_REFUSED, (reason, minute, times)), patience_s=LOCKED_FOR_S)


def _execute(sql: str, values: tuple[Any, ...]) -> None:
    """Once; and where the kept connection turns out to have died, again over a new one: a repeat does no harm."""
    is_kept = connection.connection is not None
    # Else Django asks first whether it lives, another journey for each call.
    connection.health_check_done = True  # type: ignore[attr-defined]  # missing in the stubs
    try:
        _send(sql, values)
    except (OperationalError, InterfaceError):
        if not is_kept or connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        _send(sql, values)


def _send(sql: str, values: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _stored(moment: datetime) -> Any:
    """A time as this database keeps it."""
    return connection.ops.adapt_datetimefield_value(moment)
