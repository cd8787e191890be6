"""A dry run: asks, compares and shows. It writes nothing on either side, takes no lease and leaves no run."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from bconnect.customers.models import NEW_ID_PREFIX, Customer
from bconnect.sync import absence, conflicts, runs, upsert, written
from bconnect.sync.incoming import Incoming, decode, salt
from bconnect.sync.mapping import Projection, Tenant, UnusableRecordError, project
from bconnect.sync.merge import Decision, Verdict
from bconnect.sync.outgoing import Outgoing, outgoing
from bconnect.sync.pending import pending_ids
from bconnect.sync.reconcile import Policy, Reconciled, reconcile
from bconnect.sync.tally import Tally
from robaws.client import Page, RobawsClient
from robaws.errors import RobawsError, is_absent
from robaws.limiter import Mode
from robaws.pages import walk_forward
from robaws.records import ABSENT, ExtraField, extra_fields

SAMPLES = 10
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One record as the tenant sends it: its custom fields, and the role read from them."""

    client_id: str
    name: str | None
    role: str | None
    custom_fields: list[ExtraField]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a run would do with one field of one record, and why."""

    client_id: str
    decision: Decision


@dataclass(slots=True)
class InventoryEntry:
    """One custom field of the tenant: on how many records, with which values for example."""

    name: str | None
    guid: str | None
    type: str | None
    records: int = 0
    examples: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Preview:
    """What the run would do. `differences` leaves out fields that neither side changed, and those that a push would
    not send; of the clients in `held` that is not for a conflict."""

    kind: str
    tally: Tally = field(default_factory=Tally)
    samples: list[Sample] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    inventory: dict[tuple[str | None, str | None, str | None], InventoryEntry] = field(default_factory=dict)


class Previewer:
    """Looks at what a pull would bring."""

    def __init__(self, client: RobawsClient, tenant: Tenant, policy: Policy) -> None:
        self._client, self._tenant, self._policy = client, tenant, policy
        self._salt = salt(tenant)
        self._seen: set[str] = set()

    def pull(self, *, full: bool, limit: int | None = None) -> Preview:
        since = None if full else runs.watermark()
        preview = Preview("full" if since is None else "incremental")
        walk = walk_forward(lambda number, size: self._page(number, size, since), limit)
        started = timezone.now()
        for read in walk:
            self._look_at(read.fresh, preview)
        if since is None and limit is None and walk.outcome.complete:
            preview.missing = [each for each in self._missing(started) if self._is_gone(each)]
            preview.tally.missing = len(preview.missing)
        return preview

    def one(self, robaws_client_id: str) -> Preview:
        preview = Preview("client")
        try:
            self._look_at([self._client.get_client(robaws_client_id)], preview)
        except RobawsError as error:
            if not is_absent(error):
                raise
            preview.tally.fail(robaws_client_id, "Robaws has no such client")
        return preview

    def push(self, *, limit: int | None = None, client_id: str | None = None) -> Preview:
        """What a push would send, after a live read of every customer that is pending."""
        preview = Preview("push")
        waiting = pending_ids(None if client_id is None else [client_id])[:limit]
        for each in waiting:
            if each.startswith(NEW_ID_PREFIX):
                preview.tally.created += 1
                preview.created.append(each)
                continue
            try:
                self._look_at([self._client.get_client(each)], preview)
            except RobawsError as error:
                if not is_absent(error):
                    raise
                preview.tally.fail(each, "Robaws has no such client")
        return preview

    def _page(self, number: int, size: int, since: datetime | None) -> Page:
        return self._client.list_clients(page=number, size=size, updated_from=since, mode=Mode.REPLICA)

    def _missing(self, started: datetime) -> list[str]:
        missing = absence.candidates(self._seen, started)
        absence.check_share(len(missing), absence.known_count())
        return missing

    def _is_gone(self, robaws_client_id: str) -> bool:
        try:
            self._client.get_client(robaws_client_id)
        except RobawsError as error:
            if is_absent(error):
                return True
            raise
        return False

    def _look_at(self, items: Sequence[Any], preview: Preview) -> None:
        records, rejected = decode(items, self._salt)
        fresh = [record for record in records if record.client_id not in self._seen]
        self._seen.update(record.client_id for record in fresh)
        preview.tally.fetched += len(fresh) + len(rejected)
        for each in rejected:
            preview.tally.fail(each.client_id, each.reason)
        rows = {row["robaws_client_id"]: row for row in self._rows(fresh)}
        open_conflicts = conflicts.open_of(row["id"] for row in rows.values())
        for incoming in fresh:
            _count_custom_fields(incoming, preview)
            try:
                projection = project(incoming.record, self._tenant)
            except UnusableRecordError as error:
                preview.tally.fail(incoming.client_id, str(error))
                continue
            if len(preview.samples) < SAMPLES:
                preview.samples.append(_sample(incoming, projection))
            row = rows.get(incoming.client_id)
            self._compare(incoming, projection, row, open_conflicts.get(row["id"], {}) if row else {}, preview)

    def _rows(self, records: Sequence[Incoming]) -> Iterator[dict[str, Any]]:
        ids = [record.client_id for record in records]
        yield from Customer.objects.filter(robaws_client_id__in=ids).values(*upsert.READ)

    def _compare(
        self,
        incoming: Incoming,
        projection: Projection,
        row: dict[str, Any] | None,
        in_conflict: dict[str, Any],
        preview: Preview,
    ) -> None:
        if row is None:
            preview.tally.created += 1
            preview.created.append(incoming.client_id)
            return
        row |= written.following(row, in_conflict)
        result = reconcile(row, projection.values, self._tenant, self._policy, in_conflict)
        preview.tally.conflicts += len(result.conflicts)
        preview.tally.updated += bool(result.taken)
        preview.tally.unchanged += not result.taken
        decisions = [each for each in result.decisions if each.verdict is not Verdict.UNCHANGED]
        if preview.kind == "push":
            out = self._going_out(incoming, row, result, in_conflict)
            decisions = _as_sent(decisions, out)
            if out.why:
                preview.tally.fail(incoming.client_id, out.why)
                preview.held.add(incoming.client_id)
        preview.differences += [Difference(incoming.client_id, each) for each in decisions]

    def _going_out(
        self, incoming: Incoming, row: dict[str, Any], result: Reconciled, in_conflict: dict[str, Any]
    ) -> Outgoing:
        """What is left to send once the row has taken in what was read."""
        waiting = in_conflict | {each.field: each.remote for each in result.conflicts}
        for each in result.settled:
            waiting.pop(each.field, None)
        return outgoing({**row, **result.local, "base": result.base}, incoming.record, self._tenant, waiting)


def _as_sent(decisions: list[Decision], out: Outgoing) -> list[Decision]:
    """Ours with the values that go out; without those that wait."""
    return [
        replace(each, local=out.values[each.field]) if each.verdict is Verdict.KEEP else each
        for each in decisions
        if each.verdict is not Verdict.KEEP or each.field in out.values
    ]


def _sample(incoming: Incoming, projection: Projection) -> Sample:
    name, role = (projection.values[column] for column in ("name", "role"))
    fields = extra_fields(incoming.record)
    return Sample(incoming.client_id, _shown(name), _shown(role), fields)


def _shown(value: Any) -> str | None:
    return None if value is ABSENT or value is None else str(value)


def _count_custom_fields(incoming: Incoming, preview: Preview) -> None:
    for each in extra_fields(incoming.record):
        key = (each.name, each.guid, each.type)
        entry = preview.inventory.setdefault(key, InventoryEntry(*key))
        entry.records += 1
        if _shown(each.value):
            entry.examples[str(each.value)[:60]] += 1


def changes_by_client(preview: Preview) -> dict[str, list[Decision]]:
    """The differences, a client at a time, in the order they were met."""
    grouped: dict[str, list[Decision]] = defaultdict(list)
    for difference in preview.differences:
        grouped[difference.client_id].append(difference.decision)
    return dict(grouped)
