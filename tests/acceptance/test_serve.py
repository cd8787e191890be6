"""The real processes: the whole tree of `bconnect serve`, and workers that do, share and take over jobs."""

import os
import re
import signal
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil
import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.rig import Rig, Running
from tests.patience import PATIENCE_S

SECRET_KEY = "only for the tests of serve"
LONG_AGO = "2026-01-01 00:00:00+00:00"
QUIET = {
    "BCONNECT_SECRET_KEY": SECRET_KEY,
    **{f"BCONNECT_SCHEDULE_{name}": "off" for name in ("INCREMENTAL", "PUSH", "HEALTH", "RETENTION", "ALERTS")},
}
"""Nothing but the full run is ever due."""
IN_SLICES = {**QUIET, "BCONNECT_JOB_SLICE_S": "1", "ROBAWS_REQUESTS_PER_SECOND": "10", "ROBAWS_BURST": "4"}


def until(is_so: Callable[[], Any], running: Running | None = None) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := is_so()):
        assert running is None or running.is_running(), f"it ended before that: {running and running.end()}"
        assert time.monotonic() < deadline, f"it did not come to that: {running and tree(running.process.pid)}"
        time.sleep(0.05)
    return found


def tree(root: int) -> dict[int, str]:
    """Every process below this one, itself included, with its command line."""
    found = {}
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(root)
        for member in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                found[member.pid] = " ".join(member.cmdline())
    return found


def left_of(pids: set[int]) -> list[psutil.Process]:
    """Those that still run."""
    return [process for process in psutil.process_iter(["status"]) if process.pid in pids and _lives(process)]


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def let_a_night_be_missed(rig: Rig) -> None:
    rig.database.change("INSERT INTO jobs_scheduled (name, last_due_at) VALUES ('full', %s)", LONG_AGO)


def full_runs(rig: Rig) -> list[tuple[Any, ...]]:
    return rig.database.query("SELECT status, started_by FROM sync_runs WHERE kind = 'full' ORDER BY id")


def is_done(rig: Rig) -> bool:
    return bool(rig.database.query("SELECT 1 FROM jobs_scheduled WHERE name = 'full' AND outcome = 'done'"))


def holder(rig: Rig) -> int:
    """The process that holds the lease, 0 where none does."""
    found = rig.database.query("SELECT holder FROM sync_leases WHERE name = 'sync' AND holder <> ''")
    return int(found[0][0].split("|")[1]) if found else 0


# --- serve ------------------------------------------------------------------------------------------------


def test_serve_runs_web_and_worker_restarts_what_dies_and_leaves_nothing_behind(begin: Begin):
    rig = begin("--clients", "20")
    serve = rig.command("serve", "--port", "0", **QUIET)
    assert serve.process.stdout is not None
    address = re.search(r"http://\S+", serve.process.stdout.readline())
    assert address is not None
    with urllib.request.urlopen(f"{address[0]}healthz", timeout=60) as answer:
        assert answer.status == 200
    before = until(lambda: whole(tree(serve.process.pid)), serve)

    leader = next(pid for pid, command in before.items() if "--part jobs" in command and is_leader(pid))
    os.kill(leader, signal.SIGKILL)
    after = until(lambda: whole({p: c for p, c in tree(serve.process.pid).items() if p not in jobs_of(before)}), serve)
    assert until(lambda: left_of(jobs_of(before)) == []), "the killed worker's processes live on"

    assert serve.signal(signal.SIGTERM).status == 0
    assert left_of(set(before) | set(after)) == []


def whole(found: dict[int, str]) -> dict[int, str] | None:
    """The tree when all of it is there: gunicorn's arbiter and two workers, the inbox, the engine's six."""
    counts = [sum(part in command for command in found.values()) for part in ("cli web", "--part inbox", "--part jobs")]
    return found if counts[0] >= 3 and counts[1] >= 1 and counts[2] >= 6 else None


