"""One customer's way to Robaws: read live, merge, send the changed fields, and only then call them agreed.

A crash at any point leaves work to be done again: an edit that Robaws has got already meets its own value at
the next live read, and is agreed on without being sent twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bconnect.customers.fields import Value
from bconnect.customers.models import Customer
from bconnect.sync import conflicts, history, parking, sent, upsert, written
from bconnect.sync.answered import Judged, Shown, judged, shown_by, tells_all
from bconnect.sync.apply import Applier
from bconnect.sync.body import to_wire
from bconnect.sync.confirm import as_it_is_now, confirm
from bconnect.sync.custom_fields import Example
from bconnect.sync.history import FieldChange
from bconnect.sync.incoming import Origin
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import SyncRun
from bconnect.sync.outgoing import outgoing
from bconnect.sync.patching import Patcher, StaleError
from bconnect.sync.push_tally import PushTally
from bconnect.sync.reconcile import Policy, full_base
from bconnect.sync.turns import transaction_in_turn
from bconnect.sync.waiting import row_of
from robaws.client import PatchForm, RobawsClient
from robaws.errors import Refused, RobawsError, TooLate, is_absent
from robaws.records import Record

ROUNDS = 3
"""How often a customer is read and merged anew, where Robaws may hold something else than we had read."""

FRESH_S = 2.0
"""For so long a read holds where nothing but our haste keeps the gap between it and our write small."""


@dataclass(slots=True)
class Work:
    """One customer on its way: what was read, what is to be sent, what came back.

    `is_look`: nothing is to be sent, as far as known; what became of an earlier write is looked up. `meant` is how we
    read the body once it is written. `answer` is a live read (`is_read`) where Robaws did not say by itself what it
    keeps now. `form` is the one last sent in.
    """

    client_id: str
    is_look: bool = False
    asked_at: datetime | None = None
    record: Record | None = None
    best_before: float | None = None
    sent: dict[str, Value] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    meant: Shown | None = None
    form: PatchForm | None = None
    answer: Record | None = None
    is_read: bool = False
    error: RobawsError | StaleError | None = None
    rounds: int = 0
    has_arrived: bool = False

    @property
    def is_late(self) -> bool:
        """Whether the others' requests kept it from being sent while what was read was fresh."""
        return isinstance(self.error, StaleError) and isinstance(self.error.failure, TooLate)


