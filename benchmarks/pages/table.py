"""The answers as text, and what ours has to reach in them."""

from collections.abc import Iterator, Sequence

from benchmarks.pages.case import OURS, SQL, STOCK, Asked
from benchmarks.pages.questions import KINDS
from benchmarks.targets import Verdict

COLUMNS = (
    "questions", "who", "database", "customers", "asked", "median ms", "p95 ms", "longest ms", "CPU ms",
    "median ÷ stock", "median ÷ SQL",
)  # fmt: skip
P95_MS = 300


def rows(asked: Sequence[Asked]) -> list[Sequence[str]]:
    who = (SQL, STOCK, OURS)
    ordered = sorted(
        asked, key=lambda each: (each.customers, each.database != "SQLite", KINDS.index(each.kind), who.index(each.who))
    )
    return [_row(asked, each) for each in ordered]


def verdicts(asked: Sequence[Asked]) -> Iterator[Verdict]:
    """Of ours, on each database: every page answered, and all of them together within the target."""
    ours = [each for each in asked if each.who == OURS]
    for database, customers in dict.fromkeys((each.database, each.customers) for each in ours):
        here = [each for each in ours if (each.database, each.customers) == (database, customers)]
        where = f"search among {customers:,} on {database}"
        refused = sum(each.refused for each in here)
        yield Verdict(f"{where}: pages not answered 200", "0", refused, refused == 0)
        times_s = sorted(time_s for each in here for time_s in each.times_s)
        p95_ms = Asked(database, customers, "", OURS, times_s).percentile_ms(0.95)
        yield Verdict(f"{where}: p95 of all, ms", f"≤ {P95_MS}", p95_ms, p95_ms <= P95_MS)


def _row(asked: Sequence[Asked], each: Asked) -> Sequence[str]:
    return (
        each.kind,
        f"{each.who}: {each.fault}" if each.fault else each.who,
        each.database,
        f"{each.customers:,}",
        str(len(each.times_s)),
        f"{each.percentile_ms(0.5):.1f}",
        f"{each.percentile_ms(0.95):.1f}",
        f"{each.percentile_ms(1):.1f}",
        "–" if each.cpu_ms is None else f"{each.cpu_ms:.1f}",
        _ratio(asked, each, STOCK),
        _ratio(asked, each, SQL),
    )


def _ratio(asked: Sequence[Asked], each: Asked, peer: str) -> str:
    same = (each.database, each.customers, each.kind, peer)
    other = next((one for one in asked if (one.database, one.customers, one.kind, one.who) == same), None)
    if other is None or other.fault or each.fault:
        return "–"
    return f"{each.percentile_ms(0.5) / other.percentile_ms(0.5):.2f}"
