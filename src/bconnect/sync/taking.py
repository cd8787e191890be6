"""Items into the table and into the run's log, in one transaction: what a run took in, it also wrote down."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from bconnect.sync import runs
from bconnect.sync.apply import Applier
from bconnect.sync.incoming import Incoming, Origin
from bconnect.sync.lease import Lease
from bconnect.sync.models import SyncRun
from bconnect.sync.tally import Tally
from bconnect.sync.turns import transaction_in_turn
from robaws.id_set import IdSet
from robaws.pages import PageRead
from robaws.records import Record, client_id


class Taking:
    """What one run takes in. `tally` says what was done, `seen` which clients were met.

    `look` is called for each client about which the replica can't be believed.
    """

    def __init__(self, applier: Applier, run: SyncRun, lease: Lease, look: Callable[[str], object]) -> None:
        self.applier = applier
        self.tally = Tally()
        self.seen = IdSet()
        self._passed_by: set[str] = set()
        self._lease, self._look = lease, look
        self._log = runs.Log(run)

    def live(self, record: Record, asked_at: datetime) -> None:
        """A live read, which set out at `asked_at`."""
        again: Collection[str | None] = self.seen
        if client_id(record) in self._passed_by:  # what comes of it counts, and no longer that it was skipped
            again = ()
            self.count(Tally(fetched=-1, skipped=-1))
        # It sees further than the replica: it says nothing about how far the replica has got.
        self._take(
            [record], Origin.LIVE,
            seen=again, asked_at=asked_at, step=lambda counted, records: runs.Step(counted),
        )  # fmt: skip

    def changes(self, items: list[Any]) -> None:
        """A page of a walk that concludes nothing from absence."""
        self._take(
            items, Origin.REPLICA, seen=self.seen,
            step=lambda counted, records: runs.Step(counted, runs.newest_of(records)),
        )  # fmt: skip

    def reads(self, reads: list[PageRead]) -> None:
        """Pages of a walk over everything, with the place where it goes on after the last of them."""
        items = [item for read in reads for item in read.page.items]
        fresh = [item for read in reads for item in read.fresh]
        again: set[str | None] = set()  # for the walk keeps `seen` itself, and has added these pages already
        if len(fresh) < len(items):
            again = {known for read in reads for known in read.page.ids} - set(map(client_id, fresh))
        last = reads[-1]
        bookmark = last.bookmark.as_json() if last.bookmark else None

        def step(counted: Tally, records: list[Incoming]) -> runs.Step:
            ids = [record.client_id for record in records]
            return runs.Step(counted, runs.newest_of(records), ids, last.page.number, bookmark)

        self._take(items, Origin.REPLICA, seen=again, step=step)

    def count(self, tally: Tally) -> None:
        """What was done in another way."""
        self.tally.add(tally)
        self._log.add(runs.Step(tally))

    def flush(self) -> None:
        """Write down what waits."""
        with transaction_in_turn():
            self._write_log()
        self._log.written()

    def _take(
        self,
        items: list[Any],
        origin: Origin,
        *,
        seen: Collection[str | None],
        step: Callable[[Tally, list[Incoming]], runs.Step],
        asked_at: datetime | None = None,
    ) -> None:
        written = False

        def in_transaction(counted: Tally, records: list[Incoming]) -> None:
            nonlocal written
            self._write_log(step(counted, records))
            written = True

        tally, records = self.applier.apply(items, origin, seen=seen, asked_at=asked_at, in_transaction=in_transaction)
        if seen is self.seen:
            self.seen.update(record.client_id for record in records)
        self.tally.add(tally)
        if written:
            self._log.written()
        elif self._log.add(step(tally, records)):
            self.flush()
        for back, is_counted in self.applier.returned().items():
            self._passed_by = {back} if is_counted else set()
            self._look(back)
        self._passed_by = set()

    def _write_log(self, *steps: runs.Step) -> None:
        self._lease.renew()
        self._log.write(*steps)
