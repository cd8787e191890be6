"""A push as a whole: which customers are sent, how many at a time, and how the run ends."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from bconnect.customers.models import NEW_ID_PREFIX
from bconnect.jobs.pause import PausedError, refuse_while_paused
from bconnect.sync import cancel, gateway, parking, runs, sent
from bconnect.sync.adopt import HeldError
from bconnect.sync.apply import Applier
from bconnect.sync.create import Creator
from bconnect.sync.edits import edits
from bconnect.sync.in_flight import InFlight
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import SyncRun
from bconnect.sync.patching import Patcher
from bconnect.sync.pending import check_mass, pending_ids
from bconnect.sync.push_tally import PushTally
from bconnect.sync.reconcile import Policy
from bconnect.sync.sender import Sender, Work
from bconnect.sync.tally import Tally
from bconnect.sync.waiting import Waiting, row_of
from robaws.client import RobawsClient
from robaws.errors import Refused, RobawsError


@dataclass(frozen=True, slots=True)
class PushOptions:
    who: str = ""
    yes_all: bool = False
    allow_twins: bool = False
    is_decided: bool = False
    """A person says of the one customer named: it is none of the clients that a cut-off creation may have become."""
    limit: int | None = None
    client_id: str | None = None
    client_ids: tuple[str, ...] = ()
    in_flight: int = 6
    policy: Policy = field(default_factory=Policy)

    @classmethod
    def from_settings(cls, **values: Any) -> "PushOptions":
        return cls(policy=gateway.policy(), **values)

    @property
    def only(self) -> tuple[str, ...] | None:
        """The customers somebody asked for by name; None where all are meant."""
        named = self.client_ids or ((self.client_id,) if self.client_id is not None else ())
        return named or None


class Push:
    """One push under the lease."""

    def __init__(
        self,
        client: RobawsClient,
        tenant: Tenant,
        options: PushOptions,
        *,
        lease: Lease,
        tenant_key: str = "",
        executor: Callable[[], Executor] | None = None,
        progress: Callable[[int, int | None], None] = lambda done, total: None,
        now: Callable[[], datetime] = timezone.now,
    ) -> None:
        self._client, self._tenant, self._options = client, tenant, options
        self._lease, self._progress, self._now = lease, progress, now
        self._executor, self._tenant_key = executor, tenant_key
        self._tally = PushTally()
        self._waiting = Waiting(tenant, self._tally, lease, ask_again=options.only is not None)

    def run(self) -> tuple[SyncRun, Tally]:
        """Send what is pending.

        Raises PausedError, TooManyEditsError, or RobawsError where Robaws can't be worked with.
        """
        refuse_while_paused()
        options = self._options
        pending, to_look_at = pending_ids(options.only), sent.unsettled(options.only)
        if not options.yes_all and options.only is None:
            check_mass(len(pending) + len(to_look_at), options.limit)
        self._begin()
        try:
            self._send_all(pending, to_look_at)
        except (RobawsError, PausedError, KeyboardInterrupt) as error:
            self._end(SyncRun.Status.INTERRUPTED, error=str(error) or "stopped by hand")
            raise cancel.settle(self._run, error)  # noqa: B904 - mostly `error` itself, with its own cause
        status = SyncRun.Status.PARTIAL if self._tally.errors else SyncRun.Status.DONE
        return self._end(status), self._tally

    def _begin(self) -> None:
        who, policy = self._options.who, self._options.policy
        self._run = runs.begin(SyncRun.Kind.PUSH, who, self._now())
        self._patcher = Patcher(self._client, self._tenant_key)
        self._applier = Applier(self._tenant, policy, run=self._run, actor=who, now=self._now)
        self._sender = Sender(
            self._client, self._patcher, self._tenant, policy, self._applier, self._tally,
            run=self._run, who=who, lease=self._lease, now=self._now,
        )  # fmt: skip

    def _end(self, status: SyncRun.Status, **values: Any) -> SyncRun:
        counts = {name: getattr(self._tally, name) for name in Tally.COUNTS}
        self._patcher.remember()
        return runs.end(self._run, status, self._now(), requests=self._client.requests, **counts, **values)

    def _send_all(self, pending: Sequence[str], to_look_at: Sequence[str]) -> None:
        new = [each for each in pending if each.startswith(NEW_ID_PREFIX)]
        to_read = self._waiting.worth_reading([each for each in pending if not each.startswith(NEW_ID_PREFIX)])
        known = [Work(each) for each in to_read]
        known += [Work(each, is_look=True) for each in to_look_at]
        limit = self._options.limit
        if limit is not None:
            known, new = known[:limit], new[: max(0, limit - len(known))]
        self._total, self._done = len(known) + len(new), 0
        pool = self._executor() if self._executor else None
        try:
            self._send_known(known, pool)
        finally:
            if pool is not None:
                pool.shutdown(wait=False, cancel_futures=True)
        self._create(new)
        parking.release_settled()

    def _send_known(self, waiting: list[Work], pool: Executor | None) -> None:
        while waiting:
            # The form of PATCH is found out with one customer, not with several at once. Who was late goes alone.
            is_alone = not self._patcher.is_proven or waiting[0].is_late
            at_once = 1 if is_alone else self._options.in_flight
            batch, waiting = waiting[:at_once], waiting[at_once:]
            again = self._send(batch, pool)
            self._advance(len(batch) - len(again))
            waiting = again + waiting

    def _send(self, batch: list[Work], pool: Executor | None) -> list[Work]:
        """One round for these: read, merge, send, confirm. Returns those that need another round.

        Each is sent as soon as it was read: waiting for another's slow read, it would be sent on an old one.
        """
        sender, ready = self._sender, list[Work]()
        try:
            with InFlight(pool) as requests:
                for work in requests.done(sender.read, batch):
                    if sender.merge(work):
                        if not ready:
                            refuse_while_paused()
                        ready.append(work)
                        requests.start(sender.patch, work)
        except Exception:
            self._conclude(ready)
            raise
        return self._conclude(ready)

    def _conclude(self, ready: list[Work]) -> list[Work]:
        # What arrived is written down first: an error that ends the run must not keep that from being said.
        ready.sort(key=lambda work: work.error is not None)
        return [work for work in ready if self._sender.conclude(work)]

    def _create(self, new_ids: Sequence[str]) -> None:
        creator = Creator(
            self._client, self._tenant, self._options.policy, self._applier, run=self._run, who=self._options.who,
            allow_twins=self._options.allow_twins, is_decided=self._options.is_decided,
            lease=self._lease, now=self._now,
        )  # fmt: skip
        for new_id in new_ids:
            if not self._waiting.stays_parked(new_id):
                self._create_one(creator, new_id)
            self._advance(1)

    def _create_one(self, creator: Creator, new_id: str) -> None:
        refuse_while_paused()
        try:
            creator.create(new_id)
            self._tally.created += 1
        except HeldError as held:
            self._tally.fail(new_id, str(held))
        except RobawsError as error:
            row = row_of(new_id)
            if row is not None and isinstance(error, Refused):
                parking.park(row["id"], edits(row, self._tenant), error, self._now())
            self._tally.failed(new_id, error)

    def _advance(self, done: int) -> None:
        self._done += done
        cancel.heed(self._run)
        self._progress(self._done, self._total)
