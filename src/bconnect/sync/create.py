"""A customer made here becomes a client of Robaws: once, whatever answer gets lost.

The intent is written before the request. After a lost answer, in this run or a later one, the client is
looked for among those changed since, and adopted. Only a run that looked and found nothing sends again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from bconnect.customers.fields import Place, Value, same
from bconnect.customers.models import Customer
from bconnect.sync import history, runs, upsert, written
from bconnect.sync.adopt import Adoption, HeldError
from bconnect.sync.answered import Shown, judged, shown_by, shows, tells_all
from bconnect.sync.apply import Applier
from bconnect.sync.body import to_wire
from bconnect.sync.confirm import as_it_is_now
from bconnect.sync.custom_fields import Example
from bconnect.sync.edits import edits
from bconnect.sync.incoming import Origin
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import Change, CreateIntent, Merge, MergedCustomer, QuarantinedRecord, SyncRun, Tombstone
from bconnect.sync.outgoing import unknown_code
from bconnect.sync.reconcile import Policy, full_base
from bconnect.sync.twins import SIGNALS, resemble, twins_of
from bconnect.sync.waiting import row_of
from robaws.client import Page, RobawsClient
from robaws.errors import RobawsError, is_absent
from robaws.limiter import Mode
from robaws.pages import walk_forward
from robaws.records import Record, client_id, parse_timestamp

TELLING = frozenset({*SIGNALS, "website", "address", "street", "postal_code", "city"})
"""Columns by which a client that was renamed since is known again; what half of all clients share is none."""

SHOWN = 5
CUT_OFF = "its creation was cut off, and it may have become client"
UNREAD = "its creation was cut off, and not all new clients could be read"
IF_NONE = "where it is none of these, push it by itself with --client-id and --allow-twins"
CLOCKS_DIFFER_BY = timedelta(minutes=5)
SENT_WITHIN = timedelta(minutes=15)
"""A creation that got no answer was carried out, if ever, so soon after its intent was written."""


class Creator:
    """Creates clients, one at a time, after it has brought the table up to date."""

    def __init__(
        self,
        client: RobawsClient,
        tenant: Tenant,
        policy: Policy,
        applier: Applier,
        *,
        run: SyncRun,
        who: str,
        allow_twins: bool,
        is_decided: bool = False,
        lease: Lease,
        now: Callable[[], datetime],
    ) -> None:
        self._client, self._tenant, self._applier, self._run, self._who = client, tenant, applier, run, who
        self._allow_twins, self._is_decided, self._lease, self._now = allow_twins, is_decided, lease, now
        self._adoption = Adoption(tenant, policy, run=run, who=who, lease=lease, now=now)
        self._example = Example(tenant)
        self._is_prepared = self._saw_all = False

    def prepare(self) -> None:
        """Read live what changed since the last complete pull, so that the table knows every possible twin."""
        since = runs.watermark()
        if since is None:
            raise HeldError("run a full sync before creating clients: their twins in Robaws are not known yet")
        asked_at, unread = self._now(), 0
        walk = walk_forward(partial(self._changed, since))
        for read in walk:
            seen, _ = self._applier.apply(
                read.fresh, Origin.LIVE, asked_at=asked_at, in_transaction=lambda *_: self._lease.renew()
            )
            unread += seen.errors
        self._saw_all = walk.outcome.complete and not unread

    def create(self, new_id: str) -> None:
        """Create this customer, or adopt the client an earlier try made. Raises HeldError, RobawsError."""
        if not self._is_prepared:
            self.prepare()
            self._is_prepared = True
        row = row_of(new_id)
        if row is None:
            raise HeldError("it was deleted here meanwhile")
        intent = CreateIntent.objects.filter(customer_id=row["id"]).first()
        if intent is None:
            if not self._allow_twins:
                self._refuse_twins(row)
            row, intent = self._intend(row["id"])
        elif (made := self._made_by(intent)) is not None:
            self._adoption.adopt(row["id"], intent.values, made, intent.values)
            return
        elif not self._saw_all:
            raise HeldError(f"{UNREAD}: the next run looks again")
        self._send(row, intent)

    # --- steps ----------------------------------------------------------------------------------------

    def _changed(self, since: datetime, page: int, size: int) -> Page:
        return self._client.list_clients(page, size, updated_from=since, mode=Mode.LIVE)

    def _intend(self, customer_id: int) -> tuple[dict[str, Any], CreateIntent]:
        with transaction.atomic():
            self._lease.renew()
            row = upsert.lock_one(customer_id)
            if row is None:
                raise HeldError("it was deleted here meanwhile")
            history.record(written.settle(row), self._run, self._who, self._now())
            values = {column: value for column, value in edits(row, self._tenant).items() if value is not None}
            if not values.get("name"):
                raise HeldError("it has no name yet")
            if why := unknown_code(values):
                raise HeldError(why)
            return row, CreateIntent.objects.create(customer_id=customer_id, values=values, written_at=self._now())

    def _send(self, row: Mapping[str, Any], intent: CreateIntent) -> None:
        body = self._body(intent)
        try:
            answer = self._client.create_client(body)
        except RobawsError as error:
            if not error.may_be_applied:
                intent.delete()
                raise
            # It may exist. Look for it now; if it does not show, a later run looks again before it sends.
            self.prepare()
            made = self._made_by(intent)
            if made is None:
                raise
            self._adoption.adopt(row["id"], intent.values, made, intent.values)
        else:
            whole = self._as_made(intent.values, body, answer)
            found = judged(intent.values, whole, row, self._tenant, self._meant(intent))
            self._adoption.adopt(row["id"], intent.values, whole, found.taken)

    def _body(self, intent: CreateIntent) -> Record:
        return to_wire(intent.values, full_base(intent.values), self._example.beside({}), self._tenant)

    def _meant(self, intent: CreateIntent) -> Shown:
        """How we read what is sent: a country that contradicts its code, or an odd house number, reads otherwise."""
        return shown_by(self._body(intent), self._tenant) or {}

    def _as_made(self, values: Mapping[str, Value], body: Record, answer: Record) -> Record:
        """The new client as Robaws keeps it; read back where the answer does not tell."""
        made, real_id = as_it_is_now({}, body, answer), client_id(answer)
        if real_id is None or tells_all(values, answer, self._tenant):
            return made
        try:
            read = self._client.get_client(real_id)
        except RobawsError:
            return made  # it exists, whatever can't be said of it now
        return read if client_id(read) == real_id and shown_by(read, self._tenant) is not None else made

    def _made_by(self, intent: CreateIntent) -> Record | None:
        """The one client that appeared since the intent, holds all that was sent, and belongs to nobody yet.

        Raises HeldError where one appeared that may be it and may not.
        """
        made_here = Change.objects.filter(source=Change.Source.BCONNECT, field="name", old__isnull=True).exclude(
            pk__in=history.moved_by_merges_since(intent.written_at)
        )
        younger = Customer.objects.known_to_robaws().filter(created_at__gte=intent.written_at)
        unclaimed = younger.exclude(pk__in=made_here.values("customer_id")).iterator()
        sent = full_base(intent.values)
        # By what Robaws holds: the row may have been edited, and even pushed, since it was pulled.
        alike = [each for each in unclaimed if resemble(full_base(each.base), sent) or self._may_be(each, intent)]
        meant = self._meant(intent)
        holding = [each for each in alike if self._holds(each, intent.values, meant)]
        exact = [each for each in holding if not _was_told_apart(intent, each)]
        if len(exact) == 1:
            if not self._is_decided and not _is_record_of_then(exact[0].metadata, intent):
                self._refuse_put_away(intent)  # this one may be what that was made anew as
            return dict(exact[0].metadata or {})
        if exact or not self._is_decided:
            self._refuse_alike([each.robaws_client_id for each in exact or alike])
            _refuse_unreadable(intent)
            self._refuse_put_away(intent)
        return None

    def _may_be(self, customer: Customer, intent: CreateIntent) -> bool:
        """Whether it was made when our creation was on its way and still holds something of it, beside the name."""
        if not _is_record_of_then(customer.metadata, intent):
            return False
        base, place = full_base(customer.base), Place(customer.country_code, self._tenant.default_country)
        told = {column: value for column, value in intent.values.items() if column in TELLING}
        return not told or any(same(column, base[column], value, place) for column, value in told.items())

    @staticmethod
    def _refuse_alike(client_ids: Sequence[str]) -> None:
        if client_ids:
            more = f" or {len(client_ids) - SHOWN} others" if len(client_ids) > SHOWN else ""
            ids = ", ".join(client_ids[:SHOWN]) + more
            raise HeldError(f"{CUT_OFF} {ids}: merge them, or, {IF_NONE}")

    def _refuse_put_away(self, intent: CreateIntent) -> None:
        """The client it became may have been pulled since, and merged or deleted here. Raises HeldError."""
        for each in MergedCustomer.objects.filter(merge__merged_at__gte=intent.written_at).select_related("merge"):
            is_younger = datetime.fromisoformat(each.snapshot["created_at"]) >= intent.written_at
            if is_younger and _is_record_of_then(each.snapshot["metadata"], intent) and (why := _why_put_away(each)):
                raise HeldError(f"{CUT_OFF} {each.robaws_client_id}, {why}, or, {IF_NONE}")
        for gone in Tombstone.objects.filter(deleted_at__gte=intent.written_at):
            if _is_record_of_then(self._found(gone.robaws_client_id), intent):
                why = "which was deleted here since: delete this one too"
                raise HeldError(f"{CUT_OFF} {gone.robaws_client_id}, {why}, or, {IF_NONE}")

    def _found(self, client_id: str) -> Record | None:
        try:
            return self._client.get_client(client_id)
        except RobawsError as error:
            if not is_absent(error):
                raise
            return None

    def _holds(self, customer: Customer, values: Mapping[str, Value], meant: Shown) -> bool:
        base = full_base(customer.base)
        place = Place(customer.country_code, self._tenant.default_country)
        return all(shows(column, base[column], value, meant, place) for column, value in values.items())

    def _refuse_twins(self, row: Mapping[str, Any]) -> None:
        twins = twins_of(row)
        if twins:
            told = "; ".join(f"{twin.client_id} {twin.name} (same {twin.why})" for twin in twins[:3])
            raise HeldError(f"it looks like {told}: merge them, or push it with --allow-twins")


def _refuse_unreadable(intent: CreateIntent) -> None:
    """It may have become one that turned up since, and of which nobody could read what it is. Raises HeldError."""
    unknown = QuarantinedRecord.objects.filter(first_seen_at__gte=intent.written_at).exclude(
        robaws_client_id__in=Customer.objects.values("robaws_client_id")
    )
    if any(_may_be_of_then(each.data, intent) for each in unknown):
        raise HeldError(f"{UNREAD}: mend those in quarantine, or, {IF_NONE}")


def _may_be_of_then(data: Any, intent: CreateIntent) -> bool:
    return not isinstance(data, dict) or "createdAt" not in data or _is_record_of_then(data, intent)


def _why_put_away(merged: MergedCustomer) -> str:
    """What became of a client that was merged here, and the cure; nothing where it is a client of its own again."""
    if merged.merge.state != Merge.State.UNDONE:
        return "which was merged since: undo that"
    again = Customer.objects.filter(pk=merged.customer_number).first()
    if again is None:
        return "which was merged twice, or deleted here after its merge was undone: undo that, or delete this one too"
    if again.robaws_client_id == merged.robaws_client_id:
        return ""
    return f"which was merged and deleted, and is {again.robaws_client_id} since that was undone: merge the two"


def _was_told_apart(intent: CreateIntent, made: Customer) -> bool:
    """Whether somebody has merged the two and taken that back: what it holds of ours, the merge may have sent."""
    of_customer = MergedCustomer.objects.filter(customer_number=intent.customer_id, merge__state=Merge.State.UNDONE)
    return of_customer.filter(merge__survivor_client_id=made.robaws_client_id).exists()


def _is_record_of_then(record: Record | None, intent: CreateIntent) -> bool:
    """Whether Robaws made this client when our creation was on its way: it may be ours, renamed since."""
    made_at = parse_timestamp((record or {}).get("createdAt"))
    earliest, latest = intent.written_at - CLOCKS_DIFFER_BY, intent.written_at + SENT_WITHIN
    return made_at is not None and earliest <= made_at <= latest
