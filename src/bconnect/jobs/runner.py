"""One slice of one copy of a job, and what becomes of it: ended, continued, or tried again later.

Safe to call twice with the same arguments: the engine starts a copy again whose worker was silent for too
long. A copy that has ended, or whose next one is in the queue already, does nothing.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from bconnect.jobs import log_context
from bconnect.jobs.models import ScheduledJob
from bconnect.jobs.outcome import AGAIN, Ended, Outcome
from bconnect.jobs.queue import enqueue, enqueue_later
from bconnect.jobs.slices import Slice, SliceOver, stopping
from bconnect.jobs.table import Job, job
from bconnect.jobs.tick import RUN_PATH

logger = logging.getLogger(__name__)

BUSY_FOR = timedelta(minutes=1)
TRIED_AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 30, 60))


def run(name: str, due: str, step: int = 0, attempt: int = 0) -> str:
    """Do one slice of `step` of the copy that was due at `due` (ISO). Returns how it ended, for the engine's log.

    Whatever the step raises is written down and raised again: the engine tries it again a few times.
    """
    found = job(name)
    if found is None or step >= len(found.steps) or _is_over(name, datetime.fromisoformat(due)):
        return "nothing left to do"
    with log_context.bound(job=name):
        outcome = _slice(found, step)
        _continue(Copy(found, due, step, attempt), outcome)
    return str(outcome.ended)


def _is_over(name: str, due: datetime) -> bool:
    row = ScheduledJob.objects.filter(name=name).first()
    return row is None or row.last_due_at > due or (row.done_due_at is not None and row.done_due_at >= due)


def _slice(found: Job, step: int) -> Outcome:
    if stopping():
        return AGAIN
    try:
        outcome: Outcome = import_string(found.steps[step])(Slice(settings.BCONNECT_JOB_SLICE_S))
    except SliceOver:
        return AGAIN
    except Exception as error:  # the worker loop: written down, so that somebody is told
        _note(found.name, Ended.FAILED, f"{type(error).__name__}: {error}")
        raise
    return outcome


class Copy:
    """One copy of a job on its way through its steps."""

    def __init__(self, found: Job, due: str, step: int, attempt: int) -> None:
        self.job, self.due, self.step, self.attempt = found, due, step, attempt

    def now(self, *, step: int) -> None:
        enqueue(RUN_PATH, self.job.name, self.due, step, 0, label=self.job.name)

    def later(self, after: timedelta, attempt: int) -> None:
        at = timezone.now() + after
        enqueue_later(RUN_PATH, self.job.name, self.due, self.step, attempt, label=f"{self.job.name}, again", at=at)


def _continue(copy: Copy, outcome: Outcome) -> None:
    logger.info("%s: %s %s", copy.job.name, outcome.ended, outcome.detail)
    match outcome.ended:
        case Ended.AGAIN:
            copy.now(step=copy.step)
        case Ended.BUSY:
            copy.later(BUSY_FOR, copy.attempt)
        case Ended.LATER if copy.attempt < len(TRIED_AGAIN_AFTER):
            _note(copy.job.name, Ended.LATER, outcome.detail)
            asked_for = None if outcome.after_s is None else timedelta(seconds=outcome.after_s)
            copy.later(asked_for or TRIED_AGAIN_AFTER[copy.attempt], copy.attempt + 1)
        case Ended.LATER:
            _end(copy, Ended.FAILED, outcome.detail)
        case Ended.DONE if copy.step + 1 < len(copy.job.steps):
            copy.now(step=copy.step + 1)
        case ended:
            _end(copy, ended, outcome.detail)


def _end(copy: Copy, ended: Ended, detail: str) -> None:
    _note(copy.job.name, ended, detail)
    mine = ScheduledJob.objects.filter(name=copy.job.name, last_due_at=datetime.fromisoformat(copy.due))
    mine.update(done_due_at=datetime.fromisoformat(copy.due))


def _note(name: str, ended: Ended, detail: str) -> None:
    ScheduledJob.objects.filter(name=name).update(outcome=ended, detail=detail, finished_at=timezone.now())
