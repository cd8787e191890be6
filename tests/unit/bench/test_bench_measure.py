"""Measuring a command: the whole tree counts, the exit status is kept, and its time is limited."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.duplicates.peers import unfinished
from benchmarks.measure import Cost, run

BURN = "import time\nwhile time.process_time() < 0.3: pass"


def measured(code: str, cwd: Path, timeout_s: float = 60) -> Cost:
    return run((sys.executable, "-c", code), {"PATH": os.environ["PATH"]}, cwd, timeout_s)


def test_cpu_of_a_grandchild_counts(tmp_path: Path) -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])"
    assert measured(code, tmp_path).cpu_s >= 0.3


def test_waiting_costs_wall_time_and_no_cpu_time(tmp_path: Path) -> None:
    cost = measured("import time; time.sleep(0.5)", tmp_path)
    assert cost.wall_s >= 0.5
    assert cost.cpu_s < cost.wall_s


def test_memory_that_was_held_only_for_a_moment_is_in_the_peak(tmp_path: Path) -> None:
    assert measured("x = b'1' * (200 << 20); del x", tmp_path).peak_mib >= 200


def test_memory_of_two_processes_at_once_is_added_up(tmp_path: Path) -> None:
    hold = "import time; x = b'1' * (100 << 20); time.sleep(1)"
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {hold!r}])\n{hold}; p.wait()"
    assert measured(code, tmp_path).peak_mib >= 200


def test_output_and_exit_status_are_kept(tmp_path: Path) -> None:
    cost = measured("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)", tmp_path)
    assert (cost.status, cost.stdout, cost.stderr) == (3, "out\n", "err\n")
    assert not cost.timed_out


def test_the_command_sees_only_the_environment_it_was_given(tmp_path: Path) -> None:
    assert measured("import os; print('HOME' in os.environ)", tmp_path).stdout == "False\n"


def test_a_command_past_its_time_is_ended_and_said_so(tmp_path: Path) -> None:
    cost = measured("import time; time.sleep(60)", tmp_path, timeout_s=0.2)
    assert cost.timed_out
    assert cost.status < 0
    assert cost.wall_s < 60


def test_a_command_beyond_its_memory_is_ended_and_said_so(tmp_path: Path) -> None:
    code = "import time; x = b'1' * (200 << 20); time.sleep(60)"
    cost = run((sys.executable, "-c", code), {"PATH": os.environ["PATH"]}, tmp_path, 60, most_mib=100)
    assert (cost.over_memory, cost.timed_out) == (True, False)
    assert cost.status < 0
    assert cost.wall_s < 60


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"timed_out": True, "status": -9}, "not finished in 10 min"),
        ({"over_memory": True, "status": -9}, "ended beyond 8 GiB"),
        ({}, None),
    ],
)
def test_splink_says_why_it_came_to_no_end(how: dict[str, Any], told: str | None) -> None:
    assert unfinished(replace(Cost.none(), **how)) == told


def test_splink_that_failed_is_no_slow_splink() -> None:
    with pytest.raises(RuntimeError, match="ended with 1: no pandas"):
        unfinished(replace(Cost.none(), status=1, stderr="no pandas"))
