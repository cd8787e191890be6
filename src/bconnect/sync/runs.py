"""Runs: begun, resumed, counted, ended. The bookmark moves in the transaction that wrote the rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from bconnect.jobs import log_context
from bconnect.sync.incoming import Incoming
from bconnect.sync.models import SyncRun, SyncRunPage
from bconnect.sync.tally import Tally
from robaws.id_set import IdSet

RESUMABLE_FOR = timedelta(days=3)
"""A full run cut short longer ago is begun anew."""


def begin(kind: SyncRun.Kind, who: str, now: datetime, updated_from: datetime | None = None) -> SyncRun:
    """A new run. The caller holds the lease."""
    close_abandoned(now)
    run = SyncRun.objects.create(kind=kind, started_by=who, started_at=now, updated_from=updated_from)
    log_context.bind(run=run.pk)
    return run


def resume_or_begin_full(who: str, now: datetime) -> SyncRun:
    """The latest full run if it was cut short, else a new one."""
    latest = SyncRun.objects.filter(kind=SyncRun.Kind.FULL).order_by("-id").first()
    if latest and _can_go_on(latest, now):
        latest.status, latest.error, latest.finished_at, latest.cancelled_by = SyncRun.Status.RUNNING, "", None, ""
        latest.save(update_fields=["status", "error", "finished_at", "cancelled_by"])
        log_context.bind(run=latest.pk)
        return latest
    return begin(SyncRun.Kind.FULL, who, now)


def _can_go_on(run: SyncRun, now: datetime) -> bool:
    is_cut_short = run.status == SyncRun.Status.INTERRUPTED and bool(run.bookmark)
    return is_cut_short and now - run.started_at < RESUMABLE_FOR


def close_abandoned(now: datetime) -> None:
    """While the lease is ours, a run that says it is running belongs to a process that died."""
    SyncRun.objects.filter(status=SyncRun.Status.RUNNING).update(
        status=SyncRun.Status.INTERRUPTED, finished_at=now, error="the process ended without a word"
    )


def watermark() -> datetime | None:
    """Where an incremental run begins; None before the first complete run."""
    complete = SyncRun.objects.exclude(watermark=None).order_by("-id")
    return complete.values_list("watermark", flat=True).first()


def ids_seen(run: SyncRun) -> IdSet:
    """The client ids that the run's pages held so far."""
    pages = SyncRunPage.objects.filter(run=run).values_list("client_ids", flat=True)
    return IdSet(client_id for ids in pages.iterator() for client_id in ids)


def forget_walk(run: SyncRun) -> None:
    """What the run's pages held counts no more. The caller holds a transaction: half of it would lie."""
    SyncRunPage.objects.filter(run=run).delete()
    run.bookmark = None
    run.save(update_fields=["bookmark"])


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch did, and where the run stands after it. `page` and `bookmark` only for a walk."""

    tally: Tally
    newest: datetime | None = None
    client_ids: list[str] = field(default_factory=list)
    page: int | None = None
    bookmark: dict[str, Any] | None = None


class Log:
    """Writes a run's steps down, in the transaction that writes their rows.

    Steps that changed nothing wait for the next one that did, or until there are `WAITING` of them: losing
    them costs reading those pages again, nothing else.
    """

    WAITING = 10

    def __init__(self, run: SyncRun) -> None:
        self._run = run
        self._waiting: list[Step] = []

    def add(self, step: Step) -> bool:
        """Let a step wait; true when it is time to write."""
        self._waiting.append(step)
        return len(self._waiting) >= self.WAITING

    def write(self, *steps: Step) -> None:
        """Write these and all that wait. Call `written` after the commit."""
        steps = (*self._waiting, *steps)
        values: dict[str, Any] = {
            name: F(name) + count
            for name in Tally.COUNTS
            if (count := sum(getattr(step.tally, name) for step in steps))
        }
        newest = max((step.newest for step in steps if step.newest), default=None)
        if newest and (self._run.newest_seen_at is None or newest > self._run.newest_seen_at):
            values["newest_seen_at"] = self._run.newest_seen_at = newest
        bookmarks = [step.bookmark for step in steps if step.bookmark is not None]
        if bookmarks:
            values["bookmark"] = bookmarks[-1]
        if values:
            SyncRun.objects.filter(pk=self._run.pk).update(**values)
        pages = [
            SyncRunPage(run=self._run, number=s.page, client_ids=s.client_ids) for s in steps if s.page is not None
        ]
        if pages:
            SyncRunPage.objects.bulk_create(pages)

    def written(self) -> None:
        self._waiting.clear()


def newest_of(records: Iterable[Incoming]) -> datetime | None:
    return max((record.updated_at for record in records if record.updated_at), default=None)


def end(run: SyncRun, status: SyncRun.Status, now: datetime, **values: Any) -> SyncRun:
    """Close the run; `values` are further columns (error, watermark, …)."""
    SyncRun.objects.filter(pk=run.pk).update(status=status, finished_at=now, **values)
    if values.get("bookmark", run.bookmark) is None:
        SyncRunPage.objects.filter(run=run).delete()  # kept only for a run that can go on
    run.refresh_from_db()
    log_context.unbind("run")
    return run
