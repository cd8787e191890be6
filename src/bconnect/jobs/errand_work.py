"""One slice of an errand, and what becomes of it. What the engine calls.

Safe to call twice: one that has ended does nothing, and two at the same time are told apart by whatever the work
itself holds (a run's lease), which makes the second wait.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from bconnect.jobs import log_context
from bconnect.jobs.errands import OPEN, WORK_PATH
from bconnect.jobs.models import Errand
from bconnect.jobs.outcome import AGAIN, Ended, Outcome
from bconnect.jobs.queue import enqueue, enqueue_later
from bconnect.jobs.slices import Slice, SliceOver, stopping

logger = logging.getLogger(__name__)

BUSY_FOR = timedelta(seconds=20)
TOLD_EVERY_S = 0.7


class Cancelled(KeyboardInterrupt):
    """Raised inside the work when a person asked it to stop; the work writes down how far it got."""


class Turn(Slice):
    """A slice that tells the errand how far it is, and stops it where a person asked."""

    def __init__(self, errand: Errand, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(seconds, clock=clock)
        self._errand, self._tell_at = errand, clock()

    def progress(self, done: int = 0, total: int | None = None) -> None:
        """Raises SliceOver when the turn is over, Cancelled when a person asked it to stop."""
        if self._clock() >= self._tell_at:
            self._tell_at = self._clock() + TOLD_EVERY_S
            mine = Errand.objects.filter(pk=self._errand.pk)
            mine.update(done=done, total=total)
            by = mine.values_list("cancelled_by", flat=True).first()
            if by:
                raise Cancelled(f"stopped by {by}")
        super().progress(done, total)


def work(errand_id: int) -> str:
    """Do one slice. Returns how it ended, for the engine's log; what the work raises fails the errand."""
    errand = _begun(errand_id)
    if errand is None:
        return "nothing left to do"
    with log_context.bound(job=f"task {errand_id}"):
        try:
            outcome = _slice(errand)
        except Cancelled:
            return _end(errand, Errand.State.CANCELLED, "stopped; what was done so far stays")
        except Exception as error:
            _end(errand, Errand.State.FAILED, f"{type(error).__name__}: {error}")
            raise
        return _continue(errand, outcome)


def _begun(errand_id: int) -> Errand | None:
    """The errand, marked as begun; None where it has ended."""
    open_one = Errand.objects.filter(pk=errand_id, state__in=OPEN)
    open_one.filter(started_at=None).update(started_at=timezone.now())
    open_one.update(state=Errand.State.WORKING)
    return open_one.first()


def _slice(errand: Errand) -> Outcome:
    if errand.cancelled_by:
        raise Cancelled
    if stopping():
        return AGAIN
    body: Callable[[Errand, Slice], Outcome] = import_string(settings.BCONNECT_ERRANDS[errand.kind])
    try:
        return body(errand, Turn(errand, settings.BCONNECT_JOB_SLICE_S))
    except SliceOver:
        return AGAIN


def _continue(errand: Errand, outcome: Outcome) -> str:
    logger.info("task %s: %s %s", errand.pk, outcome.ended, outcome.detail)
    label = f"task {errand.pk}"
    match outcome.ended:
        case Ended.AGAIN:
            enqueue(WORK_PATH, errand.pk, label=label)
        case Ended.BUSY:
            _wait(errand, outcome.detail)
            enqueue_later(WORK_PATH, errand.pk, label=label, at=timezone.now() + BUSY_FOR)
        case Ended.DONE:
            _end(errand, Errand.State.DONE, outcome.detail)
        case Ended.CANCELLED:
            _end(errand, Errand.State.CANCELLED, f"{outcome.detail}; what was done so far stays")
        case _:
            # A person waits for it, and can ask again: it is not tried again behind their back.
            _end(errand, Errand.State.FAILED, outcome.detail)
    return str(outcome.ended)


def _wait(errand: Errand, why: str) -> None:
    Errand.objects.filter(pk=errand.pk, state__in=OPEN).update(state=Errand.State.WAITING, detail=why)


def _end(errand: Errand, state: Errand.State, detail: str) -> str:
    """The first end counts."""
    open_one = Errand.objects.filter(pk=errand.pk, state__in=OPEN)
    open_one.update(state=state, detail=detail, ended_at=timezone.now())
    return str(state)
