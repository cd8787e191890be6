"""A merge taken back: rows, intakes, history and links as they were; in Robaws by the ordinary push.

What was only deactivated there becomes active again. What was deleted there is made anew, with another id: the
old one is lost for good, and with it whatever Robaws had bound to it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from bconnect.customers import references
from bconnect.customers.duplicates import decisions
from bconnect.customers.fields import COLUMNS, Place, same
from bconnect.customers.models import Customer, new_client_id
from bconnect.jobs.pause import refuse_while_paused
from bconnect.sync import history, sent, upsert
from bconnect.sync.address import TOGETHER, settled
from bconnect.sync.history import FieldChange
from bconnect.sync.mapping import Tenant
from bconnect.sync.merge_steps import Around
from bconnect.sync.models import Change, Conflict, CreateIntent, Merge, MergedCustomer, ParkedEdit, Redirect, SentEdit
from bconnect.sync.pull import Pull, PullOptions
from bconnect.sync.push import Push, PushOptions
from bconnect.sync.reconcile import full_base
from bconnect.sync.snapshots import restore
from bconnect.sync.tally import Tally

_BY_PEOPLE_HERE = (Change.Source.BCONNECT, Change.Source.RESOLVED, Change.Source.FOLLOWED, Change.Source.EDITED)


class CannotUndoError(Exception):
    """This merge can't be undone now; the message says what to do first."""


@dataclass(slots=True)
class Undone:
    """`restored` are the client ids that are back; `left` says in words what is not as it was."""

    restored: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    to_push: list[int] = field(default_factory=list)


def find(client_id: str) -> Merge:
    """The merge in which this client was merged into another. Raises CannotUndoError."""
    standing = Merge.objects.exclude(state=Merge.State.UNDONE).filter(merged__robaws_client_id=client_id)
    record = standing.order_by("-id").first()
    if record is None:
        raise CannotUndoError(f"no customer {client_id} was merged into another (or that was undone)")
    return record


def undo(record: Merge, *, tenant: Tenant, who: str, now: datetime) -> Undone:
    """Take it back here, in one transaction. `push_restored` does the rest. Raises CannotUndoError."""
    undone = Undone()
    with transaction.atomic():
        record = Merge.objects.select_for_update().get(pk=record.pk)
        survivor = _survivor(record)
        _give_back_fields(record, survivor, tenant, who, now, undone)
        for merged in record.merged.order_by("-id"):
            _bring_back(merged, survivor, who, now, undone)
        record.state, record.undone_by, record.undone_at, record.error = Merge.State.UNDONE, who, now, ""
        record.left = undone.left
        record.save()
        undone.to_push.append(survivor["id"])
    return undone


def push_restored(undone: Undone, around: Around) -> list[str]:
    """Send what the undo changed, and look at what Robaws did to these meanwhile.

    Returns in words what did not get through; the next push tries it again.
    """
    refuse_while_paused()
    failed = []
    for number in undone.to_push:
        row = Customer.objects.filter(pk=number, gone_at=None).first()
        if row is not None:
            tally = _push(row, around) if row.is_pending else _pull(row, around)
            failed += [f"client {each.client_id}: {each.reason}" for each in tally.failures]
    return failed


def _push(row: Customer, around: Around) -> Tally:
    # A customer that is made anew looks like the survivor, of course.
    options = PushOptions(who=around.who, client_id=row.robaws_client_id, policy=around.policy, allow_twins=row.is_new)
    push = Push(around.client, around.tenant, options, lease=around.lease, tenant_key=around.tenant_key, now=around.now)
    return push.run()[1]


def _pull(row: Customer, around: Around) -> Tally:
    options = PullOptions(who=around.who, policy=around.policy)
    return Pull(around.client, around.tenant, options, lease=around.lease, now=around.now).one(row.robaws_client_id)[1]


