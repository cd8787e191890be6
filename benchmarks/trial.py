"""One contender with a fresh database beside one stand-in: pulls into it, and checks the work was done."""

import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.contenders import CHANGES, CITY, EDITED, Contender
from benchmarks.measure import Cost, run
from benchmarks.remote import Count, Remote
from benchmarks.results import Run


class Trial:
    """A folder under `workdir` with the contender's database, its tables made; `rate` 0 means no limit."""

    def __init__(
        self,
        contender: Contender,
        remote: Remote,
        workdir: Path,
        timeout_s: float,
        rate: float = 0,
        burst: int = 20,
    ) -> None:
        self._contender, self._remote, self._timeout_s = contender, remote, timeout_s
        self._folder = Path(tempfile.mkdtemp(prefix=f"{contender.name}-", dir=workdir))
        self._database = self._folder / "bench.sqlite3"
        self._env = contender.env(remote.url, self._database, rate, burst)
        self._not_ready = self._prepare()

    def pull(self) -> Run:
        """Every client; right when the database then holds as many as the remote, less those reported bad."""
        return self._checked(self._run(self._contender.pull), self._rows_fault)

    def clear(self) -> None:
        """Give its room back; a million clients take gigabytes."""
        shutil.rmtree(self._folder)

    def changes(self, expected: int) -> Run:
        """What changed since the last pull; right when the report tells of `expected` updated clients."""
        return self._checked(self._run(CHANGES), lambda done: _updated_fault(done, expected))

    def push(self) -> Run:
        """After `EDITED` customers were edited by SQL; right when the remote then holds all of these edits."""
        with closing(sqlite3.connect(self._database)) as database, database:
            database.execute(self._contender.edit, (CITY,))
        return self._checked(self._run(self._contender.push or ()), self._push_fault)

    def push_nothing(self) -> Run:
        """Once more, with nothing left to send."""
        return self._checked(self._run(self._contender.push or ()), self._push_fault)

    def _push_fault(self, done: Run) -> str | None:
        there = self._remote.count_in(CITY)
        return None if there == EDITED else f"{there} of {EDITED} edits have reached the remote"

    def _checked(self, done: Run, check: Callable[[Run], str | None]) -> Run:
        if done.fault or done.cost.timed_out:
            return done
        try:
            return Run(done.cost, done.count, check(done))
        except (ValueError, KeyError) as error:  # ours printed no JSON, or JSON without the promised key
            said = _last_line(done.cost.stderr)
            return Run(done.cost, done.count, f"its report cannot be read ({error!r}); it said: {said}")

    def _prepare(self) -> str | None:
        if self._contender.prepare is None:
            return None
        try:
            made = subprocess.run(
                self._contender.prepare, env=self._env, cwd=self._folder, capture_output=True, text=True
            )
        except FileNotFoundError as error:
            return f"{error.filename} is not there: run `make install`"
        return f"its tables could not be made: {_last_line(made.stderr)}" if made.returncode else None

    def _run(self, command: Sequence[str]) -> Run:
        if self._not_ready:
            return Run(Cost.none(), Count(0, 0, 0), self._not_ready)
        self._remote.count()  # starts the counters anew
        cost = run(command, self._env, self._folder, self._timeout_s)
        return Run(cost, self._remote.count(), None if cost.timed_out else self._status_fault(cost))

    def _status_fault(self, cost: Cost) -> str | None:
        # ours ends with 1 when it did its work but reports single bad records
        if cost.status == 0 or (self._contender.ours and cost.status == 1):
            return None
        return f"exit status {cost.status}: {_last_line(cost.stderr)}"

    def _rows_fault(self, done: Run) -> str | None:
        bad = _errors(done.cost.stdout) if self._contender.ours else 0
        with closing(sqlite3.connect(self._database)) as database:
            rows = database.execute(self._contender.count_rows).fetchone()[0]
        if rows + bad == done.count.clients:
            return None
        return f"{rows} rows and {bad} reported bad, of {done.count.clients} clients"


def _updated_fault(done: Run, expected: int) -> str | None:
    updated = json.loads(done.cost.stdout)["updated"]
    return None if updated == expected else f"{updated} updated, not {expected}"


def _errors(report: str) -> int:
    """The number of bad records in a pull's JSON, whether it lists or counts them."""
    errors = json.loads(report)["errors"]
    return len(errors) if isinstance(errors, list) else int(errors)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1][:200]
