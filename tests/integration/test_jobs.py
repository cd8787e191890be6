"""The schedule and the queue, on both databases: what is due is put in it once, however many look."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.brokers import get_broker
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler
from django_q.signing import SignedPackage
from pytest_django import Settings

from bconnect.jobs.models import ScheduledJob
from bconnect.jobs.table import Job, jobs
from bconnect.jobs.tick import begin_ticking, enqueue_due, last_tick
from bconnect.jobs.times import Daily, Every
from tests.integration.jobs_rig import STEP, queued

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
INCREMENTAL = Job("incremental", Daily(time(3)), (STEP,), yields_to="full")
FULL = Job("full", Daily(time(4), 6), (STEP,))
TABLE = (INCREMENTAL, FULL)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


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
