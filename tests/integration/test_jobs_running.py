"""A job on its way: its steps, what makes it wait or end, and the pause that holds what it sends. On both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import Schedule
from django_q.scheduler import scheduler
from pytest_django import Settings

from bconnect.customers.models import Customer
from bconnect.jobs import pause, queue
from bconnect.jobs.models import ScheduledJob
from bconnect.jobs.outcome import AGAIN, DONE, Ended, Outcome
from bconnect.jobs.runner import TRIED_AGAIN_AFTER, run
from bconnect.jobs.slices import Slice, SliceOver
from bconnect.jobs.table import Job
from bconnect.jobs.times import Daily
from bconnect.sync import steps
from bconnect.sync.models import SyncRun
from tests.integration.jobs_rig import STEP, queued, script
from tests.integration.rig import Rig, client_record, edit_here

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 5, 21, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clean_script() -> Iterator[None]:
    script.clear()
    yield
    script.clear()


# --- a copy on its way ------------------------------------------------------------------------------------


@pytest.fixture
def job(settings: Settings) -> ScheduledJob:
    settings.BCONNECT_JOBS = (Job("work", Daily(time(3)), (STEP, STEP)),)
    settings.BCONNECT_JOB_SLICE_S = 50
    return ScheduledJob.objects.create(name="work", last_due_at=DUE)


def do(step: int = 0, attempt: int = 0) -> str:
    return run("work", DUE.isoformat(), step, attempt)


def ends(outcome: Outcome) -> None:
    script.append(lambda turn: outcome)


def test_steps_are_done_one_after_the_other_and_then_the_copy_is_over(job: ScheduledJob):
    ends(DONE)
    ends(DONE)
    do()
    assert queued() == [("bconnect.jobs.runner.run", "work", DUE.isoformat(), 1, 0)]
    do(step=1)
    job.refresh_from_db()
    assert (job.outcome, job.done_due_at) == ("done", DUE)
    assert len(queued()) == 1


def test_a_copy_that_is_started_again_after_its_end_does_nothing(job: ScheduledJob):
    ScheduledJob.objects.update(done_due_at=DUE)
    assert do() == "nothing left to do"  # the step would fail: its script is empty


def test_a_copy_whose_next_one_is_due_gives_way_to_it(job: ScheduledJob):
    ScheduledJob.objects.update(last_due_at=DUE + timedelta(days=1))
    assert do() == "nothing left to do"


def test_a_job_that_is_no_longer_in_the_table_is_left_alone():
    assert run("formerly", DUE.isoformat()) == "nothing left to do"


def test_work_that_is_cut_goes_on_at_once_at_the_same_step(job: ScheduledJob):
    def cut(turn: Slice) -> Outcome:
        raise SliceOver

    script.append(cut)
    assert do(step=1) == "again"
    assert queued() == [("bconnect.jobs.runner.run", "work", DUE.isoformat(), 1, 0)]


def test_a_job_that_finds_another_run_at_work_looks_again_a_minute_later_and_is_no_failure(job: ScheduledJob):
    ends(Outcome(Ended.BUSY, "another run"))
    ends(Outcome(Ended.BUSY, "another run"))
    do()
    do()
    waiting = Schedule.objects.get()
    assert timedelta(seconds=50) < waiting.next_run - timezone.now() <= timedelta(minutes=1)
    job.refresh_from_db()
    assert job.outcome == ""


@pytest.mark.django_db(transaction=True)  # the engine closes a connection that is in a transaction
def test_what_waits_is_called_by_the_engine_when_its_time_has_come(job: ScheduledJob):
    queue.enqueue_later("bconnect.jobs.runner.run", "work", DUE.isoformat(), 1, 2, label="again", at=timezone.now())
    scheduler(broker=get_broker())
    assert queued() == [("bconnect.jobs.runner.run", "work", DUE.isoformat(), 1, 2)]
    assert not Schedule.objects.exists()


def test_what_is_out_of_order_is_tried_again_a_few_times_and_then_told(job: ScheduledJob):
    for attempt in range(len(TRIED_AGAIN_AFTER) + 1):
        ends(Outcome(Ended.LATER, "Robaws does not answer"))
        do(attempt=attempt)
        if attempt < len(TRIED_AGAIN_AFTER):
            wait = Schedule.objects.get().next_run - timezone.now()
            assert timedelta(0) < TRIED_AGAIN_AFTER[attempt] - wait < timedelta(seconds=5)
    job.refresh_from_db()
    assert (job.outcome, job.detail) == ("failed", "Robaws does not answer")


def test_a_spent_quota_is_waited_for(job: ScheduledJob):
    ends(Outcome(Ended.LATER, "spent", after_s=7 * 3600))
    do()
    assert Schedule.objects.get().next_run - timezone.now() > timedelta(hours=6)


def test_an_unexpected_error_is_noted_and_left_to_the_engine(job: ScheduledJob):
    def fail(turn: Slice) -> Outcome:
        raise ZeroDivisionError("no number")

    script.append(fail)
    with pytest.raises(ZeroDivisionError):
        do()
    job.refresh_from_db()
    assert (job.outcome, job.detail, job.done_due_at) == ("failed", "ZeroDivisionError: no number", None)


def test_a_guard_that_tripped_is_told_and_not_tried_again(job: ScheduledJob):
    ends(Outcome(Ended.GUARDED, "300 of 4017 clients are missing"))
    do()
    job.refresh_from_db()
    assert (job.outcome, job.done_due_at) == ("guarded", DUE)
    assert (queued(), Schedule.objects.count()) == ([], 0)


def test_a_copy_that_was_cut_does_not_count_as_ended(job: ScheduledJob):
    ends(AGAIN)
    do()
    job.refresh_from_db()
    assert (job.done_due_at, job.outcome) == (None, "")


# --- the pause --------------------------------------------------------------------------------------------


def test_the_pause_holds_until_it_is_ended():
    assert not pause.is_paused()
    pause.refuse_while_paused()
    call_command("pause", reason="stocktaking")
    assert pause.is_paused()
    with pytest.raises(pause.PausedError, match=r"stocktaking.*bconnect resume"):
        pause.refuse_while_paused()
    call_command("resume")
    assert not pause.is_paused()


def test_a_scheduled_push_sends_nothing_while_paused_and_says_why():
    pause.pause("Ann", "stocktaking", DUE)
    outcome = steps.push(Slice(50))
    assert outcome.ended is Ended.DONE
    assert "stocktaking" in outcome.detail


def test_a_pause_holds_a_push_that_is_under_way():
    rig = Rig([client_record(number) for number in range(1, 4)])
    rig.pull("full")
    for number in range(1, 4):
        edit_here(str(number), city="Gent")
    Customer.objects.create(robaws_client_id="NEW_1", name="New customer")
    rig.after_patch(lambda: pause.pause("somebody", "", timezone.now()))
    with pytest.raises(pause.PausedError):
        rig.push(in_flight=1)
    assert rig.writes() == 1
    assert SyncRun.objects.get(kind="push").status == "interrupted"
    pause.resume()
    assert (rig.push().pushed, len(rig.tenant.clients)) == (2, 4)


def test_a_second_pause_leaves_the_first_word(capsys: pytest.CaptureFixture[str]):
    call_command("pause", reason="first")
    call_command("pause", reason="second")
    with pytest.raises(pause.PausedError, match="first"):
        pause.refuse_while_paused()
    call_command("resume")
    call_command("resume")
    assert capsys.readouterr().out.splitlines() == [
        "Writing to Robaws is held.",
        "Writing to Robaws was held already.",
        "Writing to Robaws is allowed again.",
        "Nothing was held.",
    ]
