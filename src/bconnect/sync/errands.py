"""What people ask the sync for in the web UI, as errands: one slice each, safe to repeat.

Each is `(errand, turn) -> Outcome`. The runs it makes refer to the errand, so that its page can show them.
"""

from collections.abc import Callable
from contextlib import suppress

from django.db.models import Q
from django.utils import timezone

from bconnect.customers.models import Customer
from bconnect.jobs.errands import arguments_of, note_failures
from bconnect.jobs.models import Errand
from bconnect.jobs.outcome import Ended, Outcome
from bconnect.jobs.pause import PausedError
from bconnect.jobs.slices import Slice
from bconnect.sync import gateway
from bconnect.sync.forget import ChangedMeanwhileError, StillInUseError, delete_everywhere
from bconnect.sync.lease import Lease, LeaseHeldError
from bconnect.sync.models import SyncRun
from bconnect.sync.pull import Progress, Pull, PullOptions
from bconnect.sync.push import Push, PushOptions
from bconnect.sync.steps import Work, under_lease
from bconnect.sync.tally import Tally
from bconnect.sync.undo import undo
from robaws.client import RobawsClient
from robaws.errors import Refused


def pull_changes(errand: Errand, turn: Slice) -> Outcome:
    """What changed since the last complete run."""
    return _run(errand, turn, lambda client, lease, progress: _pull(errand, client, lease, progress).incremental())


def pull_everything(errand: Errand, turn: Slice) -> Outcome:
    """Every client, and a look for those that are gone."""
    return _run(errand, turn, lambda client, lease, progress: _pull(errand, client, lease, progress).full())


def pull_some(errand: Errand, turn: Slice) -> Outcome:
    """The clients named in `client_ids`, each read live."""
    ids: list[str] = arguments_of(errand)["client_ids"]
    return _run(errand, turn, lambda client, lease, progress: _pull(errand, client, lease, progress).some(ids))


def push(errand: Errand, turn: Slice) -> Outcome:
    """What is pending: all of it, or of the customers named in `client_ids`."""
    asked = arguments_of(errand)
    options = PushOptions.from_settings(
        who=errand.by,
        yes_all=asked.get("yes_all", False),
        allow_twins=asked.get("allow_twins", False),
        client_ids=tuple(asked.get("client_ids", ())),
    )

    def work(client: RobawsClient, lease: Lease, progress: Progress) -> tuple[SyncRun, Tally]:
        return Push(
            client,
            gateway.tenant(),
            options,
            lease=lease,
            tenant_key=gateway.tenant_key(),
            executor=gateway.threads,
            progress=progress,
        ).run()

    return _run(errand, turn, work)


def delete_in_robaws(errand: Errand, turn: Slice) -> Outcome:
    """The clients named in `client_ids`: in Robaws first, then here. Those that are not here any more are done."""
    ids: list[str] = arguments_of(errand)["client_ids"]

    def work(client: RobawsClient, lease: Lease, turn: Slice) -> Outcome:
        left = list(Customer.objects.filter(robaws_client_id__in=ids).order_by("id"))
        for number, customer in enumerate(left):
            turn.progress(len(ids) - len(left) + number, len(ids))
            lease.renew()
            try:
                delete_everywhere(client, customer, tenant=gateway.tenant(), who=errand.by, now=timezone.now())
            except (ChangedMeanwhileError, StillInUseError, Refused) as error:
                note_failures(errand, [(customer.robaws_client_id, str(error))])
        return _told(f"{len(ids) - len(errand.failures)} deleted", errand)

    return _asked(work, turn)


def undo_run(errand: Errand, turn: Slice) -> Outcome:
    """Put back what the run `run` changed; what was put back already is left alone."""
    run = SyncRun.objects.filter(pk=arguments_of(errand)["run"]).first()
    if run is None:
        return Outcome(Ended.FAILED, "that run is no longer kept")
    try:
        with Lease():
            outcome = undo(run, tenant=gateway.tenant(), who=errand.by, now=timezone.now())
    except LeaseHeldError as error:
        return Outcome(Ended.BUSY, str(error))
    note_failures(errand, [(each.client_id, f"{each.field}: {each.reason}") for each in outcome.left])
    count = len(outcome.changes)
    put_back = "1 change was put back" if count == 1 else f"{count} changes were put back"
    return Outcome(Ended.DONE, f"{put_back}, {len(outcome.left)} left as they are" if outcome.left else put_back)


def _pull(errand: Errand, client: RobawsClient, lease: Lease, progress: Progress) -> Pull:
    options = PullOptions.from_settings(
        who=errand.by, allow_mass_deactivation=arguments_of(errand).get("allow_mass_deactivation", False)
    )
    return Pull(client, gateway.tenant(), options, lease=lease, executor=gateway.threads, progress=progress)


def _run(
    errand: Errand, turn: Slice, work: Callable[[RobawsClient, Lease, Progress], tuple[SyncRun, Tally]]
) -> Outcome:
    """`work` under the lease. While that is ours, a run that is running, or was begun, is the errand's."""

    def told(client: RobawsClient, lease: Lease, turn: Slice) -> Outcome:
        last = SyncRun.objects.order_by("-id").values_list("id", flat=True).first() or 0

        def claim() -> None:
            SyncRun.objects.filter(Q(id__gt=last) | Q(status=SyncRun.Status.RUNNING)).update(errand=errand.pk)

        def progress(done: int, total: int | None) -> None:
            with suppress(StopIteration):
                next(first)
                claim()
            turn.progress(done, total)

        first = iter((True,))
        try:
            run, tally = work(client, lease, progress)
        finally:
            claim()
        note_failures(errand, [(each.client_id or "", each.reason) for each in tally.failures])
        if run.status == SyncRun.Status.INCOMPLETE:
            return Outcome(Ended.FAILED, f"{run.error}. Nothing was concluded from what is absent; run it again.")
        return _told("", errand, tally.errors)

    return _asked(told, turn)


def _asked(work: Work, turn: Slice) -> Outcome:
    try:
        return under_lease(work, turn)
    except PausedError as paused:
        return Outcome(Ended.FAILED, str(paused))


def _told(done: str, errand: Errand, failed: int | None = None) -> Outcome:
    count = len(errand.failures) if failed is None else failed
    failures = f"{done}, {count} failed" if done else f"{count} failed"
    return Outcome(Ended.DONE, failures if count else done)
