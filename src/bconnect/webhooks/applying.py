"""Stored events into the table: the newest state of each client, merged like any pull.

Every step may be cut off and done again: a record that is merged twice changes nothing the second time.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, OperationalError
from django.utils import timezone

from bconnect.customers.models import Customer
from bconnect.sync import tombstones
from bconnect.sync.apply import Applier
from bconnect.sync.incoming import Origin
from bconnect.sync.mapping import Tenant
from bconnect.sync.reconcile import Policy
from bconnect.webhooks import claims
from bconnect.webhooks.asking import Asking, ReadLive
from bconnect.webhooks.batch import ATTEMPTS, ENDED, Batch, Event
from bconnect.webhooks.envelope import CLIENT_EVENTS
from bconnect.webhooks.judge import Answer, Judgement, judge, known_from
from bconnect.webhooks.models import Delivery, Status
from robaws.errors import RobawsError, is_absent
from robaws.records import Record, client_id

logger = logging.getLogger(__name__)

ACTOR = "webhook"


@dataclass(slots=True)
class Counts:
    """`taken` = processed + again + failed + ignored; `reads` counts live reads."""

    taken: int = 0
    processed: int = 0
    again: int = 0
    failed: int = 0
    ignored: int = 0
    reads: int = 0

    def add(self, other: "Counts") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


class Inbox:
    """Applies what is stored, a batch at a time; several may work beside each other."""

    def __init__(
        self,
        tenant: Tenant,
        policy: Policy,
        read_live: ReadLive,
        *,
        now: Callable[[], datetime] = timezone.now,
        clock: Callable[[], float] = time.perf_counter,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._tenant, self._policy, self._now, self._clock = tenant, policy, now, clock
        self._asking, self._is_stopping = Asking(read_live, now), is_stopping

    def apply(self, limit: int) -> Counts:
        """Apply up to `limit` events that are due, with all others of the same clients."""
        begun = self._clock()
        batch = claims.claim(limit, self._now())
        if batch is None:
            return Counts()
        counts = self._work(batch)
        if counts.again or counts.failed:
            logger.warning("webhook events: %s", counts)
        else:
            logger.info("webhook events: %s in %.0f ms", counts, (self._clock() - begun) * 1000)
        return counts

    def _work(self, batch: Batch) -> Counts:
        """Whatever is raised in it: what it did not get done is let go of first, as far as the database is there."""
        applier = Applier(self._tenant, self._policy, actor=ACTOR, now=self._now)
        work = _Work(batch, applier, self._tenant, self._asking, self._now, self._is_stopping)
        try:
            work.run()
        except OperationalError:  # the database's fault, a deadlock say, and no event's
            with suppress(Error):
                batch.hand_back_all(self._now(), "the database was away")
            raise
        except Exception as error:
            with suppress(Error):
                batch.break_off(f"{type(error).__name__} in its batch", self._now())
            raise
        return work.counts


class _Work:
    """One batch on its way through."""

    def __init__(
        self,
        batch: Batch,
        applier: Applier,
        tenant: Tenant,
        asking: Asking,
        now: Callable[[], datetime],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._batch, self._applier, self._tenant, self._asking = batch, applier, tenant, asking
        self._now, self._is_stopping = now, is_stopping
        self._by_client: dict[str, list[Event]] = defaultdict(list)
        self._back: set[str] = set()
        self.counts = Counts(taken=len(batch.events))

    def run(self) -> None:
        self._sort_out()
        judged = self._judged()
        self._end_quiet(judged)
        self._take({each: j.record for each, j in judged.items() if j.answer is Answer.TAKE and j.record is not None})
        doubts = [(each, judgement.why) for each, judgement in judged.items() if judgement.answer is Answer.ASK]
        for number, (each, why) in enumerate(doubts):
            if self._is_stopping() or self._asking.rests_until():
                self._hand_back([client for client, _ in doubts[number:]])
                return
            self._ask(each, why)

    # --- steps ----------------------------------------------------------------------------------------

    def _sort_out(self) -> None:
        """Events by client; those that concern none are done with."""
        ignored, unusable, worn_out = [], [], []
        for event in self._batch.events:
            if event.retry_count >= ATTEMPTS:
                worn_out.append(event)
            elif event.event_type not in CLIENT_EVENTS:
                ignored.append(event)
            elif event.client_id is None or event.data is None:
                unusable.append(event)
            else:
                self._by_client[event.client_id].append(event)
        self._end(ignored, Status.IGNORED, "of an unknown type")
        if unusable:
            reason = "there is no client with an id in its data: see the payload, and ask Robaws support"
            self.counts.failed += self._batch.give_up(unusable, reason, self._now())
        if worn_out:
            reason = f"{ATTEMPTS} workers ended while they were at it: see their logs, then replay it"
            self.counts.failed += self._batch.give_up(worn_out, reason, self._now(), ATTEMPTS)

    def _judged(self) -> dict[str, Judgement]:
        rows = Customer.objects.filter(robaws_client_id__in=self._by_client)
        columns = ("robaws_client_id", "metadata", "fingerprint", "remote_updated_at", "gone_at")
        known = {row["robaws_client_id"]: known_from(row, self._now()) for row in rows.values(*columns)}
        self._back = {
            each for each, state in known.items() if state.is_gone or state.is_ahead or state.fingerprint is None
        }
        deleted = tombstones.among(self._by_client)
        self._end(self._of(deleted), Status.PROCESSED, "the client was deleted or merged here")
        self._forget(self._of(deleted))
        judged = {}
        for each in self._by_client.keys() - deleted:
            payloads = [event.data for event in self._by_client[each] if event.data is not None]
            try:
                judged[each] = judge(payloads, known.get(each), self._tenant)
            except Exception as error:  # noqa: BLE001 - the per-record guard: one bad record harms only itself
                judged[each] = Judgement(Answer.ASK, why=f"it can't be read ({type(error).__name__})")
        return judged

    def _end_quiet(self, judged: dict[str, Judgement]) -> None:
        for answer in (Answer.STALE, Answer.NOTHING_NEW):
            quiet = [each for each, judgement in judged.items() if judgement.answer is answer]
            self._end(self._of(quiet), Status.PROCESSED, answer.value)

    def _take(self, records: dict[str, Record]) -> None:
        """All at once; where that fails for a reason that is not the database's, each by itself."""
        if not records:
            return
        try:
            self._merge(records, Origin.EVENT, Answer.TAKE.value)
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001 - the per-record guard: one bad record harms only itself
            for each, record in records.items():
                self._guarded(each, {each: record}, Origin.EVENT, Answer.TAKE.value)

    def _ask(self, each: str, why: str) -> None:
        if not self._batch.renew(self._by_client[each], self._now()):
            return  # another worker has taken over
        self.counts.reads += 1
        asked_at = self._now()
        try:
            record = self._asking(each)
        except RobawsError as error:
            if is_absent(error):
                # Nothing is concluded from it: only a full run says that a client is gone.
                self._end(self._of([each]), Status.PROCESSED, "Robaws has no such client")
            else:
                self._fail(each, f"read live, since {why}: {error}")
        except ImproperlyConfigured as error:
            self._fail(each, f"read live, since {why}: {error}")
        else:
            self._take_read(each, record, why, asked_at)

    def _take_read(self, each: str, record: Record, why: str, asked_at: datetime) -> None:
        if client_id(record) != each:
            self._fail(each, f"read live, since {why}: Robaws answered with another client")
            return
        # Whole like a page of the replica and, like that, perhaps overtaken by what another worker wrote since.
        # Of a client that was gone, is back from an undone merge, or of which we know a stamp of the future, nothing
        # less than a live read is taken in.
        origin, asked = (Origin.LIVE, asked_at) if each in self._back else (Origin.REPLICA, None)
        self._guarded(each, {each: record}, origin, f"read live: {why}", asked)

    def _guarded(
        self, each: str, record: dict[str, Record], origin: Origin, outcome: str, asked_at: datetime | None = None
    ) -> None:
        try:
            self._merge(record, origin, outcome, asked_at)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - the per-record guard: one bad record harms only itself
            self._fail(each, f"it can't be merged ({type(error).__name__}: {error})")

    def _merge(
        self, records: dict[str, Record], origin: Origin, outcome: str, asked_at: datetime | None = None
    ) -> None:
        tally, _ = self._applier.apply(records.values(), origin, asked_at=asked_at)
        reasons = {failure.client_id: failure.reason for failure in tally.failures}
        self._end(self._of(records.keys() - reasons.keys()), Status.PROCESSED, outcome)
        for each in records.keys() & reasons.keys():
            self._fail(each, reasons[each])

    # --- how they end ---------------------------------------------------------------------------------

    def _of(self, clients: Iterable[str]) -> list[Event]:
        return [event for each in clients for event in self._by_client[each]]

    def _forget(self, events: Sequence[Event]) -> None:
        """What is said about a client that was deleted here, perhaps since its person asked for it, is not kept."""
        if events:
            Delivery.objects.filter(pk__in=[event.pk for event in events]).update(payload=None)

    def _end(self, events: Sequence[Event], status: Status, outcome: str) -> None:
        if not events:
            return
        ended = self._batch.end(events, status, outcome, self._now())
        for event in events if logger.isEnabledFor(logging.INFO) else ():
            logger.info("webhook event: %s", outcome, extra={"event": event.id, "client": event.client_id})
        if status is Status.IGNORED:
            self.counts.ignored += ended
        else:
            self.counts.processed += ended

    def _hand_back(self, clients: Sequence[str]) -> None:
        rests_until = self._asking.rests_until()
        reason = f"waits, since Robaws does not answer: {self._asking.reason}" if rests_until else ENDED
        self.counts.again += self._batch.hand_back(self._of(clients), rests_until or self._now(), reason)

    def _fail(self, each: str, reason: str) -> None:
        for event in self._by_client[each]:  # the reason may hold customer data: it stands with the event
            logger.warning("a webhook event was not applied", extra={"event": event.id, "client": each})
        again, given_up = self._batch.fail(self._by_client[each], reason, self._now())
        self.counts.again += again
        self.counts.failed += given_up