def jobs_of(found: dict[int, str]) -> set[int]:
    return {pid for pid, command in found.items() if "--part jobs" in command}


def is_leader(pid: int) -> bool:
    return os.getsid(pid) == pid


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_what_cannot_run_is_said_in_one_line(begin: Begin, command: str):
    outcome = begin("--clients", "20").command(command).end()
    assert outcome.status == 3
    assert "BCONNECT_SECRET_KEY" in outcome.line


def test_an_occupied_port_ends_serve_with_the_web_s_own_line(begin: Begin):
    rig = begin("--clients", "20")
    port = rig.remote.url.rpartition(":")[2]
    outcome = rig.command("serve", "--port", port, **QUIET).end()
    assert outcome.status == 3
    assert f"port {port}" in outcome.line


# --- jobs -------------------------------------------------------------------------------------------------


def test_two_workers_make_up_for_a_missed_night_with_one_run_though_the_process_at_work_is_killed(begin: Begin):
    rig = begin("--clients", "2000")
    let_a_night_be_missed(rig)
    workers = [rig.command("worker", "--part", "jobs", **IN_SLICES) for _ in range(2)]
    rig.wait_for_rows(500, workers[0])
    os.kill(until(lambda: holder(rig), workers[0]), signal.SIGKILL)
    until(lambda: is_done(rig), workers[0])
    # Where a slice was over before the first page was there, its run had nothing yet to go on with.
    begun = rig.database.query("SELECT status, started_by FROM sync_runs WHERE kind = 'full' AND fetched > 0")
    assert begun == [("done", "schedule")]
    assert rig.database.ids() == set(rig.remote.ids())
    assert slices(rig) > 1
    for worker in workers:
        worker.process.send_signal(signal.SIGTERM)
    assert [worker.end().status for worker in workers] == [0, 0]


def slices(rig: Rig) -> int:
    """How many calls of the job the engine has done."""
    return int(rig.database.value("SELECT count(*) FROM django_q_task WHERE success AND func LIKE %s", "%runner.run"))


def test_a_worker_that_is_asked_to_end_releases_its_job_in_the_midst_of_its_slice(begin: Begin):
    rig = begin("--clients", "2000")
    let_a_night_be_missed(rig)
    slow = {**IN_SLICES, "BCONNECT_JOB_SLICE_S": "50"}
    worker = rig.command("worker", **slow)
    rig.wait_for_rows(500, worker)
    pids = set(tree(worker.process.pid))
    assert worker.signal(signal.SIGTERM).status == 0
    assert left_of(pids) == []
    assert full_runs(rig) == [("interrupted", "schedule")]
    assert holder(rig) == 0
    found = rig.database.customers()
    assert 500 <= found < 2000

    second = rig.command("worker", "--part", "jobs", **QUIET)
    until(lambda: is_done(rig), second)
    assert full_runs(rig) == [("done", "schedule")]
    assert rig.database.ids() == set(rig.remote.ids())
    second.signal(signal.SIGTERM)


def test_an_engine_of_which_a_process_was_killed_ends_in_time_with_all_that_it_started(begin: Begin):
    """One of them holds the lock of the queue while it waits for work: nobody can take it from the dead."""
    worker = begin("--clients", "3").command("worker", "--part", "jobs", **QUIET)
    before = until(lambda: engine(worker.process.pid), worker)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: engine(worker.process.pid) - before == engine(worker.process.pid) != set(), worker)
    pids = set(tree(worker.process.pid))
    assert worker.signal(signal.SIGTERM, timeout_s=60).status == 0
    until(lambda: left_of(pids) == [])


def engine(leader: int) -> set[int]:
    """What the engine's sentinel has started, once all four are there."""
    started: set[int] = set()
    with suppress(psutil.NoSuchProcess):
        for sentinel in psutil.Process(leader).children():
            started |= {each.pid for each in sentinel.children() if _lives(each)}
    return started if len(started) >= 4 else set()


# --- the steps of the jobs, each as a worker calls it ------------------------------------------------------


