"""The schedule, the queue and the jobs in them, on both databases."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.brokers import get_broker
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler
from django_q.signing import SignedPackage
from pytest_django import Settings

from bconnect.customers.models import Customer
from bconnect.jobs import pause, queue
from bconnect.jobs.models import ScheduledJob
from bconnect.jobs.outcome import AGAIN, DONE, Ended, Outcome
from bconnect.jobs.runner import TRIED_AGAIN_AFTER, run
from bconnect.jobs.slices import Slice, SliceOver
from bconnect.jobs.table import Job, jobs
from bconnect.jobs.tick import begin_ticking, enqueue_due, last_tick
from bconnect.jobs.times import Daily, Every
from bconnect.sync import steps
from bconnect.sync.models import SyncRun
from tests.integration.rig import Rig, client_record, edit_here

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
STEP = "tests.integration.test_jobs.step"
INCREMENTAL = Job("incremental", Daily(time(3)), (STEP,), yields_to="full")
FULL = Job("full", Daily(time(4), 6), (STEP,))
TABLE = (INCREMENTAL, FULL)

script: list[Callable[[Slice], Outcome]] = []
"""What the step does at its next calls."""


def step(turn: Slice) -> Outcome:
    return script.pop(0)(turn)


@pytest.fixture(autouse=True)
def clean_script() -> Iterator[None]:
    script.clear()
    yield
    script.clear()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def queued() -> list[tuple[Any, ...]]:
    """Path and arguments of every call in the queue, oldest first."""
    packages = [SignedPackage.loads(row.payload) for row in OrmQ.objects.order_by("id")]
    return [(package["func"], *package["args"]) for package in packages]


def names() -> list[str]:
    return [call[1] for call in queued()]


def looks(*moments: str, table: tuple[Job, ...] = TABLE) -> list[str]:
    """What was put in the queue at each of these local times."""
    return [",".join(enqueue_due(table, local(moment))) for moment in moments]


# --- the schedule -----------------------------------------------------------------------------------------


def test_a_fresh_installation_waits_for_the_next_due_moment():
    assert looks("2026-05-20 14:00", "2026-05-21 02:59", "2026-05-21 03:00") == ["", "", "incremental"]


def test_what_is_due_is_put_in_the_queue_once_with_its_moment():
    assert looks("2026-05-20 14:00", "2026-05-21 03:01", "2026-05-21 03:02") == ["", "incremental", ""]
    assert queued() == [("bconnect.jobs.runner.run", "incremental", "2026-05-21T01:00:00+00:00")]


def test_nights_without_power_are_made_up_for_once():
    assert looks("2026-05-20 14:00", "2026-05-23 11:00", "2026-05-23 11:01") == ["", "incremental", ""]


def test_the_full_run_takes_the_place_of_an_incremental_one_that_is_due_with_it():
    # 2026-05-24 is a Sunday
    assert looks("2026-05-23 14:00", "2026-05-24 08:00", "2026-05-24 08:01") == ["", "full", ""]


def test_what_was_passed_over_does_not_count_as_unfinished():
    looks("2026-05-23 14:00", "2026-05-24 08:00")
    unfinished = ScheduledJob.objects.filter(last_due_at__gt=F("done_due_at"))
    assert set(unfinished.values_list("name", flat=True)) == {"full"}


def test_on_a_usual_sunday_both_run_at_their_hours():
    assert looks("2026-05-23 14:00", "2026-05-24 03:00", "2026-05-24 04:00") == ["", "incremental", "full"]


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_when_the_clocks_change_each_job_runs_once_at_its_time_on_the_clock(night: str):
    looks(f"{night} 00:30")
    moment, end, found = local(f"{night} 00:31").astimezone(UTC), local(f"{night} 06:00"), []
    while moment < end:
        found += [f"{name} {moment.astimezone(BRUSSELS):%H:%M}" for name in enqueue_due(TABLE, moment)]
        moment += timedelta(minutes=1)
    assert found == ["incremental 03:00", "full 04:00"]


def test_a_missed_night_in_which_the_clocks_changed_is_made_up_for_once():
    assert looks("2026-10-24 23:00", "2026-10-25 12:00", "2026-10-25 12:01") == ["", "full", ""]


def test_a_job_that_is_switched_off_is_never_due():
    table = (Job("incremental", None, (STEP,)),)
    assert looks("2026-05-20 14:00", "2026-05-25 14:00", table=table) == ["", ""]


def test_a_machine_that_stops_in_the_middle_leaves_the_job_due():
    looks("2026-05-20 14:00")
    with pytest.raises(RuntimeError), connection.execute_wrapper(_stop_after_enqueue):
        enqueue_due(TABLE, local("2026-05-21 03:00"))
    assert queued() == []
    assert looks("2026-05-21 03:00") == ["incremental"]


def _stop_after_enqueue(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    result = execute(sql, params, many, context)
    if sql.startswith("INSERT") and OrmQ._meta.db_table in sql:
        raise RuntimeError("the machine stops here")
    return result


def test_every_step_of_the_table_is_there_and_every_job_has_a_name_of_its_own():
    table = list(jobs())
    assert all(callable(import_string(path)) for job in table for path in job.steps)
    assert len({job.name for job in table}) == len(table)
    assert {job.yields_to for job in table} - {""} <= {job.name for job in table}


# --- one copy over all machines ---------------------------------------------------------------------------


def at_once(*actions: Callable[[], object]) -> None:
    """Each in a thread, and so on a connection, of its own."""
    barrier = threading.Barrier(len(actions))
    errors: list[BaseException] = []

    def act(action: Callable[[], object]) -> None:
        try:
            barrier.wait()
            action()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


several_machines = pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite in memory does not wait for a lock; tests/acceptance has two workers on a file",
)


@several_machines
@pytest.mark.django_db(transaction=True)
def test_several_machines_that_look_at_once_put_one_copy_in_the_queue():
    looks("2026-05-23 14:00")
    at_once(*[lambda: enqueue_due(TABLE, local("2026-05-24 08:00"))] * 6)
    assert names() == ["full"]


@several_machines
@pytest.mark.django_db(transaction=True)
def test_several_machines_share_one_tick():
    begin = timezone.now() - timedelta(minutes=5)
    at_once(*[lambda: begin_ticking(begin)] * 4)
    assert Schedule.objects.count() == 1
    OrmQ.objects.all().delete()  # the first tick of each worker
    at_once(*[lambda: scheduler(broker=get_broker())] * 4)
    assert queued() == [("bconnect.jobs.tick.tick",)]
    assert Schedule.objects.get().next_run > timezone.now()


def test_a_worker_that_starts_looks_at_once_for_what_is_due(settings: Settings):
    settings.BCONNECT_JOBS = (Job("often", Every(1), (STEP,)),)
    ScheduledJob.objects.create(name="often", last_due_at=timezone.now() - timedelta(hours=1))
    begin_ticking(timezone.now())
    _work_off_the_tick()
    assert names() == ["often"]
    looked_at = last_tick()
    assert looked_at is not None
    assert timezone.now() - looked_at < timedelta(minutes=1)


def _work_off_the_tick() -> None:
    """What the engine's processes do between them, once, in this one."""
    for row in OrmQ.objects.order_by("id"):
        package = SignedPackage.loads(row.payload)
        row.delete()
        import_string(package["func"])(*package["args"])


# --- a copy on its way ------------------------------------------------------------------------------------

DUE = datetime(2026, 5, 21, 1, 0, tzinfo=UTC)


@pytest.fixture
def job(settings: Settings) -> Iterator[ScheduledJob]:
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
