"""What one client costs as there are more of them: CPU a client and memory, ours and the bare peer's."""

from collections.abc import Iterator, Sequence

from benchmarks.cases import SIZES, SMALL
from benchmarks.contenders import BARE, OURS
from benchmarks.results import Result, Results

COLUMNS = ("pull", "who", "clients", "CPU µs/client", "÷ 4,017's", "÷ 100,000's", "÷ bare's", "MiB", "MiB ÷ 4,017's")
_PULLS = ("full", "unchanged")


def rows(results: Results) -> list[Sequence[str]]:
    return list(_rows(results))


def _rows(results: Results) -> Iterator[Sequence[str]]:
    for which, pull in enumerate(_PULLS):
        for who in (BARE.name, OURS.name):
            for clients in SIZES:
                found = _at(results, which, who, clients)
                if found is None:
                    continue
                own = {size: _at(results, which, who, size) for size in SIZES}
                bare = _at(results, which, BARE.name, clients)
                small = own[SMALL]
                yield (
                    pull,
                    who,
                    f"{clients:,}",
                    f"{_each_us(found, clients):.0f}",
                    *(_ratio(found, clients, own[size], size) for size in list(SIZES)[:2]),
                    _ratio(found, clients, bare, clients),
                    f"{found.peak_mib:.0f}",
                    "–" if small is None else f"{found.peak_mib / small.peak_mib:.2f}",
                )


def _at(results: Results, which: int, who: str, clients: int) -> Result | None:
    return results.get(SIZES[clients][which], who)


def _each_us(result: Result, clients: int) -> float:
    return result.cpu_s / clients * 1e6


def _ratio(result: Result, clients: int, other: Result | None, others: int) -> str:
    return "–" if other is None else f"{_each_us(result, clients) / _each_us(other, others):.2f}"