def _survivor(record: Merge) -> dict[str, Any]:
    if record.state == Merge.State.UNDONE:
        raise CannotUndoError(f"merge {record.pk} was undone already")
    client_id = Customer.objects.filter(pk=record.survivor_id).values_list("robaws_client_id", flat=True).first()
    row = upsert.lock([client_id]).get(client_id) if client_id else None
    if row is None:
        later = MergedCustomer.objects.filter(customer_number=record.survivor_id).exclude(
            merge__state=Merge.State.UNDONE
        )
        cure = f"undo merge {later[0].merge_id} first" if later else "it was deleted here"
        raise CannotUndoError(f"the survivor of merge {record.pk} is not here any more: {cure}")
    return row


def _give_back_fields(
    record: Merge, survivor: dict[str, Any], tenant: Tenant, who: str, now: datetime, undone: Undone
) -> None:
    """What the survivor took over goes, where nobody has changed it since; an address as a whole or not at all."""
    before = _settled(record.survivor_before)
    columns, (changed, by_robaws) = set(record.fields), _changed_since(record, survivor, tenant)
    if columns & set(TOGETHER):
        # An edit that was on its way is in some of its columns only: all of them go with it.
        columns |= set(TOGETHER)
    changes = []
    for column in (each for each in COLUMNS if each in columns):
        if column in by_robaws:
            if column in record.fields:
                undone.left.append(
                    f"{column} of the survivor was written in Robaws too, and stays {survivor[column]!r}"
                )
        elif column in changed:
            if column in record.fields:
                undone.left.append(f"{column} of the survivor was changed since, and stays {survivor[column]!r}")
        elif survivor[column] != before[column]:
            changes.append(FieldChange(survivor["id"], column, survivor[column], before[column], Change.Source.UNDO))
            survivor[column] = before[column]
    if changes:
        survivor["updated_at"] = now
        upsert.write_back([survivor])
        history.record(changes, None, who, now)


def _changed_since(record: Merge, survivor: Mapping[str, Any], tenant: Tenant) -> tuple[set[str], set[str]]:
    """The survivor's columns that somebody has changed since the merge, all of an address where part of it was; and
    those that are Robaws' own: changed there alone, or to just what was taken over here."""
    place, base = Place(survivor["country_code"], tenant.default_country), full_base(survivor["base"])
    # A push has brought its own edits of the address, as they were then, into all columns of it.
    after = [before | record.fields for before in (record.survivor_before, _settled(record.survivor_before))]
    changed = {
        column for column in COLUMNS if not any(same(column, survivor[column], each[column], place) for each in after)
    }
    since = Change.objects.filter(customer_id=survivor["id"], at__gte=record.merged_at, source__in=_BY_PEOPLE_HERE)
    edited = {c.field for c in since if not any(same(c.field, c.new, each[c.field], place) for each in after)}
    beside = changed - record.fields.keys() - edited
    by_robaws = {column for column in beside if same(column, survivor[column], base[column], place)}
    changed -= by_robaws
    sent_from_here = {c.field for c in since if c.source == Change.Source.BCONNECT}
    by_robaws |= _written_there_too(record, survivor, record.fields.keys() - changed - sent_from_here, place)
    return (changed | set(TOGETHER) if changed & set(TOGETHER) else changed), by_robaws


def _written_there_too(
    record: Merge, survivor: Mapping[str, Any], taken_over: Collection[str], place: Place
) -> set[str]:
    """Where a colleague has written what was taken over here: both sides agree on it, and it was not sent."""
    if survivor["robaws_client_id"] != record.survivor_client_id:
        return set()  # it was made anew, all of it from here
    base, then = full_base(survivor["base"]), full_base(record.survivor_before["base"])
    agreed = {column for column in taken_over if same(column, survivor[column], base[column], place)}
    return {column for column in agreed if not same(column, base[column], then[column], place)}


