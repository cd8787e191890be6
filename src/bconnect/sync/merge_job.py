"""Merges that have steps left in Robaws, as a step of a scheduled job; and one merge at once, for the UI."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils import timezone

from bconnect.jobs.outcome import DONE, Ended, Outcome
from bconnect.jobs.pause import PausedError, refuse_while_paused
from bconnect.jobs.slices import Slice
from bconnect.sync import gateway, latecomers, unmerge
from bconnect.sync.lease import Lease, LeaseHeldError, LeaseLostError
from bconnect.sync.merge_steps import Around, go_on, look_again
from bconnect.sync.models import Conflict, Merge, MergedCustomer, ParkedEdit
from robaws.errors import RobawsError

WHO = "schedule"
GO_ON_PATH = "bconnect.sync.merge_job.go_on_with"
UNDO_PATH = "bconnect.sync.merge_job.undo_now"


@contextmanager
def around(who: str, *, anyway: bool = False) -> Iterator[Around]:
    """All that the steps need, under the lease. Raises LeaseHeldError, ImproperlyConfigured."""
    with gateway.open_client() as client, Lease() as lease:
        yield Around(
            client=client,
            tenant=gateway.tenant(),
            lease=lease,
            policy=gateway.policy(),
            who=who,
            now=timezone.now,
            tenant_key=gateway.tenant_key(),
            anyway=anyway,
        )


def continue_merges(turn: Slice) -> Outcome:
    """Every merge with steps left, but for those that wait for a person; and what came too late to be merged."""
    latecomers.gather()
    found = waiting()
    return _told(found, turn) if found else DONE


def waiting() -> list[Merge]:
    """Those with steps left, or to be undone, that need nobody for it."""
    return [record for record in _with_steps_left() if _can_go_on(record)]


def go_on_with(number: int, who: str, anyway: str = "") -> str:
    """One merge, now; what the UI puts in the queue. What fails is tried again by the schedule."""
    record = Merge.objects.filter(pk=number).first()
    if record is None:
        return "there is no such merge"
    try:
        with around(who, anyway=bool(anyway)) as means:
            return str(go_on(record, means).state)
    except (LeaseHeldError, LeaseLostError, PausedError, RobawsError, ImproperlyConfigured) as error:
        return str(error)


def undo_now(number: int) -> str:
    """The undo that somebody asked for in the UI; put off by another run, the schedule does it."""
    record = Merge.objects.exclude(undo_asked_by="").filter(pk=number).first()
    if record is None:
        return "nobody asked for it"
    try:
        with around(record.undo_asked_by) as means:
            return _undo(record, means)
    except (LeaseHeldError, LeaseLostError, PausedError, RobawsError, ImproperlyConfigured) as error:
        return str(error)


def _undo(record: Merge, means: Around) -> str:
    refuse_while_paused()
    try:
        look_again(record, means)
        undone = unmerge.undo(record, tenant=means.tenant, who=record.undo_asked_by, now=means.now())
    except unmerge.CannotUndoError as error:
        Merge.objects.filter(pk=record.pk).update(undo_asked_by="", error=str(error))
        return str(error)
    failed = unmerge.push_restored(undone, means)
    if failed:
        Merge.objects.filter(pk=record.pk).update(
            left=[*undone.left, *(f"not in Robaws yet: {each}" for each in failed)]
        )
    return "undone"


def _told(found: list[Merge], turn: Slice) -> Outcome:
    try:
        with around(WHO) as means:
            for record in found:
                turn.progress()
                if record.undo_asked_by:
                    _undo(record, means)
                else:
                    go_on(record, means)
    except (LeaseHeldError, LeaseLostError) as error:
        return Outcome(Ended.BUSY, str(error))
    except PausedError as paused:
        return Outcome(Ended.DONE, str(paused))
    except ImproperlyConfigured as error:
        return Outcome(Ended.FAILED, str(error))
    except RobawsError as error:
        return Outcome(Ended.LATER if error.retry_helps else Ended.FAILED, str(error))
    return DONE


def _with_steps_left() -> Iterator[Merge]:
    left = Q(state__in=(Merge.State.OPEN, Merge.State.HELD)) | (~Q(undo_asked_by="") & Q(undone_at=None))
    return Merge.objects.filter(left).order_by("pk").iterator()


def _can_go_on(record: Merge) -> bool:
    """One that is held goes on by itself only where what held it is over; a step that is held waits for a person."""
    if record.state == Merge.State.OPEN or record.undo_asked_by:
        return True
    if record.confirmed_at is not None:
        return not record.merged.filter(step=MergedCustomer.Step.HELD).exists()
    in_conflict = Conflict.objects.filter(customer_id=record.survivor_id, resolved_at=None).exists()
    return not in_conflict and not ParkedEdit.objects.filter(customer_id=record.survivor_id).exists()
