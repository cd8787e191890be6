"""What follows a merge in Robaws: first the survivor, read back and confirmed; only then the others, one by one.

Every step may be cut off and done again: what is there already is seen by a live read before anything is sent.
A step that can't go on says why and waits; nothing of the merge is lost, and all of it can be undone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bconnect.customers.fields import Value
from bconnect.customers.models import Customer
from bconnect.jobs.pause import refuse_while_paused
from bconnect.sync import conflicts, sent, upsert
from bconnect.sync.body import to_wire
from bconnect.sync.edits import edits
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant, UnusableRecordError, project
from bconnect.sync.merge import Verdict
from bconnect.sync.merge_words import did_not_reach, in_conflict, not_pushed, not_seen
from bconnect.sync.models import Merge, MergedCustomer, ParkedEdit
from bconnect.sync.patching import Patcher, StaleError
from bconnect.sync.pull import Pull, PullOptions
from bconnect.sync.push import Push, PushOptions
from bconnect.sync.reconcile import Policy, reconcile
from bconnect.sync.tally import Tally
from robaws.client import RobawsClient
from robaws.errors import LoginRefused, QuotaSpent, RobawsError, Unreachable, is_absent
from robaws.records import ABSENT, Absent, Record, shows_extra_fields

ROUNDS = 3
NO_SURVIVOR = "the survivor was itself merged or deleted since"
Step, State = MergedCustomer.Step, Merge.State


@dataclass(frozen=True, slots=True)
class Around:
    """What the steps work with. `anyway`: those go whose steps are held since Robaws changed them, as somebody saw."""

    client: RobawsClient
    tenant: Tenant
    lease: Lease
    policy: Policy
    who: str
    now: Callable[[], datetime]
    tenant_key: str = ""
    anyway: bool = False


class HeldError(Exception):
    """This step waits for somebody; the message says for what."""


class NotShownError(Exception):
    """Robaws did not show enough to go on; the next try may see more."""


def go_on(record: Merge, around: Around) -> Merge:
    """Do the steps that are left, as far as they go. Safe to call at any time, again and again.

    Raises PausedError, and RobawsError where no step could be done now.
    """
    refuse_while_paused()
    record.refresh_from_db()
    if record.state in (State.DONE, State.UNDONE):
        return record
    record.attempts, record.tried_at = record.attempts + 1, around.now()
    is_held = False
    try:
        if record.confirmed_at is None:
            _confirm_survivor(record, around)
        for merged in record.merged.filter(step__in=(Step.WAITING, Step.HELD)):
            _do(record, merged, around)
    except HeldError as held:
        record.error, is_held = str(held), True
    except RobawsError as error:
        if record.confirmed_at is None:
            record.error = str(error)
        _settle(record, around, is_held=False)
        raise
    return _settle(record, around, is_held=is_held)


def look_again(record: Merge, around: Around) -> None:
    """What Robaws holds of them now, before the merge is undone. Raises RobawsError.

    Steps whose request got no answer may have been done, also where they are not wanted any more; what was deleted,
    somebody may have put back.
    """
    survivor = Customer.objects.known_to_robaws().filter(pk=record.survivor_id).first()
    if survivor is not None and record.confirmed_at is None and record.state != State.UNDONE:
        _read_live(survivor, around)
    for merged in record.merged.all():
        if merged.step in (Step.DELETED, Step.GONE) and _found(merged, around) is not None:
            _note(merged, around, step=Step.HELD, error="it is in Robaws again")
            Merge.objects.filter(pk=record.pk, state=State.DONE).update(state=State.HELD)
        elif merged.step in (Step.WAITING, Step.HELD, Step.NONE) and merged.remote_record is not None:
            _see_what_was_done(merged, around)


def _see_what_was_done(merged: MergedCustomer, around: Around) -> None:
    found = _found(merged, around)
    if found is None:
        _note(merged, around, step=Step.DELETED if merged.is_deletion_sent else Step.GONE)
    elif _is_active(found, around) is False:
        _note(merged, around, step=Step.DEACTIVATED)


def _found(merged: MergedCustomer, around: Around) -> Record | None:
    """The client as Robaws holds it, None where it does not. Raises RobawsError."""
    try:
        return around.client.get_client(merged.robaws_client_id)
    except RobawsError as error:
        if not is_absent(error):
            raise
        return None


def _settle(record: Merge, around: Around, *, is_held: bool) -> Merge:
    """Write down where it stands."""
    steps = set(record.merged.values_list("step", flat=True))
    if is_held or Step.HELD in steps:
        record.state = State.HELD
    elif record.confirmed_at is None or Step.WAITING in steps:
        record.state = State.OPEN
    else:
        record.state = State.DONE
    with transaction.atomic():
        around.lease.renew()
        record.save(update_fields=["state", "error", "confirmed_at", "attempts", "tried_at"])
    return record


# --- the survivor ---------------------------------------------------------------------------------------


def _confirm_survivor(record: Merge, around: Around) -> None:
    """Robaws is seen to hold what the survivor holds here. Raises HeldError, RobawsError."""
    survivor = Customer.objects.filter(pk=record.survivor_id).first()
    if survivor is None:
        raise HeldError(NO_SURVIVOR)
    if survivor.is_pending or survivor.is_new:
        options = PushOptions(who=around.who, client_id=survivor.robaws_client_id, policy=around.policy)
        _, tally = Push(
            around.client,
            around.tenant,
            options,
            lease=around.lease,
            tenant_key=around.tenant_key,
            now=around.now,
        ).run()
        if tally.failures:
            raise HeldError(not_pushed(survivor.robaws_client_id, tally.failures[0].reason, _parked(survivor.pk)))
    else:
        tally = _read_live(survivor, around)
        if tally.failures:
            raise HeldError(not_seen(tally.failures[0].reason))
    _check_rests(record, around)
    record.confirmed_at, record.error = around.now(), ""


def _read_live(survivor: Customer, around: Around) -> Tally:
    options = PullOptions(who=around.who, policy=around.policy)
    pull = Pull(around.client, around.tenant, options, lease=around.lease, now=around.now)
    return pull.one(survivor.robaws_client_id)[1]


def _check_rests(record: Merge, around: Around) -> None:
    """Raises HeldError where the survivor still differs from what Robaws holds."""
    row = Customer.objects.filter(pk=record.survivor_id).values(*upsert.READ).first()
    if row is None:
        raise HeldError(NO_SURVIVOR)
    open_ones = conflicts.open_of([row["id"]])[row["id"]]
    if row["gone_at"]:
        raise HeldError("the survivor is gone from Robaws: undo the merge, or create it again")
    if open_ones:
        raise HeldError(in_conflict(open_ones))
    left = edits(row, around.tenant)
    if left:
        raise HeldError(did_not_reach(row["robaws_client_id"], left, _parked(row["id"])))


def _parked(customer_id: int) -> ParkedEdit | None:
    return ParkedEdit.objects.filter(customer_id=customer_id).first()


# --- the others -----------------------------------------------------------------------------------------


def _do(record: Merge, merged: MergedCustomer, around: Around) -> None:
    """One step; what goes wrong with it is written down beside it. Raises what would stop the others too."""
    merged.attempts += 1
    try:
        _act(record, merged, around)
    except HeldError as held:
        _note(merged, around, step=Step.HELD, error=str(held))
    except UnusableRecordError as error:
        _note(merged, around, step=Step.HELD, error=f"Robaws' record of it can't be read: {error}")
    except NotShownError as error:
        _note(merged, around, step=Step.WAITING, error=str(error))
    except (LoginRefused, QuotaSpent, Unreachable) as error:
        _note(merged, around, step=Step.WAITING, error=str(error))
        raise
    except RobawsError as error:
        _note(merged, around, step=Step.WAITING if error.retry_helps else Step.HELD, error=str(error))


def _act(record: Merge, merged: MergedCustomer, around: Around) -> None:
    for _ in range(ROUNDS):
        found = _found(merged, around)
        if found is None:
            _note(merged, around, step=Step.DELETED if merged.is_deletion_sent else Step.GONE)
            return
        if record.in_robaws == Merge.InRobaws.KEEP:
            _note(merged, around, step=Step.NONE)
            return
        _refuse_changed(merged, found, around)
        # Kept before anything is sent: an undo may have to make the client again.
        _note(
            merged, around, error=merged.error, remote_record=merged.remote_record or found,
            is_deletion_sent=merged.is_deletion_sent or record.in_robaws == Merge.InRobaws.DELETE,
        )  # fmt: skip
        try:
            _send(record, merged, found, around)
        except StaleError:
            continue
        return
    raise HeldError("it changes in Robaws all the time: try again later")


def _send(record: Merge, merged: MergedCustomer, found: Record, around: Around) -> None:
    if record.in_robaws == Merge.InRobaws.DELETE:
        try:
            around.client.delete_client(merged.robaws_client_id)
        except RobawsError as error:
            if not is_absent(error):
                raise
        _note(merged, around, step=Step.DELETED)
        return
    if _is_active(found, around) is not False:
        _deactivate(merged, found, around)
        found = around.client.get_client(merged.robaws_client_id)
    match _is_active(found, around):
        case False:
            _note(merged, around, step=Step.DEACTIVATED)
        case True:
            raise HeldError("Robaws answered OK but left the client active: look at it there")
        case _:
            why = "its record does not say whether it is active, so it can't be deactivated: delete it, or leave it"
            _note(merged, around, step=Step.LEFT, error=why)


def _is_active(found: Record, around: Around) -> Value | Absent:
    """What the record says of it; a record that can't be read says nothing."""
    try:
        return project(found, around.tenant).values["is_active"]
    except UnusableRecordError:
        return ABSENT