def _settled(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The row before, with its own edits of an address in all columns of it."""
    return {**snapshot, **settled(snapshot, snapshot.get("untouched", ()))}  # older merges did not note these


def _bring_back(merged: MergedCustomer, survivor: Mapping[str, Any], who: str, now: datetime, undone: Undone) -> None:
    number, old_id = merged.customer_number, merged.robaws_client_id
    # No fingerprint: whatever the next look at Robaws shows is to be merged anew.
    restore(merged.snapshot, fingerprint=None, updated_at=now, **_as_robaws_left_it(merged, undone))
    if merged.step == MergedCustomer.Step.GONE and merged.snapshot["is_active"]:
        # As a full sync writes it: whoever takes back a run in which the client returns must not deactivate it.
        history.record([FieldChange(number, "is_active", True, False, Change.Source.GONE)], None, who, now)
    new_id: str = Customer.objects.values_list("robaws_client_id", flat=True).get(pk=number)
    references.move_rows(merged.moved["references"], survivor["robaws_client_id"], new_id)
    Change.objects.filter(pk__in=merged.moved["changes"]).update(customer_id=number)
    if new_id != old_id:
        _note_address(merged, who, now)
    Redirect.objects.filter(robaws_client_id__in=merged.moved["redirects"]).update(customer_id=number)
    if new_id == old_id:
        Redirect.objects.filter(robaws_client_id=old_id).delete()
    else:
        Redirect.objects.filter(robaws_client_id=old_id).update(customer_id=number)
    Conflict.objects.bulk_create([Conflict(**each) for each in merged.moved["conflicts"]])
    ParkedEdit.objects.bulk_create([ParkedEdit(**each) for each in merged.moved["parked"]])
    if new_id == old_id:
        SentEdit.objects.bulk_create(sent.of_merged(merged.moved))
    # Merges of earlier versions have neither of these.
    CreateIntent.objects.bulk_create([CreateIntent(**each) for each in merged.moved.get("creation", [])])
    decisions.forget(merged.moved.get("decisions", []))
    undone.restored.append(new_id)
    undone.to_push.append(number)


def _note_address(merged: MergedCustomer, who: str, now: datetime) -> None:
    """All of it is to be sent anew, and nobody has edited it: `written` goes by that."""
    address = Customer.objects.filter(pk=merged.customer_number).values(*TOGETHER).get()
    back = [FieldChange(merged.customer_number, column, None, value, Change.Source.UNDO)
            for column, value in address.items() if value is not None]  # fmt: skip
    history.record(back, None, who, now)


def _as_robaws_left_it(merged: MergedCustomer, undone: Undone) -> dict[str, Any]:
    """The columns in which the row must differ from its snapshot, because Robaws does by now."""
    name = f"client {merged.robaws_client_id} ({merged.name})"
    if merged.step == MergedCustomer.Step.DEACTIVATED:
        # Both sides agree that it is inactive; that it is active here is an edit, which the push carries.
        return {"base": full_base(merged.snapshot["base"]) | {"is_active": False}}
    if merged.step == MergedCustomer.Step.DELETED:
        undone.left.append(
            f"{name} was deleted in Robaws: it is made anew there, under another id; its old id, its documents and "
            "what else Robaws had bound to it can't be restored"
        )
        anew = {"robaws_client_id": new_client_id(), "base": None, "metadata": None, "remote_updated_at": None}
        return {column: _settled(merged.snapshot)[column] for column in TOGETHER} | anew
    if merged.step == MergedCustomer.Step.GONE:
        undone.left.append(f"{name} was gone from Robaws already: it is back here only, marked as gone")
        gone = {"gone_at": merged.done_at, "is_active": False}
        # As where a full sync finds it gone: only what somebody here made inactive is an edit, should it come back.
        agreed = {"base": full_base(merged.snapshot["base"]) | {"is_active": False}}
        return gone | (agreed if merged.snapshot["is_active"] else {})
    return {}
