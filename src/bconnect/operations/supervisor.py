"""Keeps a few processes running, each a command: started again when they die, ended together.

Every child leads a session of its own, so that whatever it left behind can be found and ended, and Ctrl-C in a
terminal reaches the supervisor alone.
"""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from bconnect.operations.orphans import end_with_parent

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.2
GRACE_S = 9.0
BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)
SETTLED_AFTER_S = 60.0
CAN_NOT_RUN = 3


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    words: tuple[str, ...]


@dataclass(slots=True)
class Child:
    """One command's process, and how its starts went."""

    command: Command
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0
    pids: list[int] = field(default_factory=list)

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - commands of our own
            self.command.words,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        self.pids.append(self.process.pid)
        self.started_at = now

    def signal(self, number: signal.Signals) -> None:
        """The whole session for SIGKILL, the leader alone for the signals it answers itself."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            if number is signal.SIGKILL:
                os.killpg(self.process.pid, number)
            elif self.process.poll() is None:
                self.process.send_signal(number)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Runs until SIGTERM or SIGINT, or until a command says at its first start that it can't run (status 3)."""

    def __init__(
        self,
        commands: Sequence[Command],
        *,
        grace_s: float = GRACE_S,
        back_off_s: Sequence[float] = BACK_OFF_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.children = [Child(command) for command in commands]
        self._grace_s, self._back_off_s, self._clock, self._sleep = grace_s, tuple(back_off_s), clock, sleep
        self._is_stopping = False

    def run(self) -> int:
        """Returns 0 when it was asked to end, 3 when a command can't run."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        try:
            while not self._is_stopping:
                for child in self.children:
                    if self._look_after(child) == CAN_NOT_RUN:
                        return CAN_NOT_RUN
                self._sleep(LOOK_EVERY_S)
        finally:
            self._end_all()
        return 0

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        self._is_stopping = True

    def _look_after(self, child: Child) -> int | None:
        """Start it where it is time to. Returns the status of a child that has just died."""
        now = self._clock()
        if child.process is None:
            if now >= child.start_at:
                child.start(now)
            return None
        status = child.process.poll()
        if status is None:
            return None
        return self._bury(child, status, now)

    def _bury(self, child: Child, status: int, now: float) -> int:
        is_first = len(child.pids) == 1
        lived_s = now - child.started_at
        child.signal(signal.SIGKILL)  # what it left behind
        child.process = None
        child.deaths = 1 if lived_s > SETTLED_AFTER_S else child.deaths + 1
        wait_s = self._back_off_s[min(child.deaths, len(self._back_off_s)) - 1]
        child.start_at = now + wait_s
        if not (is_first and status == CAN_NOT_RUN):
            logger.warning("%s ended with status %s; started again in %g s", child.command.name, status, wait_s)
            return status if status != CAN_NOT_RUN else 0
        return status

    def _end_all(self) -> None:
        """SIGTERM, then after the grace SIGKILL for all that is left of any child."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        ends_at = self._clock() + self._grace_s
        while self._clock() < ends_at and any(child.is_running for child in self.children):
            self._sleep(LOOK_EVERY_S / 2)
        for child in self.children:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
