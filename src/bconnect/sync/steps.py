"""The sync as steps of scheduled jobs: one slice each, safe to repeat; the run's own lease decides who works.

A full run that is cut goes on at its bookmark, a push with what is still pending. An incremental run has no
bookmark, so one that does not fit into a slice is made up for by a full one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bconnect.jobs.outcome import DONE, Ended, Outcome
from bconnect.jobs.pause import PausedError, refuse_while_paused
from bconnect.jobs.slices import Slice
from bconnect.sync import gateway
from bconnect.sync.absence import TooManyMissingError
from bconnect.sync.cancel import Cancelled
from bconnect.sync.lease import Lease, LeaseHeldError, LeaseLostError
from bconnect.sync.models import SyncRun
from bconnect.sync.pending import TooManyEditsError
from bconnect.sync.pull import Pull, PullOptions
from bconnect.sync.push import Push, PushOptions
from bconnect.sync.tally import Tally
from robaws.client import RobawsClient
from robaws.errors import QuotaSpent, RobawsError

WHO = "schedule"
NEARLY_ALL = 0.8

Work = Callable[[RobawsClient, Lease, Slice], Outcome]


def pull_changes(turn: Slice) -> Outcome:
    """What changed since the last complete run."""
    return under_lease(_pull_full if _needs_full() else _pull_incremental, turn)


def pull_everything(turn: Slice) -> Outcome:
    """Every client, and a look for those that are gone."""
    return under_lease(_pull_full, turn)


def push(turn: Slice) -> Outcome:
    """What is pending, unless outgoing writes are held."""
    try:
        refuse_while_paused()
    except PausedError as paused:
        return Outcome(Ended.DONE, str(paused))
    return under_lease(_push, turn)


def under_lease(work: Work, turn: Slice) -> Outcome:
    """Do it under the lease; what it raises says what becomes of the job. SliceOver passes through."""
    try:
        with _client() as client, Lease() as lease:
            return work(client, lease, turn)
    except (LeaseHeldError, LeaseLostError) as error:
        return Outcome(Ended.BUSY, str(error))
    except Cancelled as stop:
        return Outcome(Ended.CANCELLED, str(stop))
    except (TooManyMissingError, TooManyEditsError) as error:
        return Outcome(Ended.GUARDED, str(error))
    except ImproperlyConfigured as error:
        return Outcome(Ended.FAILED, str(error))
    except QuotaSpent as error:
        return Outcome(Ended.LATER, str(error), error.resets_in_s)
    except RobawsError as error:
        return Outcome(Ended.LATER if error.retry_helps else Ended.FAILED, str(error))


def _told(run: SyncRun, tally: Tally) -> Outcome:
    if run.status == SyncRun.Status.INCOMPLETE:
        return Outcome(Ended.LATER, run.error)
    count = tally.errors
    if count == 1:
        return Outcome(Ended.DONE, f"run {run.pk}: 1 record failed")
    return Outcome(Ended.DONE, f"run {run.pk}: {count} records failed") if count else DONE


@contextmanager
def _client() -> Iterator[RobawsClient]:
    client = gateway.open_client()
    try:
        yield client
    finally:
        client.close()


def _needs_full() -> bool:
    """Whether a full run waits to be finished, or the last incremental one was too much for a slice."""
    pulls = SyncRun.objects.filter(kind__in=(SyncRun.Kind.FULL, SyncRun.Kind.INCREMENTAL))
    latest = pulls.order_by("-id").first()
    if latest is None or latest.status not in (SyncRun.Status.RUNNING, SyncRun.Status.INTERRUPTED):
        return False
    if latest.kind == SyncRun.Kind.FULL:
        return latest.bookmark is not None
    worked_s = (latest.finished_at - latest.started_at).total_seconds() if latest.finished_at else 0
    return bool(worked_s >= NEARLY_ALL * settings.BCONNECT_JOB_SLICE_S)


def _pull(client: RobawsClient, lease: Lease, turn: Slice) -> Pull:
    options = PullOptions.from_settings(who=WHO)
    return Pull(client, gateway.tenant(), options, lease=lease, executor=gateway.threads, progress=turn.progress)


def _pull_full(client: RobawsClient, lease: Lease, turn: Slice) -> Outcome:
    return _told(*_pull(client, lease, turn).full())


def _pull_incremental(client: RobawsClient, lease: Lease, turn: Slice) -> Outcome:
    return _told(*_pull(client, lease, turn).incremental())


def _push(client: RobawsClient, lease: Lease, turn: Slice) -> Outcome:
    push = Push(
        client,
        gateway.tenant(),
        PushOptions.from_settings(who=WHO),
        lease=lease,
        tenant_key=gateway.tenant_key(),
        executor=gateway.threads,
        progress=turn.progress,
    )
    return _told(*push.run())
