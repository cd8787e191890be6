"""The cases: which pulls are run against which stand-in, and how often."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.contenders import OURS, START, Contender
from benchmarks.measure import run
from benchmarks.remote import Remote, stand_in
from benchmarks.results import Result, Run, combine
from benchmarks.trial import Trial

FULL, UNCHANGED, CHANGED, LATENCY = "full 4,017", "unchanged 4,017", "ten changes", "150 ms, 15/s"
FULL_LARGE, UNCHANGED_LARGE = "full 100,000", "unchanged 100,000"
FULL_MILLION, UNCHANGED_MILLION = "full 1,000,000", "unchanged 1,000,000"
PUSH, PUSH_NOTHING = "push 200", "push nothing"
PULLS = (
    FULL, UNCHANGED, CHANGED, LATENCY, FULL_LARGE, UNCHANGED_LARGE, FULL_MILLION, UNCHANGED_MILLION,
)  # fmt: skip
PUSHES = (PUSH, PUSH_NOTHING)
ORDER = (*PULLS, *PUSHES)

SMALL, LARGE, MILLION, TOUCHED = 4_017, 100_000, 1_000_000, 10
SIZES = {
    SMALL: (FULL, UNCHANGED),
    LARGE: (FULL_LARGE, UNCHANGED_LARGE),
    MILLION: (FULL_MILLION, UNCHANGED_MILLION),
}
"""The full and the unchanged pull of so many clients."""

MILLION_TIMES = 10
"""A million clients may take so many times as long as the others."""
PAGE, RATE, BURST, LATENCY_MS = 100, 15, 20, 150


@dataclass(frozen=True, slots=True)
class Bench:
    """What all cases share; `workdir` gets a folder for each database."""

    data: Path
    contenders: Sequence[Contender]
    runs: int
    timeout_s: float
    workdir: Path

    def small(self) -> Iterator[Result]:
        """Full and unchanged for everybody, then ten changes for ours: `runs` times, in turn."""
        runs: dict[tuple[str, str], list[Run]] = defaultdict(list)
        for _ in range(self.runs):
            for contender in self.contenders:
                with stand_in(self.data) as remote:
                    trial = Trial(contender, remote, self.workdir, self.timeout_s)
                    runs[FULL, contender.name].append(trial.pull())
                    runs[UNCHANGED, contender.name].append(trial.pull())
                    if contender.ours:
                        remote.touch(TOUCHED)
                        runs[CHANGED, contender.name].append(trial.changes(TOUCHED))
        for (case, name), done in runs.items():
            yield combine(case, name, done)

    def pushes(self) -> Iterator[Result]:
        """200 edits sent, and then nothing, once each: after a pull that is not counted."""
        for contender in self.contenders:
            if contender.push is None:
                continue
            with stand_in(self.data) as remote:
                trial = Trial(contender, remote, self.workdir, self.timeout_s)
                trial.pull()
                yield combine(PUSH, contender.name, [trial.push()])
                yield combine(PUSH_NOTHING, contender.name, [trial.push_nothing()])

    def latency(self) -> Iterator[Result]:
        """Ours against the real limit over a slow line; each run finds the remote's bucket full."""
        runs = []
        for _ in range(self.runs):
            with stand_in(self.data, latency_ms=LATENCY_MS, rate=RATE, burst=BURST) as remote:
                runs.append(Trial(OURS, remote, self.workdir, self.timeout_s, RATE, BURST).pull())
        yield combine(LATENCY, OURS.name, runs)

    def large(self, clients: int = LARGE, *, patient: bool = False) -> Iterator[Result]:
        """100,000 clients, full and unchanged: `runs` times, in turn.

        `patient`: once also what takes a peer minutes to hours.
        """
        return self._in_turn(clients, SIZES[LARGE], self.runs, patient=patient)

    def million(self, clients: int = MILLION) -> Iterator[Result]:
        """1,000,000 once, with ten times the time and without the peers that would take minutes to hours."""
        return replace(self, timeout_s=self.timeout_s * MILLION_TIMES)._in_turn(clients, SIZES[MILLION], 1)

    def _in_turn(self, clients: int, cases: tuple[str, str], turns: int, *, patient: bool = False) -> Iterator[Result]:
        """Who does not finish once is spared the rest."""
        runs: dict[tuple[str, str], list[Run]] = defaultdict(list)
        left = list(self.contenders)
        with stand_in(self.data, clients) as remote:
            for turn in range(turns):
                has_time = patient and turn == 0
                for contender in tuple(left):
                    most = zip(cases, contender.quick_up_to, strict=True)
                    for case, done in self._pulls(contender, remote, [c for c, n in most if has_time or clients <= n]):
                        runs[case, contender.name].append(done)
                        if not done.is_usable:
                            left.remove(contender)
        for (case, name), of_case in runs.items():
            yield combine(case, name, of_case)

    def _pulls(self, contender: Contender, remote: Remote, cases: Sequence[str]) -> Iterator[tuple[str, Run]]:
        """These pulls into one database, up to the first that fails or takes too long."""
        if not cases:
            return
        trial = Trial(contender, remote, self.workdir, self.timeout_s)
        for case in cases:
            done = trial.pull()
            yield case, done
            if not done.is_usable:
                break
        trial.clear()

    def floor_s(self) -> float | None:
        """The least wall time under the limit: the pages beyond the burst, one answer, an empty command.

        None where even the empty command fails.
        """
        with stand_in(self.data) as remote:
            pages = -(-remote.count().clients // PAGE)
            env = OURS.env(remote.url, self.workdir / "none.sqlite3")
        starts = [run(START, env, self.workdir, self.timeout_s) for _ in range(self.runs)]
        if any(start.status for start in starts):
            return None
        start_s = median(start.wall_s for start in starts)
        return max(0, pages - BURST) / RATE + LATENCY_MS / 1000 + start_s
