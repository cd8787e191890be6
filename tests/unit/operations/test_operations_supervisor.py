"""Processes kept running and ended together, with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

from bconnect.operations.supervisor import Command, Supervisor

SLEEPER = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def python(code: str) -> Command:
    return Command("a child", (sys.executable, "-c", code))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


class Hands:
    """Does one thing after the other whenever the supervisor is about to wait, then asks it to stop."""

    def __init__(self, *steps: Callable[[Supervisor], bool]) -> None:
        self._steps = list(steps)
        self.supervisor: Supervisor | None = None
        self._deadline = time.monotonic() + PATIENCE_S

    def sleep(self, seconds: float) -> None:
        assert self.supervisor is not None
        assert time.monotonic() < self._deadline, "it did not come to that"
        if not self._steps:
            self.supervisor.stop()
        elif self._steps[0](self.supervisor):
            self._steps.pop(0)
        time.sleep(0.02)


def run(hands: Hands, *commands: Command, grace_s: float = 5.0) -> tuple[int, Supervisor]:
    hands.supervisor = Supervisor(commands, sleep=hands.sleep, grace_s=grace_s, back_off_s=(0.05, 0.1))
    return hands.supervisor.run(), hands.supervisor


def all_run(supervisor: Supervisor) -> bool:
    return all(child.is_running for child in supervisor.children)


def test_all_end_when_it_is_asked_to_end():
    status, supervisor = run(Hands(all_run), python(SLEEPER), python(SLEEPER))
    assert status == 0
    assert [pid for child in supervisor.children for pid in child.pids if is_alive(pid)] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_it_to_end(number: signal.Signals):
    def press(_: Supervisor) -> bool:
        os.kill(os.getpid(), number)
        return False

    status, supervisor = run(Hands(all_run, press), python(SLEEPER))
    assert status == 0
    assert not any(child.is_running for child in supervisor.children)


def test_a_child_that_dies_is_started_again():
    def kill(supervisor: Supervisor) -> bool:
        os.kill(supervisor.children[0].pids[0], signal.SIGKILL)
        return True

    def is_another(supervisor: Supervisor) -> bool:
        return len(supervisor.children[0].pids) == 2 and all_run(supervisor)

    status, supervisor = run(Hands(all_run, kill, is_another), python(SLEEPER), python(SLEEPER))
    assert status == 0
    assert len(supervisor.children[1].pids) == 1


def test_one_that_keeps_dying_is_started_ever_more_seldom():
    now = [0.0]
    starts: list[float] = []

    def sleep(seconds: float) -> None:
        child = supervisor.children[0]
        if len(child.pids) > len(starts):
            starts.append(now[0])
            assert child.process is not None
            child.process.wait()
        now[0] += 0.5
        if len(starts) == 5:
            supervisor.stop()

    supervisor = Supervisor([python("")], sleep=sleep, clock=lambda: now[0], back_off_s=(1, 4, 8))
    supervisor.run()
    waits = [after - before for before, after in pairwise(starts)]
    assert waits == sorted(waits)
    assert waits[0] < 4 <= waits[1] < 8 <= waits[2]
    assert waits[3] == waits[2]


def test_one_that_says_at_its_first_start_that_it_cannot_run_ends_all():
    status, supervisor = run(Hands(lambda _: False), python(SLEEPER), python("raise SystemExit(3)"))
    assert status == 3
    assert not any(child.is_running for child in supervisor.children)


def test_a_deaf_child_and_all_that_it_started_are_killed_after_the_grace(tmp_path: Path):
    note = tmp_path / "grandchild"
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]); "
    code += f"open({str(note)!r}, 'w').write(str(p.pid)); " + DEAF

    def has_started(_: Supervisor) -> bool:
        return note.exists() and note.read_text() != ""

    started = time.monotonic()
    run(Hands(has_started), python(code), grace_s=0.3)
    assert time.monotonic() - started < PATIENCE_S
    until(lambda: not is_alive(int(note.read_text())))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child of its parent's death")
def test_children_end_when_the_supervisor_is_killed_outright(tmp_path: Path):
    note = tmp_path / "child"
    child = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    code = "import sys; from bconnect.operations.supervisor import *; "
    code += f"Supervisor([Command('a', (sys.executable, '-c', {child!r}))]).run()"
    process = subprocess.Popen([sys.executable, "-c", code])
    until(lambda: note.exists() and note.read_text() != "")
    process.kill()
    process.wait()
    until(lambda: not is_alive(int(note.read_text())))
