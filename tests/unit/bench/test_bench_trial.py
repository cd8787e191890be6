"""A trial: what makes a contender's run count, and what is said of one that does not."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.cases import FULL_LARGE, FULL_MILLION, UNCHANGED_LARGE, UNCHANGED_MILLION, Bench
from benchmarks.contenders import Contender
from benchmarks.data import BUNDLED
from benchmarks.measure import Cost
from benchmarks.remote import Count, Remote
from benchmarks.trial import Trial


class Counting(Remote):
    """A stand-in that was asked nothing and has three clients."""

    def count(self) -> Count:
        return Count(requests=5, refused=0, clients=3)


CLEAR = "database.execute('DELETE FROM client WHERE rowid > 3'); database.commit()\n"


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def inserting(rows: int, variable: str = "BENCH_DATABASE") -> str:
    return (
        "import os, sqlite3, sys\n"
        f"database = sqlite3.connect(os.environ['{variable}'].removeprefix('sqlite:///'))\n"
        f"database.execute('CREATE TABLE client (id)')\n"
        f"database.executemany('INSERT INTO client VALUES (?)', [(n,) for n in range({rows})])\n"
        "database.commit()\n"
    )


@pytest.fixture
def peer() -> Contender:
    return Contender("peer", python(inserting(3)), "SELECT count(*) FROM client")


def ours(rows: int, report: str, status: int = 0) -> Contender:
    code = inserting(rows, "DATABASE_URL") + f"print('{report}'); sys.exit({status})"
    return Contender("ours", python(code), "SELECT count(*) FROM client", ours=True)


def trial(contender: Contender, workdir: Path) -> Trial:
    return Trial(contender, Counting("http://127.0.0.1:1"), workdir, timeout_s=60)


def test_a_pull_that_brought_every_client_counts(peer: Contender, tmp_path: Path) -> None:
    done = trial(peer, tmp_path).pull()
    assert done.fault is None
    assert done.count.requests == 5


def test_a_pull_that_left_a_client_out_does_not_count(peer: Contender, tmp_path: Path) -> None:
    done = trial(replace(peer, pull=python(inserting(2))), tmp_path).pull()
    assert done.fault == "2 rows and 0 reported bad, of 3 clients"


def test_a_failing_command_is_reported_with_its_status_and_last_line(peer: Contender, tmp_path: Path) -> None:
    done = trial(replace(peer, pull=python("raise SystemExit('first\\nlast')")), tmp_path).pull()
    assert done.fault == "exit status 1: last"


def test_a_command_that_is_not_installed_is_a_fault_with_its_cure(peer: Contender, tmp_path: Path) -> None:
    done = trial(replace(peer, prepare=("/nowhere/bconnect",)), tmp_path).pull()
    assert done.fault == "/nowhere/bconnect is not there: run `make install`"
    assert done.cost == Cost.none()


def test_a_bad_record_that_ours_reports_is_not_missed(tmp_path: Path) -> None:
    assert trial(ours(2, '{"errors": 1}', status=1), tmp_path).pull().fault is None
    assert trial(ours(2, '{"errors": [{"id": "9"}]}', status=1), tmp_path).pull().fault is None


def test_a_record_that_ours_loses_without_a_word_is_a_fault(tmp_path: Path) -> None:
    assert trial(ours(2, '{"errors": 0}'), tmp_path).pull().fault == "2 rows and 0 reported bad, of 3 clients"


def test_a_report_of_ours_that_is_no_json_is_a_fault(tmp_path: Path) -> None:
    assert "cannot be read" in (trial(ours(3, "done"), tmp_path).pull().fault or "")
    assert "cannot be read" in (trial(ours(3, "{}"), tmp_path).pull().fault or "")


def test_a_pull_past_its_time_is_no_fault_but_marked(peer: Contender, tmp_path: Path) -> None:
    slow = replace(peer, pull=python("import time; time.sleep(60)"))
    done = Trial(slow, Counting("http://127.0.0.1:1"), tmp_path, timeout_s=0.2).pull()
    assert done.fault is None
    assert done.cost.timed_out


def test_each_trial_starts_from_an_empty_database(peer: Contender, tmp_path: Path) -> None:
    assert [trial(peer, tmp_path).pull().fault for _ in range(2)] == [None, None]


def test_ours_is_told_the_limits_and_a_peer_gets_no_setting_of_ours(peer: Contender, tmp_path: Path) -> None:
    database = tmp_path / "x.sqlite3"
    limited = replace(peer, ours=True).env("http://127.0.0.1:1", database, rate=15, burst=20)
    assert (limited["ROBAWS_REQUESTS_PER_SECOND"], limited["ROBAWS_BURST"]) == ("15", "20")
    assert limited["DATABASE_URL"] == f"sqlite:///{database}"
    assert not [name for name in peer.env("http://127.0.0.1:1", database) if name.startswith("ROBAWS")]


@pytest.mark.parametrize(("there", "fault"), [(200, None), (7, "7 of 200 edits have reached the remote")])
def test_a_push_counts_when_the_remote_holds_every_edit(
    peer: Contender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: int, fault: str | None
) -> None:
    monkeypatch.setattr(Counting, "count_in", lambda self, city: there, raising=False)
    pushing = trial(replace(peer, push=python(""), edit="UPDATE client SET id = ?"), tmp_path)
    pushing.pull()
    assert pushing.push().fault == fault
    assert pushing.push_nothing().fault == fault


def test_a_trial_gives_its_room_back(peer: Contender, tmp_path: Path) -> None:
    over = trial(peer, tmp_path)
    over.pull()
    over.clear()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def again(peer: Contender) -> Contender:
    """It can pull more than once into one database."""
    return replace(peer, pull=python(inserting(3).replace("TABLE", "TABLE IF NOT EXISTS") + CLEAR))


def bench(workdir: Path, *contenders: Contender, runs: int = 1) -> Bench:
    return Bench(BUNDLED, contenders, runs=runs, timeout_s=60, workdir=workdir)


def test_a_million_clients_are_for_those_that_are_quick(again: Contender, tmp_path: Path) -> None:
    slow, half = (replace(again, name=name, quick_up_to=most) for name, most in (("slow", (2, 2)), ("half", (3, 2))))
    found = list(bench(tmp_path, again, slow, half).million(3))
    done = {(FULL_MILLION, "peer"), (UNCHANGED_MILLION, "peer"), (FULL_MILLION, "half")}
    assert {(each.case, each.contender) for each in found} == done
    assert all(each.is_usable for each in found)


@pytest.mark.parametrize(
    ("patient", "by_half"), [(False, {FULL_LARGE: 2}), (True, {FULL_LARGE: 2, UNCHANGED_LARGE: 1})]
)
def test_large_pulls_run_in_turn_and_once_where_they_take_long(
    again: Contender, tmp_path: Path, patient: bool, by_half: dict[str, int]
) -> None:
    half = replace(again, name="half", quick_up_to=(3, 2))
    failing = replace(again, name="failing", pull=python("raise SystemExit('no')"))
    found = list(bench(tmp_path, again, half, failing, runs=2).large(3, patient=patient))
    counts = {(each.case, each.contender): each.runs for each in found}
    whole = {(FULL_LARGE, "peer"): 2, (UNCHANGED_LARGE, "peer"): 2, (FULL_LARGE, "failing"): 1}
    assert counts == whole | {(case, "half"): runs for case, runs in by_half.items()}
    assert [each.contender for each in found if not each.is_usable] == ["failing"]
    assert not list(tmp_path.iterdir())
