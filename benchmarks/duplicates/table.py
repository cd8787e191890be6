"""The searches for duplicates as text, and what ours has to reach in them."""

from collections.abc import Iterator, Sequence

from benchmarks.duplicates.search import STORED, Search
from benchmarks.targets import Verdict

COLUMNS = ("who", "customers", "F1", "precision", "recall", "CPU s", "MiB", "one more, p95 ms")
_MOST_CPU_S = {4_017: 2.0, 100_000: 10.0, 1_000_000: 90.0}
_MOST_MIB, _LOOK_UP_MS = 2_500, 20
_LEAST_PRECISION = {"near certain": 0.99, "likely": 0.95}


def rows(found: Sequence[Search]) -> list[Sequence[str]]:
    return [_row(each) for each in found]


def verdicts(found: Sequence[Search]) -> Iterator[Verdict]:
    """What ours has to reach: time, memory, the look-up, and the precision of both tiers."""
    for each in found:
        where, most_s = f"duplicates among {each.count:,}", _MOST_CPU_S.get(each.count)
        if each.who == STORED:
            if most_s is not None:
                yield Verdict(f"{where}: s CPU", f"≤ {most_s:g}", each.cpu_s, each.cpu_s <= most_s)
            if each.peak_mib is not None:
                yield Verdict(f"{where}: MiB", f"≤ {_MOST_MIB}", each.peak_mib, each.peak_mib <= _MOST_MIB)
            if (p95_ms := each.look_up_p95_ms) is not None:
                yield Verdict(f"{where}: one more, p95, ms", f"≤ {_LOOK_UP_MS}", p95_ms, p95_ms <= _LOOK_UP_MS)
        for tier, precision in each.tiers:
            least = _LEAST_PRECISION[tier]
            yield Verdict(f"{where}: precision, {tier}", f"≥ {least}", precision, precision >= least)


def _row(found: Search) -> Sequence[str]:
    quality = ("–",) * 3 if found.quality is None else tuple(f"{each:.4f}" for each in found.quality)
    more = "> " if found.unfinished else ""
    return (
        f"{found.who}: {found.unfinished}" if found.unfinished else found.who,
        f"{found.count:,}",
        *quality,
        f"{more}{found.cpu_s:.1f}",
        "–" if found.peak_mib is None else f"{more}{found.peak_mib:.0f}",
        "–" if found.look_up_p95_ms is None else f"{found.look_up_p95_ms:.1f}",
    )
