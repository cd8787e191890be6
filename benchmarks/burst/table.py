"""The bursts as text, and what ours has to reach in them."""

from collections.abc import Iterator, Sequence

from benchmarks.burst.case import Burst
from benchmarks.burst.servers import OURS
from benchmarks.targets import Verdict

COLUMNS = (
    "database",
    "who",
    "answered 200",
    "stored",
    "calls/s",
    "p50 ms",
    "p99 ms",
    "longest ms",
    "CPU ms/call",
    "applied/s",
)
_P99_MS, _LONGEST_MS, _APPLIED_PER_S = 250, 2000, 300


def rows(bursts: Sequence[Burst]) -> list[Sequence[str]]:
    return [_row(each) for each in bursts]


def verdicts(bursts: Sequence[Burst]) -> Iterator[Verdict]:
    """Of ours, on each database."""
    for each in (burst for burst in bursts if burst.who.startswith(OURS.name)):
        where = f"burst on {each.database}, {each.who}"
        lost = each.sent - min(each.accepted, each.stored)
        yield Verdict(f"{where}: calls not answered 200, or lost", "0", lost, lost == 0)
        p99_ms, longest_ms = each.answers.percentile_ms(0.99), each.answers.percentile_ms(1)
        yield Verdict(f"{where}: p99, ms", f"≤ {_P99_MS}", p99_ms, p99_ms <= _P99_MS)
        yield Verdict(f"{where}: longest, ms", f"≤ {_LONGEST_MS}", longest_ms, longest_ms <= _LONGEST_MS)
        applied = each.applied_per_s
        if applied is not None:
            yield Verdict(f"{where}: applied/s", f"≥ {_APPLIED_PER_S}", applied, applied >= _APPLIED_PER_S)


def _row(burst: Burst) -> Sequence[str]:
    answers = burst.answers
    return (
        burst.database,
        burst.who,
        f"{burst.accepted} of {burst.sent}",
        str(burst.stored),
        f"{answers.per_s:.0f}",
        f"{answers.percentile_ms(0.5):.0f}",
        f"{answers.percentile_ms(0.99):.0f}",
        f"{answers.percentile_ms(1):.0f}",
        f"{burst.cpu_ms:.2f}",
        "–" if burst.applied_per_s is None else f"{burst.applied_per_s:.0f}",
    )
