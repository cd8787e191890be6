"""What the cases give: one line for each case and contender, the medians of its runs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.burst.case import Burst
from benchmarks.duplicates.search import Search
from benchmarks.measure import Cost
from benchmarks.pages.case import Asked
from benchmarks.remote import Count


@dataclass(frozen=True, slots=True)
class Run:
    """One measured run: its cost, what came to the stand-in, and what was wrong with it, if anything."""

    cost: Cost
    count: Count
    fault: str | None = None

    @property
    def is_usable(self) -> bool:
        """It did its work, and to the end."""
        return self.fault is None and not self.cost.timed_out


@dataclass(frozen=True, slots=True)
class Result:
    """The runs of one contender in one case, as one line of the table."""

    case: str
    contender: str
    runs: int
    cpu_s: float
    wall_s: float
    peak_mib: float
    requests: int
    refused: int
    timed_out: bool = False
    fault: str | None = None

    @property
    def is_usable(self) -> bool:
        """It did its work, and to the end: its figures can be compared."""
        return not self.timed_out and self.fault is None


def combine(case: str, contender: str, runs: Sequence[Run]) -> Result:
    """Medians of the times and of the memory, the most of the requests; one fault is enough."""
    return Result(
        case=case,
        contender=contender,
        runs=len(runs),
        cpu_s=median(run.cost.cpu_s for run in runs),
        wall_s=median(run.cost.wall_s for run in runs),
        peak_mib=median(run.cost.peak_mib for run in runs),
        requests=max(run.count.requests for run in runs),
        refused=max(run.count.refused for run in runs),
        timed_out=any(run.cost.timed_out for run in runs),
        fault=next((run.fault for run in runs if run.fault), None),
    )


@dataclass(slots=True)
class Results:
    """All results so far, by case and contender; a failed contender is in them with its fault."""

    lines: dict[tuple[str, str], Result] = field(default_factory=dict)
    floor_s: float | None = None  # of the latency case: what no program could undercut
    bursts: list[Burst] = field(default_factory=list)
    searches: list[Search] = field(default_factory=list)
    pages: list[Asked] = field(default_factory=list)

    def only(self, cases: Collection[str]) -> "Results":
        """The lines of these cases alone."""
        return Results({key: line for key, line in self.lines.items() if line.case in cases})

    def add(self, results: Iterable[Result]) -> None:
        for result in results:
            self.lines[result.case, result.contender] = result

    def get(self, case: str, contender: str) -> Result | None:
        """The result where it is fit to be compared, else None."""
        found = self.lines.get((case, contender))
        return found if found and found.is_usable else None

    @property
    def faults(self) -> list[str]:
        """Each contender's faults with the cases they spoiled, a line each."""
        cases: dict[tuple[str, str], list[str]] = {}
        for line in self.lines.values():
            if line.fault:
                cases.setdefault((line.contender, line.fault), []).append(line.case)
        for asked in self.pages:
            if asked.fault:
                where = f"{asked.kind}, {asked.customers:,} on {asked.database}"
                cases.setdefault((asked.who, asked.fault), []).append(where)
        return [f"{contender} ({'; '.join(spoiled)}): {fault}" for (contender, fault), spoiled in cases.items()]