class Sender:
    """The steps of a round. `read` and `patch` only talk to Robaws, and may run in threads; the others write."""

    def __init__(
        self,
        client: RobawsClient,
        patcher: Patcher,
        tenant: Tenant,
        policy: Policy,
        applier: Applier,
        tally: PushTally,
        *,
        run: SyncRun,
        who: str,
        lease: Lease,
        now: Callable[[], datetime],
    ) -> None:
        self._client, self._patcher, self._tenant, self._policy = client, patcher, tenant, policy
        self._applier, self._tally, self._example = applier, tally, Example(tenant)
        self._run, self._who, self._lease, self._now = run, who, lease, now

    def read(self, work: Work) -> None:
        if isinstance(work.error, StaleError) and work.error.failure is not None:
            self._client.wait_after(work.error.failure, work.rounds)
        work.rounds += 1
        work.error, work.asked_at = None, self._now()
        try:
            work.record = self._client.get_client(work.client_id)
            work.best_before = self._client.soon(FRESH_S)
        except RobawsError as error:
            work.error = error

    def merge(self, work: Work) -> bool:
        """Take in what was read, and work out what is left to send. False where this customer is done."""
        if work.error is not None or work.record is None:
            if work.error is None or not (work.is_look and is_absent(work.error)):
                self._tally.failed(work.client_id, work.error)
            return False
        seen, _ = self._applier.apply(
            [work.record], Origin.LIVE, asked_at=work.asked_at, in_transaction=lambda *_: self._lease.renew()
        )
        if seen.failures:
            self._tally.fail(work.client_id, seen.failures[0].reason)
            return False
        self._look_what_arrived(work, work.record)
        return self._is_left_to_send(work, work.record)

    def patch(self, work: Work) -> None:
        if work.record is None:
            raise AssertionError("a customer is read before it is sent")
        work.form = None
        try:
            answer, work.form = self._patcher.send(work.client_id, work.body, work.record, work.best_before)
            work.is_read = answer is None or not tells_all(work.sent, answer, self._tenant)
            work.answer = self._client.get_client(work.client_id) if work.is_read else answer
        except StaleError as error:
            work.error, work.form = error, error.form
        except RobawsError as error:
            work.error = error

    def conclude(self, work: Work) -> bool:
        """Write the outcome down. True where the customer has to be read again."""
        row = row_of(work.client_id)
        if row is None:
            return False
        if isinstance(work.error, StaleError):
            if work.error.made_nothing:
                sent.forget(row["id"], work.sent)
                work.sent = {}
            if work.rounds < ROUNDS:
                return True
            work.error = work.error.failure or work.error
        if work.error is not None or work.record is None or work.answer is None:
            if isinstance(work.error, RobawsError) and work.form is None and not work.error.may_be_applied:
                sent.forget(row["id"], work.sent)
            if isinstance(work.error, Refused):
                parking.park(row["id"], work.sent, work.error, self._now())
            self._tally.failed(work.client_id, work.error)
            return False
        found = judged(work.sent, work.answer, row, self._tenant, work.meant)
        if self._is_doubtful(work, found):
            return True
        if found.taken or found.refused:
            self._confirm(work, row["id"], found)
        self._count(work, row["id"], found)
        return False

    def _look_what_arrived(self, work: Work, record: Record) -> None:
        """Of the round before, whose answer said nothing of it."""
        row = row_of(work.client_id) if work.sent else None
        found = judged(work.sent, record, row, self._tenant, work.meant) if row is not None else None
        work.has_arrived = found is not None and bool(found.taken) and not found.refused
        if work.has_arrived and work.form is not None:
            self._patcher.arrived(work.form)

    # --- small steps ----------------------------------------------------------------------------------

    def _is_left_to_send(self, work: Work, record: Record) -> bool:
        with transaction_in_turn():
            self._lease.renew()
            # Together, or a person who decides the conflict in between has their decision overlooked.
            row = upsert.lock([work.client_id]).get(work.client_id)
            if row is None:
                return False  # deleted here meanwhile
            in_conflict = conflicts.open_of([row["id"]])[row["id"]]
            # Of what an earlier run sent, what this read did not show: nobody knows yet whether it arrived.
            earlier = sent.of([row["id"]]).get(row["id"])
            left_open = judged(earlier.values, record, row, self._tenant).unknown if earlier else {}
            followed = written.settle(row, in_conflict)
            out = outgoing(row, record, self._tenant, in_conflict)
            history.record(followed + self._settle_line(row, out.line), self._run, self._who, self._now())
            work.sent = out.values
            if not work.sent and not out.held:
                sent.keep(row["id"], left_open)
                if work.has_arrived:
                    Customer.objects.filter(pk=row["id"]).update(last_pushed_to_robaws_at=self._now())
                self._count_settled(work, is_in_conflict=bool(in_conflict))
                return False
            if out.why:
                self._tally.fail(work.client_id, out.why)
            if work.sent:
                sent.remember(row["id"], left_open | work.sent, self._run, self._who, self._now())
        self._write_out(work, row | in_conflict, record)
        return bool(work.sent)

    def _write_out(self, work: Work, row: Mapping[str, Any], record: Record) -> None:
        """The body. What is made of several columns (an address line) holds Robaws' own value of one in conflict."""
        work.body = to_wire(work.sent, {**row, **work.sent}, self._example.beside(record), self._tenant)
        work.meant = shown_by(as_it_is_now(record, work.body, None), self._tenant)

    @staticmethod
    def _settle_line(row: dict[str, Any], line: Mapping[str, Value]) -> list[FieldChange]:
        """Street, number and address as they are sent."""
        changes = history.followed(row, line, full_base(row["base"]))
        if line:
            Customer.objects.filter(pk=row["id"]).update(**line)
            row |= line
        return changes

    def _count_settled(self, work: Work, *, is_in_conflict: bool) -> None:
        self._tally.came_through()
        if is_in_conflict:
            self._tally.conflicts += 1
        elif work.has_arrived:
            self._tally.pushed += 1
        else:
            self._tally.unchanged += 1

    def _is_doubtful(self, work: Work, found: Judged) -> bool:
        """Whether nothing at all was changed, perhaps since Robaws does not know this form of PATCH."""
        if work.form is None:
            return False
        if found.taken:
            self._patcher.believe(work.form)
        return bool(found.refused) and not found.taken and work.rounds < ROUNDS and self._patcher.doubt(work.form)

    def _confirm(self, work: Work, customer_id: int, found: Judged) -> None:
        if work.record is None or work.answer is None:
            raise AssertionError("what is confirmed was read, sent and answered")
        whole = work.answer if work.is_read else as_it_is_now(work.record, work.body, work.answer)
        confirm(
            customer_id,
            found,
            whole,
            tenant=self._tenant,
            policy=self._policy,
            run=self._run,
            actor=self._who,
            now=self._now(),
            asked_at=work.asked_at,
            in_transaction=self._lease.renew,
        )

    def _count(self, work: Work, customer_id: int, found: Judged) -> None:
        self._tally.came_through()
        if found.refused:
            reason = f"Robaws answered OK but did not take {', '.join(found.refused)}"
            parking.park(customer_id, found.refused, reason, self._now())
            self._tally.fail(work.client_id, reason)
        elif found.unknown:
            reason = f"Robaws did not show whether it took {', '.join(found.unknown)}; the next run looks again"
            self._tally.fail(work.client_id, reason)
        else:
            self._tally.pushed += 1