def steps(rig: Rig, *names: str, before: str = "", **settings: str) -> list[tuple[str, str]]:
    """Do these steps in one process; how each ended, and its detail."""
    code = "from django.utils.module_loading import import_string; from bconnect.jobs.slices import Slice; "
    code += f"from bconnect.sync import models; {before}\nfor name in {names!r}: "
    code += "outcome = import_string(f'bconnect.{name}')(Slice(50)); print(outcome.ended, outcome.detail)"
    outcome = rig.command("shell", "--no-imports", "-c", code, **QUIET, **settings).end()
    assert outcome.status == 0, outcome
    ended = [line.partition(" ") for line in outcome.stdout.splitlines()]
    return [(word, detail) for word, _, detail in ended]


def test_the_evening_s_steps_bring_what_changed_there_and_send_what_changed_here(begin: Begin):
    rig = begin("--clients", "40")
    assert steps(rig, "sync.steps.pull_changes", "sync.steps.push") == [("done", ""), ("done", "")]
    upkeep = ("webhooks.steps.check_health", *(f"operations.steps.{each}" for each in ("note_drift", "tell_alerts")))
    assert steps(rig, *upkeep) == [("done", "")] * 3
    here, there = rig.remote.ids()[:2]
    rig.remote.edit(there, name="Changed there")
    rig.database.change("UPDATE robaws_customers_cache SET name = 'Changed here' WHERE robaws_client_id = %s", here)
    assert steps(rig, "sync.steps.pull_changes", "sync.steps.push") == [("done", ""), ("done", "")]
    assert rig.database.customer(there, "name") == ("Changed there",)
    assert rig.remote.client(here)["name"] == "Changed here"


def test_a_step_that_cannot_do_its_work_says_what_is_to_become_of_it(begin: Begin):
    rig = begin("--clients", "40")
    assert steps(rig, "sync.steps.pull_everything") == [("done", "")]

    # what only a person can decide is not tried again
    rig.remote.remove(*rig.remote.ids()[:30])
    ((ended, detail),) = steps(rig, "sync.steps.pull_everything")
    assert ended == "guarded"
    assert "30 of 40" in detail

    # an incremental run that did not fit into a slice is made up for by a full one, which sees what is gone
    cut = "from datetime import timedelta; from django.utils import timezone; now = timezone.now(); "
    cut += "models.SyncRun.objects.create(kind='incremental', status='interrupted', "
    cut += "started_at=now - timedelta(seconds=50), finished_at=now)"
    assert [ended for ended, _ in steps(rig, "sync.steps.pull_changes", before=cut)] == ["guarded"]

    # another machine's run is waited for; a login that is refused is not
    rig.database.change("UPDATE sync_leases SET holder = 'elsewhere|1|1|x', expires_at = %s", time.time() + 60)
    assert [ended for ended, _ in steps(rig, "sync.steps.pull_changes", "sync.steps.push")] == ["busy", "busy"]
    rig.database.change("UPDATE sync_leases SET holder = '', expires_at = 0")
    assert [ended for ended, _ in steps(rig, "sync.steps.pull_changes", ROBAWS_API_SECRET="not the one")] == ["failed"]


def test_the_hourly_check_tells_of_what_is_wrong_here_also_while_robaws_is_out_of_reach(begin: Begin):
    rig, away = begin("--clients", "3"), {"ROBAWS_BASE_URL": "http://127.0.0.1:9"}
    assert [ended for ended, _ in steps(rig, "webhooks.steps.check_health", **away)] == ["later"]
    rig.database.change(
        "INSERT INTO robaws_webhook_logs (event_type, robaws_id, status, received_at)"
        " VALUES ('client.updated', 'e1', 'failed', CURRENT_TIMESTAMP)"
    )
    ((ended, detail),) = steps(rig, "webhooks.steps.check_health", **away)
    assert (ended, "failed in 24 hours" in detail, "127.0.0.1" in detail) == ("failed", True, False)
