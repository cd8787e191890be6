"""Runs that die, are stopped or meet each other: what is stored is consistent, the next run completes it."""

import signal

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.rig import Rig, Running
from tests.patience import PATIENCE_S

CLIENTS = 600
SMALL_PAGES = "cap-size=20"
"""Thirty pages instead of six: a run has a middle."""


@pytest.fixture
def rig(begin: Begin) -> Rig:
    return begin("--clients", str(CLIENTS))


def half_way(rig: Rig, *, request: int = 12, rows: int = 100) -> Running:
    """A full pull with some pages stored and some still to come: from this request on, also where one is given up and
    sent again, every page waits until Robaws behaves again."""
    waits = [f"delay={PATIENCE_S}@/api/v2/clients,#{number}" for number in range(request, CLIENTS // 10)]
    rig.remote.behave(SMALL_PAGES, *waits)
    running = rig.start("--full", "--json")
    assert 0 < rig.wait_for_rows(rows, running) < CLIENTS
    return running


def complete(rig: Rig) -> dict[str, object]:
    rig.remote.behave(SMALL_PAGES)
    result = rig.pull("--full")
    assert rig.database.ids() == set(rig.remote.ids())
    return result


def undisturbed(begin: Begin, rig: Rig) -> list[str]:
    """The rows that one quiet run makes of the same tenant."""
    other = begin(remote=rig.remote)
    other.pull("--full")
    return other.database.content()


def test_after_kill_9_the_next_run_completes_it_as_if_nothing_had_happened(begin: Begin, rig: Rig):
    half_way(rig).kill()
    stored = rig.database.customers()
    assert 0 < stored < CLIENTS
    result = complete(rig)
    assert rig.database.content() == undisturbed(begin, rig)
    # It went on where the other stopped: one run, which read the rest.
    assert rig.database.query("SELECT status, created FROM sync_runs") == [("done", CLIENTS)]
    assert result["created"] == CLIENTS - stored
    assert int(str(result["requests"])) < CLIENTS / 20


def test_killed_again_and_again_it_still_arrives(rig: Rig):
    for rows in (60, 150, 240):
        half_way(rig, request=9, rows=rows).kill()
    complete(rig)
    assert rig.database.query("SELECT status, created FROM sync_runs") == [("done", CLIENTS)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_says_one_line_and_the_next_run_completes_it(rig: Rig, number: signal.Signals):
    outcome = half_way(rig).signal(number)
    assert outcome.status == 3
    assert "stopped" in outcome.line
    assert rig.database.value("SELECT status FROM sync_runs") == "interrupted"
    assert complete(rig)["errors"] == 0
    assert rig.database.value("SELECT count(*) FROM sync_runs") == 1


def test_somebody_stops_it_from_elsewhere_and_the_next_run_completes_it(rig: Rig):
    """The web UI writes this mark, in a process of its own. Also a run that waits for an answer heeds it."""
    running = half_way(rig)
    rig.database.change("UPDATE sync_runs SET cancelled_by = 'anna'")
    outcome = running.end()
    assert outcome.status == 3
    assert outcome.line == "bconnect: stopped by anna; the next run goes on where this one ended"
    assert rig.database.query("SELECT status, error FROM sync_runs") == [("interrupted", "stopped by anna")]
    assert complete(rig)["errors"] == 0
    assert rig.database.value("SELECT count(*) FROM sync_runs") == 1


def test_told_to_stop_while_robaws_hangs_it_stops_soon(rig: Rig):
    rig.remote.behave(SMALL_PAGES, "hang@/api/v2/clients,#9", "hang@/api/v2/clients,#10")
    running = rig.start("--full")
    rig.wait_for_rows(60, running)
    assert running.signal(signal.SIGTERM, timeout_s=25).status == 3


def test_of_two_runs_at_once_one_names_the_lock_and_the_other_completes(rig: Rig):
    first = half_way(rig)
    others = [rig.start(*arguments.split()) for arguments in ("--full", "--client-id 3017")]
    dry = rig.start("--dry-run", "--client-id", "3017")
    for second in (other.end() for other in others):
        assert second.status == 3
        assert "lock" in second.line
        assert str(first.process.pid) in second.line
    assert dry.end().status == 0, "a dry run needs no lock"
    assert first.is_running()
    rig.remote.behave(SMALL_PAGES)
    outcome = first.end()
    assert (outcome.status, outcome.json["created"]) == (0, CLIENTS)
