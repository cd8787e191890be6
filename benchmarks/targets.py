"""What ours has to reach, in absolute figures and, because machines differ, in ratios to the others' figures.

The references are the peers' figures on the machine where the targets were set: "1.2 s where dlt takes 2.5 s"
becomes ours/dlt <= 0.48 anywhere.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from benchmarks.cases import (
    CHANGED,
    FULL,
    FULL_LARGE,
    FULL_MILLION,
    LATENCY,
    ORDER,
    PUSH,
    PUSH_NOTHING,
    UNCHANGED,
    UNCHANGED_LARGE,
    UNCHANGED_MILLION,
)
from benchmarks.contenders import EDITED
from benchmarks.results import Results

_FLOOR_FACTOR, _MEMORY_FACTOR = 1.25, 1.5
_BOUNDED = (FULL_LARGE, UNCHANGED_LARGE, FULL_MILLION, UNCHANGED_MILLION)


@dataclass(frozen=True, slots=True)
class Target:
    """At most `limit` of `figure`, an attribute of Result, where the peers' figure was `references`."""

    case: str
    figure: str
    limit: float
    references: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One target beside what was measured; `here` is None where it was not measured."""

    what: str
    allowed: str
    here: float | None
    met: bool | None


TARGETS = (
    Target(FULL, "cpu_s", 1.2, {"dlt": 2.5, "plan": 4.4, "bare": 0.26}),
    Target(FULL, "peak_mib", 120, {"dlt": 122}),
    Target(UNCHANGED, "cpu_s", 0.7),
    Target(CHANGED, "cpu_s", 0.6),
    Target(CHANGED, "requests", 2),
    Target(PUSH, "requests", 2 * EDITED + 2),
    Target(PUSH_NOTHING, "requests", 1),
    Target(LATENCY, "refused", 0),
    Target(FULL_LARGE, "cpu_s", 12, {"dlt": 22.7, "plan": 97, "bulk_create": 28, "bare": 2.7}),
    Target(UNCHANGED_LARGE, "cpu_s", 4, {"dlt": 734}),
)
_UNITS = {"cpu_s": "s CPU", "peak_mib": "MiB", "requests": "requests", "refused": "answers 429"}


def verdicts(results: Results, cases: Collection[str] = ORDER) -> Iterator[Verdict]:
    """These cases' targets, absolute and as ratios; then what is held against the floor or against ours itself."""
    for target in (each for each in TARGETS if each.case in cases):
        ours = _figure(results, target.case, "bconnect", target.figure)
        unit = _UNITS[target.figure]
        yield _verdict(f"{target.case}: {unit}", target.limit, ours)
        for peer, reference in target.references.items():
            ratio = _ratio(ours, _figure(results, target.case, peer, target.figure))
            yield _verdict(f"{target.case}: {unit}, ours/{peer}", target.limit / reference, ratio)
    if LATENCY in cases:
        wall_s = _figure(results, LATENCY, "bconnect", "wall_s")
        yield _verdict(f"{LATENCY}: wall time / floor", _FLOOR_FACTOR, _ratio(wall_s, results.floor_s))
    for case in (each for each in _BOUNDED if each in cases):
        large, small = (_figure(results, each, "bconnect", "peak_mib") for each in (case, FULL))
        yield _verdict(f"{case}: memory / that of {FULL}", _MEMORY_FACTOR, _ratio(large, small))


def _figure(results: Results, case: str, contender: str, figure: str) -> float | None:
    result = results.get(case, contender)
    return None if result is None else float(attrgetter(figure)(result))


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _verdict(what: str, limit: float, here: float | None) -> Verdict:
    return Verdict(what, f"≤ {limit:.3g}", here, None if here is None else here <= limit)
