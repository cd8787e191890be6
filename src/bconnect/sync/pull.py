"""From Robaws to the table: full, incremental, a few, or one client.

Whatever happens, a page's rows and the run's bookmark are written together or not at all, and the watermark
last; so a run that is cut short leaves work to be done again, never work lost.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from bconnect.sync import absence, cancel, gateway, quarantine, restored, runs
from bconnect.sync.apply import Applier
from bconnect.sync.cursor import OVERLAP, tail_start, window_start
from bconnect.sync.durability import unhurried_commits
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import SyncRun
from bconnect.sync.reconcile import Policy
from bconnect.sync.taking import Taking
from bconnect.sync.tally import Tally
from bconnect.sync.turns import transaction_in_turn
from robaws.client import Page, RobawsClient
from robaws.errors import RobawsError, is_absent
from robaws.limiter import Mode
from robaws.pages import Bookmark, Walk, walk_forward

MOVING_LIST_TRIES = 3

WALKED_AT_ONE_GO = 50_000
"""So many clients take 501 requests, which is half a minute: less than a turn of the worker."""

Progress = Callable[[int, int | None], None]
"""Called with the records handled so far and the total, where it is known."""


@dataclass(frozen=True, slots=True)
class PullOptions:
    who: str = ""
    allow_mass_deactivation: bool = False
    policy: Policy = field(default_factory=Policy)

    @classmethod
    def from_settings(cls, **values: Any) -> "PullOptions":
        return cls(policy=gateway.policy(), **values)


class Pull:
    """One pull under the lease. Every public method runs it to its end and returns the run and its tally."""

    def __init__(
        self,
        client: RobawsClient,
        tenant: Tenant,
        options: PullOptions,
        *,
        lease: Lease,
        executor: Callable[[], Executor] | None = None,
        progress: Progress = lambda done, total: None,
        now: Callable[[], datetime] = timezone.now,
    ) -> None:
        self._client, self._tenant, self._options = client, tenant, options
        self._lease, self._executor, self._progress, self._now = lease, executor, progress, now

    # --- the kinds of pull ----------------------------------------------------------------------------

    def full(self) -> tuple[SyncRun, Tally]:
        """Every client; ends by looking for the ones that are gone."""
        runs.close_abandoned(self._now())
        self._begin(runs.resume_or_begin_full(self._options.who, self._now()))
        return self._guarded(self._walk_all)

    def incremental(self) -> tuple[SyncRun, Tally]:
        """What changed since the last complete run; everything where there was none."""
        since = runs.watermark()
        if since is None:
            return self.full()
        self._begin(runs.begin(SyncRun.Kind.INCREMENTAL, self._options.who, self._now(), since))
        return self._guarded(lambda: self._changes_since(since))

    def limited(self, limit: int, *, full: bool) -> tuple[SyncRun, Tally]:
        """The first `limit` clients (of the changed ones, unless full); concludes nothing."""
        since = None if full else runs.watermark()
        self._begin(runs.begin(SyncRun.Kind.LIMITED, self._options.who, self._now(), since))
        return self._guarded(lambda: self._first(limit, since))

    def one(self, robaws_client_id: str) -> tuple[SyncRun, Tally]:
        """One client, read live."""
        self._begin(runs.begin(SyncRun.Kind.CLIENT, self._options.who, self._now()))
        return self._guarded(lambda: self._read_live([robaws_client_id]))

    def some(self, client_ids: Sequence[str]) -> tuple[SyncRun, Tally]:
        """These clients, each read live."""
        self._begin(runs.begin(SyncRun.Kind.CLIENT, self._options.who, self._now()))
        return self._guarded(lambda: self._read_live(client_ids))

    # --- how they end ---------------------------------------------------------------------------------

    def _begin(self, run: SyncRun) -> None:
        self._run = run
        self._requests_before = run.requests
        applier = Applier(self._tenant, self._options.policy, run=run, actor=self._options.who, now=self._now)
        self._taking = Taking(applier, run, self._lease, self._is_gone)

    def _guarded(self, work: Callable[[], SyncRun.Status]) -> tuple[SyncRun, Tally]:
        """Run `work`; whatever cuts it short is written down, so that the next run can go on."""
        try:
            with unhurried_commits():
                status = work()
        except (RobawsError, KeyboardInterrupt) as error:
            self._close(SyncRun.Status.INTERRUPTED, error=str(error) or "stopped by hand")
            raise cancel.settle(self._run, error)  # noqa: B904 - mostly `error` itself, with its own cause
        except absence.TooManyMissingError as error:
            self._close(SyncRun.Status.FAILED, error=str(error), bookmark=None)
            raise
        return self._close(status), self._taking.tally

    def _close(self, status: SyncRun.Status, **values: Any) -> SyncRun:
        self._taking.flush()
        self._save_requests()
        self._run.refresh_from_db()
        if status is not SyncRun.Status.INTERRUPTED:
            values["bookmark"] = None
        if status is SyncRun.Status.DONE:
            if self._run.kind in (SyncRun.Kind.FULL, SyncRun.Kind.INCREMENTAL):
                values["watermark"] = self._watermark()
            if self._taking.tally.errors or self._run.errors:
                status = SyncRun.Status.PARTIAL
        self._run = runs.end(self._run, status, self._now(), **values)
        return self._run

    def _watermark(self) -> datetime | None:
        newest, started = self._run.newest_seen_at, self._run.remote_started_at or self._run.started_at
        before = self._run.updated_from
        if newest is None:
            return before
        return max(window_start(newest, started), before) if before else window_start(newest, started)

    # --- the work -------------------------------------------------------------------------------------

    def _walk_all(self) -> SyncRun.Status:
        resume = Bookmark.from_json(self._run.bookmark) if self._run.bookmark else None
        began_at, known = self._now(), absence.known_count()
        if resume:
            self._taking.seen = runs.ids_seen(self._run)
        walk = Walk(
            self._page, executor=self._executor, resume=resume, seen=self._taking.seen,
            while_waiting=lambda: cancel.heed(self._run),
        )  # fmt: skip
        for number, reads in enumerate(walk.batches()):
            if number == 0:
                self._begin_on_their_clock(reads[0].page)
                self._check_total(reads[0].page.total_items, known)
            self._taking.reads(reads)
            self._stepped(len(self._taking.seen), reads[-1].page.total_items)
        self._taking.seen = walk.outcome.ids
        if resume or self._now() - began_at > OVERLAP:
            self._take_tail()
        if not walk.outcome.complete:
            self._save(error=f"the list could not be shown to be complete: {walk.outcome.reason.value}")
            return SyncRun.Status.INCOMPLETE
        if resume and self._counts_otherwise(walk.outcome.unique):
            self._forget_walk()
            return self._walk_all()
        if known:  # an empty table missed nobody
            self._look_for_the_gone(began_at)
        quarantine.release_unseen(self._run.started_at if resume else began_at, self._taking.seen)
        return SyncRun.Status.DONE

    def _counts_otherwise(self, seen: int) -> bool:
        """Whether there may be more or fewer clients by now than a run that was cut short has seen: on the pages that
        it had read before some are gone, or back, and which ones only another walk can tell.

        A list that takes longer than a turn of the worker would be cut short, and walked, again and again. There the
        next full run tells, as after one that takes as long without being cut short.
        """
        return seen <= WALKED_AT_ONE_GO and self._page(0, 1).total_items != seen

    def _forget_walk(self) -> None:
        """The walk begins anew, within this run; should that be cut short, it goes on with what it saw itself."""
        self._taking.flush()  # what waits is of the walk that is forgotten
        with transaction_in_turn():
            self._lease.renew()
            runs.forget_walk(self._run)

    def _take_tail(self) -> None:
        """What changed or was created while the list was walked (or since a run that is resumed began)."""
        newest, started = self._run.newest_seen_at, self._run.remote_started_at
        if newest is not None and started is not None:
            self._take_window(tail_start(newest, started))

    def _look_for_the_gone(self, began_at: datetime) -> None:
        missing = absence.candidates(self._taking.seen, began_at)
        if not self._options.allow_mass_deactivation:
            absence.check_share(len(missing), absence.known_count())
        gone = [each for each in missing if self._is_gone(each)]
        marked = absence.mark_gone(gone, self._run, self._options.who, self._now(), self._lease.renew) if gone else 0
        self._taking.count(Tally(missing=marked))

    def _is_gone(self, robaws_client_id: str) -> bool:
        """Robaws' own live word. A client that is there after all is taken in."""
        cancel.heed(self._run)
        try:
            self._take_live(robaws_client_id)
        except RobawsError as error:
            if is_absent(error):
                return True
            self._refuse_or_raise(robaws_client_id, error)
        return False

    def _changes_since(self, since: datetime) -> SyncRun.Status:
        stable = self._take_window(since)
        to_read = self._taking.applier.quarantined | restored.client_ids()
        for each in sorted(to_read - self._taking.seen)[: quarantine.RETRIED_PER_RUN]:
            if self._is_gone(each):
                quarantine.release([each])
        if not stable:
            self._save(error="the list of changes kept moving while it was read; the next run reads it again")
            return SyncRun.Status.INCOMPLETE
        return SyncRun.Status.DONE

    def _take_window(self, since: datetime) -> bool:
        """Everything with `updatedAt` >= since. Returns whether it was read without the list moving."""
        for _ in range(MOVING_LIST_TRIES):
            walk = walk_forward(lambda number, size: self._page(number, size, since))
            for read in walk:
                self._begin_on_their_clock(read.page)
                self._taking.changes(read.fresh)
                self._stepped(len(self._taking.seen), None)
            if walk.outcome.complete:
                return True
        return False

    def _first(self, limit: int, since: datetime | None) -> SyncRun.Status:
        for read in walk_forward(lambda number, size: self._page(number, size, since), limit):
            self._begin_on_their_clock(read.page)
            self._taking.changes(read.fresh)
            self._stepped(len(self._taking.seen), limit)
        return SyncRun.Status.DONE

    def _read_live(self, client_ids: Sequence[str]) -> SyncRun.Status:
        for number, each in enumerate(client_ids, 1):
            try:
                self._take_live(each)
            except RobawsError as error:
                self._refuse_or_raise(each, error)
            self._stepped(number, len(client_ids))
        return SyncRun.Status.DONE

    def _stepped(self, done: int, total: int | None) -> None:
        """Tell how far it is. Here the run may end before it is complete."""
        cancel.heed(self._run)
        self._progress(done, total)

    # --- steps ----------------------------------------------------------------------------------------

    def _page(self, number: int, size: int, since: datetime | None = None) -> Page:
        return self._client.list_clients(page=number, size=size, updated_from=since, mode=Mode.REPLICA)

    def _take_live(self, robaws_client_id: str) -> None:
        asked_at = self._now()
        self._taking.live(self._client.get_client(robaws_client_id), asked_at)

    def _refuse_or_raise(self, robaws_client_id: str, error: RobawsError) -> None:
        """A refusal concerns this client alone; anything else concerns the run."""
        if not is_absent(error):
            raise error
        tally = Tally()
        tally.fail(robaws_client_id, "Robaws has no such client; a full sync looks whether it is gone for good")
        self._taking.count(tally)

    def _begin_on_their_clock(self, page: Page) -> None:
        if self._run.remote_started_at is None:
            self._save(remote_started_at=page.date or self._run.started_at)
        if self._run.total != page.total_items and self._run.kind == SyncRun.Kind.FULL:
            self._save(total=page.total_items)

    def _check_total(self, total: int | None, known: int) -> None:
        """Before anything is written: a list this much shorter than ours is not our tenant's."""
        if total is not None and not self._options.allow_mass_deactivation:
            absence.check_share(known - total, known)

    def _save_requests(self) -> None:
        self._save(requests=self._requests_before + self._client.requests)

    def _save(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self._run, name, value)
        self._run.save(update_fields=list(values))
