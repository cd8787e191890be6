"""Records into the table: the shell around the merge that pull and webhook share.

A batch is read, merged and written in one transaction that holds the rows' locks, so an edit made meanwhile
is either seen by the merge or waits for it; none is overwritten.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone

from bconnect.sync import conflicts, history, quarantine, sent, tombstones, upsert, written
from bconnect.sync.cursor import LONGEST_LAG
from bconnect.sync.history import FieldChange
from bconnect.sync.incoming import Incoming, Origin, Prepared, Rejected, decode, salt
from bconnect.sync.mapping import Tenant, UnusableRecordError, project
from bconnect.sync.models import SentEdit, SyncRun
from bconnect.sync.reconcile import Policy, Reconciled, changed_row, changes_row, is_unread, new_row, reconcile
from bconnect.sync.tally import Tally
from bconnect.sync.turns import transaction_in_turn
from robaws.records import ABSENT


@dataclass(slots=True)
class Batch:
    """What one batch will write."""

    inserts: list[upsert.NewRow] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)
    outcomes: list[tuple[int, Reconciled]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)


class Applier:
    """Takes items in, for one run (or none, for a webhook)."""

    def __init__(
        self,
        tenant: Tenant,
        policy: Policy,
        *,
        run: SyncRun | None = None,
        actor: str = "",
        now: Callable[[], datetime] = timezone.now,
    ) -> None:
        self._tenant, self._policy, self._run, self._actor, self._now = tenant, policy, run, actor, now
        self._salt = salt(tenant)
        self.quarantined = quarantine.client_ids()
        self._any_deleted = tombstones.exist()
        self._returned: dict[str, bool] = {}
        self._refused: set[str] = set()
        # Clients that are looked at even where Robaws' record has not changed.
        self._watched = self.quarantined | conflicts.clients_in_conflict()

    def apply(
        self,
        items: Iterable[Any],
        origin: Origin,
        *,
        seen: Collection[str | None] = (),
        asked_at: datetime | None = None,
        in_transaction: Callable[[Tally, list[Incoming]], None] = lambda tally, records: None,
    ) -> tuple[Tally, list[Incoming]]:
        """Take these items in. Returns what was done, and every usable record, changed or not.

        Clients in `seen` were counted before and are not counted again. `in_transaction` is called at the end
        of the transaction that writes, with what is returned; not at all where there was nothing to write.
        `asked_at` says when a live read set out; only live reads have it.
        """
        records, rejected = decode(items, self._salt)
        first_seen = [record for record in records if record.client_id not in seen]
        deleted = tombstones.among(record.client_id for record in records) if self._any_deleted else set()
        self._let_go(deleted)
        news = [record for record in self._news(records) if record.client_id not in deleted]
        tally = Tally(fetched=len(first_seen) + sum(self._is_first_refusal(each) for each in rejected))
        tally.skipped = sum(record.client_id in deleted for record in first_seen)
        tally.unchanged = len(first_seen) - tally.skipped - sum(record.client_id not in seen for record in news)
        prepared = self._prepared(news, rejected, seen, asked_at)
        if not prepared and not rejected:
            return tally, records
        try:
            tally.add(self._write(prepared, rejected, origin, lambda done: in_transaction(_sum(tally, done), records)))
        except OperationalError:
            raise
        except DatabaseError:
            # Some value the database refuses: find the record it is in, so that it harms only itself.
            singly, refused = self._write_singly(prepared, origin)
            tally.add(singly)
            rejected += refused
            tally.add(self._write([], rejected, origin, lambda done: in_transaction(_sum(tally, done), records)))
        return tally, records

    def _let_go(self, deleted: set[str]) -> None:
        """Nothing of these is taken in, so nothing that was wrong with them is left to be mended."""
        if put_away := deleted & self.quarantined:
            quarantine.release(put_away)
            self.quarantined -= put_away

    def _is_first_refusal(self, rejected: Rejected) -> bool:
        """Whether it was not counted yet; a run may meet a record several times."""
        return rejected.key not in self._refused

    def returned(self) -> dict[str, bool]:
        """Clients about which the replica can't be believed since the last call; the caller reads them live. With each,
        whether it was counted, as skipped."""
        found, self._returned = self._returned, {}
        return found

    def _news(self, records: Sequence[Incoming]) -> list[Incoming]:
        """The records that are not just as they were taken in last time."""
        same = upsert.fingerprints([record.client_id for record in records])
        return [r for r in records if (r.client_id, r.fingerprint) not in same or r.client_id in self._watched]

    def _prepared(
        self,
        news: Sequence[Incoming],
        rejected: list[Rejected],
        seen: Collection[str | None],
        asked_at: datetime | None,
    ) -> list[Prepared]:
        prepared = []
        for incoming in news:
            try:
                projection = project(incoming.record, self._tenant)
                prepared.append(Prepared(incoming, projection, incoming.client_id not in seen, asked_at))
            except UnusableRecordError as error:
                rejected.append(Rejected(incoming.client_id, str(error), incoming.record))
            except Exception as error:  # noqa: BLE001 - the per-record guard: one bad record harms only itself
                reason = f"it can't be read ({type(error).__name__}: {error})"
                rejected.append(Rejected(incoming.client_id, reason, incoming.record))
        return prepared

    def _write(
        self,
        prepared: Sequence[Prepared],
        rejected: Sequence[Rejected],
        origin: Origin,
        in_transaction: Callable[[Tally], None],
    ) -> Tally:
        done = Tally()
        with transaction_in_turn():
            remaining = list(prepared)
            while remaining:
                remaining = self._merge_and_write(remaining, origin, done)
            for each in rejected:
                if self._is_first_refusal(each):
                    done.fail(each.client_id, each.reason)
            quarantine.put(rejected, self._run, self._now())
            in_transaction(done)
        self._refused.update(each.key for each in rejected)
        return done

    def _write_singly(self, prepared: Sequence[Prepared], origin: Origin) -> tuple[Tally, list[Rejected]]:
        done, refused = Tally(), []
        for each in prepared:
            try:
                with transaction.atomic():
                    self._merge_and_write([each], origin, done)
            except OperationalError:
                raise
            except DatabaseError as error:
                reason = f"the database refuses it ({str(error).splitlines()[0]})"
                refused.append(Rejected(each.incoming.client_id, reason, each.incoming.record))
        return done, refused

    def _merge_and_write(self, prepared: Sequence[Prepared], origin: Origin, tally: Tally) -> list[Prepared]:
        """Returns those that somebody else inserted between the look-up and our insert: merge them again."""
        now = self._now()
        rows = upsert.lock([each.incoming.client_id for each in prepared])
        prepared = self._without_deleted(prepared, rows, tally)
        open_conflicts = conflicts.open_of(row["id"] for row in rows.values()) if rows else {}
        under_way = sent.of(row["id"] for row in rows.values()) if rows else {}
        batch = Batch()
        for each in prepared:
            row = rows.get(each.incoming.client_id)
            if row is None:
                batch.inserts.append(new_row(each))
            else:
                known = open_conflicts.get(row["id"], {})
                self._merge(row, each, origin, known, under_way.get(row["id"]), batch, tally, now)
        raced = upsert.insert(batch.inserts, now)
        upsert.update(batch.updates)
        there = raced | rows.keys()
        tally.created += sum(each.is_counted and each.incoming.client_id not in there for each in prepared)
        self._remember(batch, now)
        quarantine.release({each.incoming.client_id for each in prepared} & self.quarantined)
        return [each for each in prepared if each.incoming.client_id in raced]

    @staticmethod
    def _without_deleted(prepared: Sequence[Prepared], rows: Mapping[str, Any], tally: Tally) -> Sequence[Prepared]:
        """A customer may have been deleted or merged since this batch was looked at: then it has no row to lock."""
        unknown = [each.incoming.client_id for each in prepared if each.incoming.client_id not in rows]
        deleted = tombstones.among(unknown) if unknown and tombstones.exist() else set()
        tally.skipped += sum(each.is_counted for each in prepared if each.incoming.client_id in deleted)
        return [each for each in prepared if each.incoming.client_id not in deleted]

    def _merge(
        self,
        row: dict[str, Any],
        prepared: Prepared,
        origin: Origin,
        open_conflicts: dict[str, Any],
        under_way: SentEdit | None,
        batch: Batch,
        tally: Tally,
        now: datetime,
    ) -> None:
        if origin is Origin.REPLICA and (row["gone_at"] or is_unread(row)):
            # The replica may not know yet what became of it: only a live read brings a client back.
            self._returned[row["robaws_client_id"]] = prepared.is_counted
            tally.skipped += prepared.is_counted
            return
        if prepared.is_overtaken(row):
            if origin is Origin.REPLICA and abs(now - row["remote_updated_at"]) > LONGEST_LAG:
                # No replica is so late: perhaps Robaws was put back from a backup, or what we know was forged.
                self._returned[row["robaws_client_id"]] = prepared.is_counted
            tally.skipped += prepared.is_counted
            return
        batch.changes += written.settle(row, open_conflicts)
        remote = prepared.projection.values
        if row["gone_at"] and remote["is_active"] is ABSENT:
            remote = {**remote, "is_active": True}
        agreed = sent.arrived(row, remote, under_way, self._tenant)
        if under_way is not None:
            sent.note(row, agreed, under_way, now)
            sent.look_no_further(row, remote, under_way, self._tenant)
        known = {**row, "base": {**(row["base"] or {}), **agreed}}
        result = reconcile(known, remote, self._tenant, self._policy, open_conflicts)
        if changes_row(row, prepared, result):
            batch.updates.append(changed_row(row, prepared, result, origin, now))
        batch.outcomes.append((row["id"], result))
        batch.changes += history.changes_of(row, result)
        tally.conflicts += len(result.conflicts)
        tally.updated += prepared.is_counted and bool(result.taken)
        tally.unchanged += prepared.is_counted and not result.taken

    def _remember(self, batch: Batch, now: datetime) -> None:
        history.record(batch.changes, self._run, self._actor, now)
        for customer_id, result in batch.outcomes:
            conflicts.settle(customer_id, result, self._actor, now)


def _sum(one: Tally, other: Tally) -> Tally:
    total = Tally()
    total.add(one)
    total.add(other)
    return total