def _deactivate(merged: MergedCustomer, found: Record, around: Around) -> None:
    """The answer proves nothing: what Robaws does not know it ignores. So it is read again afterwards."""
    patcher = Patcher(around.client, around.tenant_key)
    patcher.send(merged.robaws_client_id, to_wire({"is_active": False}, merged.snapshot, found, around.tenant), found)
    patcher.remember()


def _refuse_changed(merged: MergedCustomer, found: Record, around: Around) -> None:
    """What somebody changed in Robaws after the merge is in no customer here: a person has to look at it."""
    if around.anyway and merged.step == Step.HELD:
        return
    row = merged.snapshot
    if shows_extra_fields(row["metadata"]) and not shows_extra_fields(found):
        raise NotShownError("Robaws showed it without its custom fields, so nobody knows whether they changed")
    remote = project(found, around.tenant).values
    under_way = next(iter(sent.of_merged(merged.moved)), None)
    agreed = sent.arrived(row, remote, under_way, around.tenant)
    known = {**row, "base": {**(row["base"] or {}), **agreed}}
    result = reconcile(known, remote, around.tenant, Policy(), {})
    moved = [each.field for each in result.decisions if each.verdict in (Verdict.TAKE, Verdict.CONFLICT)]
    moved = [column for column in moved if column != "is_active"]
    if moved:
        raise HeldError(
            f"its {', '.join(moved)} changed in Robaws since: put what is right into the survivor, then go on anyway"
        )


def _note(merged: MergedCustomer, around: Around, **values: object) -> None:
    """Write the step's state down, under the lease."""
    values = {"error": "", "attempts": merged.attempts, "tried_at": around.now(), **values}
    if values.get("step") in (Step.DELETED, Step.DEACTIVATED, Step.GONE, Step.LEFT):
        values["done_at"] = around.now()
    with transaction.atomic():
        around.lease.renew()
        MergedCustomer.objects.filter(pk=merged.pk).update(**values)
    for name, value in values.items():
        setattr(merged, name, value)
