"""Stopping a run from the web UI, whoever began it and wherever it works; it goes on where it ended."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bconnect.customers.models import Customer
from bconnect.jobs.models import Errand, ScheduledJob
from bconnect.jobs.outcome import Ended
from bconnect.jobs.runner import run as run_job
from bconnect.sync import cancel, steps
from bconnect.sync.lease import Lease
from bconnect.sync.models import SyncRun
from robaws.errors import TimedOut
from robaws.simulator import serve
from tests.integration.people import KINDS, browser, is_refused, may, worker
from tests.integration.rig import Rig, client_record, customer, edit_here

# The shared limits are kept over a connection of their own, which waits for ever for a test's transaction.
pytestmark = pytest.mark.django_db(transaction=True)
on_a_server = pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite in memory does not wait for a lock; tests/acceptance stops a run on a file",
)
"""Whoever presses the button does so in a thread of their own."""

CLIENTS = 60
DASHBOARD = "/admin/"


@pytest.fixture
def rig() -> Rig:
    """Six pages of ten."""
    rig = Rig(client_record(number) for number in range(1, CLIENTS + 1))
    rig.faults("cap-size=10")
    return rig


def press_stop(rig: Rig, by: str, *, path: str = "/api/v2/clients", after: int = 3) -> None:
    """Somebody presses the button while the so-maniest such request is under way."""
    person, asked, handle = browser(by), 0, rig.robaws.handle

    def handled(request: Any) -> Any:
        nonlocal asked
        asked += request.path.startswith(path)
        if asked == after:
            asked += 1
            person.post(cancel_address(SyncRun.objects.latest("id")))
            if threading.current_thread() is not threading.main_thread():
                connection.close()  # that of the simulator's thread, which nobody else would close
        return handle(request)

    rig.robaws.handle = handled  # type: ignore[method-assign]


def cancel_address(run: SyncRun) -> str:
    return reverse("admin:sync_syncrun_cancel", args=[run.pk])


def page(run: SyncRun) -> str:
    return reverse("admin:sync_syncrun_change", args=[run.pk])


def begun(who: str = "command line (root)") -> SyncRun:
    return SyncRun.objects.create(kind="full", started_by=who, started_at=timezone.now(), total=100, fetched=40)


def test_a_pull_that_somebody_stops_is_interrupted_and_the_next_one_goes_on_there(rig: Rig) -> None:
    press_stop(rig, "administrator")
    with pytest.raises(cancel.Cancelled, match="stopped by administrator"):
        rig.pull("full")
    run = SyncRun.objects.get()
    assert (run.status, run.error) == ("interrupted", "stopped by administrator")
    stored = Customer.objects.count()
    assert 0 < stored < CLIENTS
    tally = rig.pull("full")
    assert tally.created == CLIENTS - stored
    run.refresh_from_db()
    assert (run.status, run.cancelled_by, SyncRun.objects.count()) == ("done", "", 1)


def test_a_push_that_somebody_stops_leaves_the_rest_pending(rig: Rig) -> None:
    rig.pull("full")
    Customer.objects.filter(robaws_client_id__lte="2").update(city="Gent")
    pending = Customer.objects.pending().count()
    press_stop(rig, "administrator", path="/api/v2/clients/", after=4)
    with pytest.raises(cancel.Cancelled):
        rig.push()
    run = SyncRun.objects.latest("id")
    assert (run.kind, run.status, run.error) == ("push", "interrupted", "stopped by administrator")
    assert 0 < Customer.objects.pending().count() < pending
    rig.push()
    assert not Customer.objects.pending().exists()


@on_a_server
def test_a_run_of_the_schedule_that_is_stopped_is_not_begun_again_until_it_is_due(rig: Rig, settings: Any) -> None:
    press_stop(rig, "administrator")
    due = timezone.now()
    ScheduledJob.objects.create(name="full", last_due_at=due)
    with serve(rig.robaws) as server:
        settings.ROBAWS_BASE_URL = server.url
        assert run_job("full", due.isoformat()) == Ended.CANCELLED
    job = ScheduledJob.objects.get()
    assert (job.outcome, job.detail, job.done_due_at) == ("cancelled", "stopped by administrator", due)
    assert SyncRun.objects.get().status == "interrupted"


@on_a_server
def test_a_task_whose_run_is_stopped_has_been_cancelled(rig: Rig, settings: Any) -> None:
    person = browser("operator")
    person.post("/admin/customers/customer/sync-all/", {"what": "sync all"})
    press_stop(rig, "operator")
    with serve(rig.robaws) as server:
        settings.ROBAWS_BASE_URL = server.url
        worker()
    task = Errand.objects.get()
    assert (task.state, task.detail) == ("cancelled", "stopped by operator; what was done so far stays")
    run = SyncRun.objects.get()
    assert (run.status, run.error, run.cancelled_by) == ("interrupted", "stopped by operator", "operator")


@pytest.mark.parametrize("end", [KeyboardInterrupt(), TimedOut("no answer in time")])
def test_stopped_as_it_ends_by_itself_it_does_not_go_on_by_itself(rig: Rig, end: BaseException) -> None:
    """The mark comes after the run's last look, and the end of its slice or of Robaws' patience after that."""

    def ends() -> None:
        SyncRun.objects.filter(status="running").update(cancelled_by="boss")
        raise end

    with pytest.raises(cancel.Cancelled, match="stopped by boss"):
        _pull_that(rig, ends)
    run = SyncRun.objects.get()
    assert (run.status, run.error) == ("interrupted", "stopped by boss")


def _pull_that(rig: Rig, at_the_first_page: Callable[[], None]) -> None:
    from bconnect.sync.pull import Pull, PullOptions

    with rig.client() as client, Lease() as lease:
        Pull(
            client, rig.mapping, PullOptions(who="test"), lease=lease, now=rig.clock.now,
            progress=lambda done, total: at_the_first_page(),
        ).full()  # fmt: skip


def test_a_run_whose_process_died_is_closed_at_once() -> None:
    run = begun()
    browser("administrator").post(cancel_address(run))
    run.refresh_from_db()
    assert (run.status, run.error) == ("interrupted", "the process ended without a word")


def test_a_run_that_has_ended_is_left_as_it_is() -> None:
    run = begun()
    SyncRun.objects.filter(pk=run.pk).update(status="done")
    shown = browser("administrator").post(cancel_address(run), follow=True).content.decode()
    assert "This run has ended already." in shown
    run.refresh_from_db()
    assert (run.status, run.cancelled_by) == ("done", "")


@pytest.mark.parametrize("kind", KINDS)
def test_only_administrators_stop_what_others_began(kind: str) -> None:
    run, person = begun(), browser(kind)
    allowed = may(kind, "administrator")
    with Lease():
        for where in (page(run), DASHBOARD):
            assert (cancel_address(run) in person.get(where).content.decode()) is allowed
        assert is_refused(person.get(cancel_address(run)))
        assert is_refused(person.post(cancel_address(run))) is not allowed
    run.refresh_from_db()
    assert run.cancelled_by == (kind if allowed else "")


def test_who_began_a_run_may_stop_it() -> None:
    run, person = begun("operator"), browser("operator")
    with Lease():
        assert "40 %" in person.get(page(run)).content.decode()
        person.post(cancel_address(run))
        assert "operator asked it to stop" in person.get(page(run)).content.decode()
        assert cancel_address(run) not in person.get(DASHBOARD).content.decode()


@on_a_server
def test_the_scheduled_step_tells_who_stopped_it(rig: Rig, settings: Any) -> None:
    rig.pull("full")
    edit_here("1", city="Gent")
    press_stop(rig, "administrator", path="/api/v2/clients/", after=1)
    from bconnect.jobs.slices import Slice

    with serve(rig.robaws) as server:
        settings.ROBAWS_BASE_URL = server.url
        outcome = steps.push(Slice(60))
    assert (outcome.ended, outcome.detail) == (Ended.CANCELLED, "stopped by administrator")
    assert not customer("1").is_pending  # what was under way is completed
