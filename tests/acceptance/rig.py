"""The real command between a remote and a database, as a person or a schedule starts it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.databases import CUSTOMERS, Database
from tests.acceptance.remote import KEY, LOGIN, SECRET, Remote
from tests.patience import PATIENCE_S

BCONNECT = Path(sys.executable).parent / "bconnect"
PULL_KEYS = [
    "mode", "total_fetched", "created", "updated", "unchanged", "skipped", "conflicts", "missing", "errors",
    "requests", "duration_s",
]  # fmt: skip
UNHURRIED = {"ROBAWS_REQUESTS_PER_SECOND": "1000", "ROBAWS_BURST": "1000"}
REAL_LIMITS = {"ROBAWS_REQUESTS_PER_SECOND": "15", "ROBAWS_BURST": "20"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output; fails where there is anything else."""
        value = json.loads(self.stdout)
        assert isinstance(value, dict)
        return value

    @property
    def line(self) -> str:
        """The one line on standard error of a command that could not be done, with nothing on stdout."""
        assert self.stdout == ""
        (line,) = self.stderr.splitlines()
        return line


class Running:
    """A command under way."""

    def __init__(self, process: "subprocess.Popen[str]", hidden: tuple[str, ...]) -> None:
        self.process, self._hidden = process, hidden

    def end(self, timeout_s: float = PATIENCE_S) -> Outcome:
        """Wait for it. Whatever it was: never a traceback, never a secret."""
        stdout, stderr = self.process.communicate(timeout=timeout_s)
        said = stdout + stderr
        assert "Traceback" not in said, said
        assert not [secret for secret in self._hidden if secret in said], "a secret was shown"
        return Outcome(self.process.returncode, stdout, stderr)

    def signal(self, number: signal.Signals, timeout_s: float = PATIENCE_S) -> Outcome:
        self.process.send_signal(number)
        return self.end(timeout_s)

    def dismiss(self) -> None:
        """Tell it to end, be it that it has only just been started and does not listen to signals yet."""
        outcome = self.signal(signal.SIGTERM)
        assert outcome.status in (0, -signal.SIGTERM), outcome

    def kill(self) -> None:
        """As the out-of-memory killer or a power cut does it."""
        self.process.kill()
        self.process.communicate()

    def is_running(self) -> bool:
        return self.process.poll() is None


class Rig:
    """One tenant of Robaws, one database. Keyword arguments of `run` and `start` are further settings."""

    def __init__(self, remote: Remote, database: Database, folder: Path) -> None:
        self.remote, self.database = remote, database
        self.settings = {
            "DATABASE_URL": database.url,
            "ROBAWS_BASE_URL": remote.url,
            "ROBAWS_API_KEY": KEY,
            "ROBAWS_API_SECRET": SECRET,
            **UNHURRIED,
        }
        self._folder = folder
        self._started: list[Running] = []

    def start(self, *arguments: str, stderr: int = subprocess.PIPE, **settings: str) -> Running:
        """`bconnect sync_customers …`, not waited for."""
        return self.command("sync_customers", *arguments, stderr=stderr, **settings)

    def run(self, *arguments: str, **settings: str) -> Outcome:
        return self.start(*arguments, **settings).end()

    def pull(self, *arguments: str, **settings: str) -> dict[str, Any]:
        """A run that has to succeed without a word on standard error; its JSON."""
        outcome = self.run(*arguments, "--json", **settings)
        assert (outcome.status, outcome.stderr) == (0, ""), outcome
        return outcome.json

    def command(self, *words: str, stderr: int = subprocess.PIPE, **settings: str) -> Running:
        environment = {**_surroundings(), **self.settings, **settings}
        process = subprocess.Popen(
            [str(BCONNECT), *words], env=environment, cwd=self._folder, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
        )  # fmt: skip
        hidden = (environment.get("ROBAWS_API_SECRET"), LOGIN, SECRET, self.database.password)
        running = Running(process, tuple(filter(None, hidden)))
        self._started.append(running)
        return running

    def wait_for_rows(self, at_least: int, running: Running) -> int:
        """Until the table has so many customers while the command still works on; how many it has then."""
        return self.wait_for(f"SELECT count(*) FROM {CUSTOMERS}", lambda found: found >= at_least, running)

    def wait_for(self, sql: str, is_there: Callable[[Any], bool], running: Running) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while not is_there(found := self.database.value(sql)):
            assert running.is_running(), f"it ended before that: {running.end()}"
            assert time.monotonic() < deadline, f"{sql} is still {found}"
            time.sleep(0.01)
        return found

    def stop(self) -> None:
        """End what a failed test left running, and close what it left open."""
        for running in self._started:
            if running.is_running():
                running.kill()
            for pipe in (running.process.stdout, running.process.stderr):
                if pipe is not None:
                    pipe.close()


def _surroundings() -> dict[str, str]:
    """What a schedule has around it, and nothing of ours."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}


def migrate(url: str, folder: Path) -> None:
    """`bconnect migrate` on this database."""
    environment = {**_surroundings(), "DATABASE_URL": url}
    subprocess.run([str(BCONNECT), "migrate", "-v0"], env=environment, cwd=folder, check=True, timeout=120)
