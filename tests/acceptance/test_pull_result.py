"""What a pull leaves and tells: the rows, the one JSON object, the exit status, nothing else on stdout."""

import os
import pty
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.rig import PULL_KEYS, Outcome, Rig


@dataclass(frozen=True, slots=True)
class Pulled:
    """A tenant that was pulled once, and how that went."""

    rig: Rig
    outcome: Outcome
    asked_at: datetime
    requests: int


@pytest.fixture(scope="module")
def pulled(begin_for_all: Begin) -> Pulled:
    rig, asked_at = begin_for_all("--clients", "150"), datetime.now(UTC)
    return Pulled(rig, rig.run("--full", "--json"), asked_at, rig.remote.requests())


def test_the_result_is_one_json_object_with_the_keys_of_the_contract(pulled: Pulled):
    outcome = pulled.outcome
    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.stdout.count("\n") == 1
    assert list(outcome.json) == PULL_KEYS
    assert 0 < outcome.json["duration_s"] < 30
    assert {**outcome.json, "duration_s": 0} == {
        "mode": "full", "total_fetched": 150, "created": 150, "updated": 0, "unchanged": 0, "skipped": 0,
        "conflicts": 0, "missing": 0, "errors": 0, "requests": pulled.requests, "duration_s": 0,
    }  # fmt: skip


def test_a_run_leaves_its_record(pulled: Pulled):
    kind, status, created, requests, finished_at = pulled.rig.database.query(
        "SELECT kind, status, created, requests, finished_at FROM sync_runs ORDER BY id"
    )[0]
    assert (kind, status, created, requests) == ("full", "done", 150, pulled.requests)
    finished = finished_at if isinstance(finished_at, datetime) else datetime.fromisoformat(finished_at + "+00:00")
    assert pulled.asked_at <= finished <= datetime.now(UTC)


def test_what_was_only_pulled_is_not_pending(pulled: Pulled):
    assert pulled.rig.database.value(f"SELECT count(*) FROM {CUSTOMERS} WHERE is_pending") == 0


def test_a_second_full_pull_changes_no_row(pulled: Pulled):
    rig = pulled.rig
    before = rig.database.rows()
    result = rig.pull("--full")
    assert (result["total_fetched"], result["unchanged"]) == (150, 150)
    assert rig.database.rows() == before
    assert rig.remote.stats()["writes"] == 0


def test_the_first_pull_of_all_is_full_and_the_next_asks_for_what_changed(begin: Begin):
    rig = begin("--clients", "50")
    assert rig.pull()["mode"] == "full"
    ids = rig.remote.ids()
    for client_id in ids[:3]:
        rig.remote.edit(client_id, name=f"Renamed {client_id}")
    new_id = rig.remote.add(name="New BV")
    result = rig.pull()
    assert result["mode"] == "incremental"
    assert (result["total_fetched"], result["created"], result["updated"], result["requests"]) == (4, 1, 3, 1)
    assert rig.database.customer(ids[0], "name") == (f"Renamed {ids[0]}",)
    assert rig.database.customer(new_id, "name", "is_active") == ("New BV", True)
    before = rig.database.rows()
    assert rig.pull()["updated"] == 0
    assert rig.database.rows() == before


def test_without_json_a_person_sees_a_table_and_no_bar(pulled: Pulled):
    outcome = pulled.rig.run("--full")
    assert (outcome.status, outcome.stderr) == (0, "")
    lines = {" ".join(line.split("│")[1:3]).strip() for line in outcome.stdout.splitlines() if "│" in line}
    assert {" ".join(line.split()) for line in lines} >= {"Fetched 150", "Unchanged 150", "Errors 0"}


@pytest.mark.parametrize(("arguments", "has_bar"), [((), True), (("--no-progress",), False)])
def test_on_a_terminal_the_bar_goes_to_stderr_and_stdout_stays_json(pulled: Pulled, arguments, has_bar):
    seen, terminal = pty.openpty()
    try:
        running = pulled.rig.start("--full", "--json", *arguments, stderr=terminal)
        os.close(terminal)
        stdout, _ = running.process.communicate(timeout=60)
        shown = _read_all(seen)
    finally:
        os.close(seen)
    assert running.process.returncode == 0
    assert stdout.startswith('{"mode":"full"')
    assert stdout.count("\n") == 1
    assert ("150/150" in shown) is has_bar


def _read_all(terminal: int) -> str:
    parts = []
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux: the other end is closed
            part = b""
        if not part:
            return b"".join(parts).decode()
        parts.append(part)


def test_settings_may_stand_in_a_file_in_the_working_directory(begin: Begin, tmp_path: Path):
    rig = begin("--clients", "20")
    (tmp_path / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in rig.settings.items()))
    rig.settings.clear()
    assert rig.pull("--full")["created"] == 20
