"""What one run of a command costs: CPU, memory and wall time of its whole process tree, as the kernel counts.

The harness itself must stay small: a child starts out with the memory peak of the process that started it.
"""

import math
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_EVERY_S = 0.1
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Cost:
    """One finished (or, past its time, ended) run."""

    cpu_s: float  # user + system, of the command and of every process it waited for
    wall_s: float
    peak_mib: float  # the largest process; or the largest sum over the tree that was seen, where that is more
    status: int  # exit status; negative: the signal that ended it
    timed_out: bool
    stdout: str
    stderr: str
    over_memory: bool = False

    @classmethod
    def none(cls) -> "Cost":
        """Of a command that was not run."""
        return cls(cpu_s=0, wall_s=0, peak_mib=0, status=0, timed_out=False, stdout="", stderr="")


def run(
    command: Sequence[str], env: Mapping[str, str], cwd: Path, timeout_s: float, most_mib: float = math.inf
) -> Cost:
    """Run to the end and measure; after `timeout_s`, or beyond `most_mib`, the command's process group is killed."""
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, process_group=0
        )
        with _Watch(process.pid, timeout_s, most_mib) as watch:
            try:
                _, wait_status, usage = os.wait4(process.pid, 0)
            except BaseException:  # Ctrl-C reaches only us, for the command has a process group of its own
                os.killpg(process.pid, signal.SIGKILL)
                raise
            wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(wait_status)  # so that Popen does not wait for it again
        for stream in (stdout, stderr):
            stream.seek(0)
        return Cost(
            cpu_s=usage.ru_utime + usage.ru_stime,
            wall_s=wall_s,
            peak_mib=max(usage.ru_maxrss / 1024, watch.peak_bytes / 2**20),
            status=process.returncode,
            timed_out=watch.timed_out,
            stdout=stdout.read(),
            stderr=stderr.read(),
            over_memory=watch.over_memory,
        )


class _Watch(threading.Thread):
    """Samples the memory of the process tree now and then, and ends it when its time or its memory is up."""

    def __init__(self, pid: int, timeout_s: float, most_mib: float) -> None:
        super().__init__(daemon=True)
        self._pid, self._deadline = pid, time.monotonic() + timeout_s
        self._over = threading.Event()
        self._most_bytes = most_mib * 2**20
        self.peak_bytes, self.timed_out, self.over_memory = 0, False, False

    def run(self) -> None:
        while not self._over.wait(_SAMPLE_EVERY_S):
            self.peak_bytes = max(self.peak_bytes, sum(map(_resident_bytes, _tree(self._pid))))
            if self.timed_out or self.over_memory:
                continue
            self.timed_out = time.monotonic() > self._deadline
            self.over_memory = self.peak_bytes > self._most_bytes
            if self.timed_out or self.over_memory:
                with suppress(ProcessLookupError):  # it ended in this very moment
                    os.killpg(self._pid, signal.SIGKILL)

    def __enter__(self) -> "_Watch":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()


def tree_cpu_s(pid: int) -> float:
    """User + system time that this process and all below it have spent so far."""
    ticks = 0
    for member in _tree(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):  # it ended meanwhile, or this is not Linux: then wait4's figure stands alone
        for thread in Path(f"/proc/{pid}/task").iterdir():  # each thread lists the children it started
            for child in (thread / "children").read_text().split():
                yield from _tree(int(child))


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
