"""Records that could not be taken in: kept with the reason and the data, let go when they pass."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime

import orjson
from django.db.models import F

from bconnect.sync.incoming import Rejected, as_json
from bconnect.sync.models import QuarantinedRecord, SyncRun

RETRIED_PER_RUN = 100
"""How many quarantined clients an incremental run asks for again, each a live request."""


def put(rejected: Sequence[Rejected], run: SyncRun | None, now: datetime) -> None:
    """Remember these; a record already there counts one attempt more."""
    for each in rejected:
        row, created = QuarantinedRecord.objects.get_or_create(
            key=each.key, defaults={"reason": each.reason, "first_seen_at": now, "last_seen_at": now}
        )
        QuarantinedRecord.objects.filter(pk=row.pk).update(
            robaws_client_id=each.client_id,
            reason=each.reason,
            data=orjson.loads(as_json(each.data)),
            attempts=F("attempts") + (0 if created else 1),
            run=run,
            last_seen_at=now,
        )


def release(client_ids: Iterable[str]) -> None:
    """These came through: nothing stands against them any more."""
    QuarantinedRecord.objects.filter(key__in=list(client_ids)).delete()


def client_ids() -> set[str]:
    """The clients in quarantine."""
    ids = QuarantinedRecord.objects.exclude(robaws_client_id=None).values_list("robaws_client_id", flat=True)
    return {client_id for client_id in ids if client_id is not None}


def release_unseen(before: datetime, seen: Set[str]) -> None:
    """Drop the records that a complete walk, begun at `before`, did not meet again: they are mended or gone."""
    QuarantinedRecord.objects.filter(robaws_client_id=None, last_seen_at__lt=before).delete()
    release(client_ids() - seen)
