"""The command line: `python -m benchmarks [--scale] [--write]`; `make bench` is the same without options."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import machine, peers_venv, report
from benchmarks.burst.case import Burst, bursts
from benchmarks.cases import Bench
from benchmarks.contenders import ALL, OURS, Contender
from benchmarks.data import BUNDLED
from benchmarks.duplicates.search import Search, searches
from benchmarks.remote import ROOT
from benchmarks.results import Result, Results

_PAGE = ROOT / "docs/benchmarks.md"


def main() -> int:
    """Run the cases, print the tables; 1 when a contender failed or left work undone, not for a slow one."""
    options = _parser().parse_args()
    facts = [*machine.facts(), f"peers: {peers_venv.versions()}"]
    with tempfile.TemporaryDirectory(prefix="bconnect-bench-") as workdir:
        chosen = [contender for contender in ALL if contender.name in options.only]
        bench = Bench(options.data, chosen, options.runs, options.timeout_s, Path(workdir))
        results = Results() if options.burst else _measure(bench, small_only=options.small, scale=options.scale)
        if OURS in bench.contenders:
            results.bursts = list(_told_of(bursts(options.data, Path(workdir))))
            if not options.burst and not options.small:
                results.searches = list(_searches(scale=options.scale))
    text = report.render(results, facts, f"{datetime.now(UTC):%Y-%m-%d}")
    print(text)
    if options.write:
        report.write(_PAGE, text)
    return 1 if results.faults else 0


def _measure(bench: Bench, *, small_only: bool, scale: bool) -> Results:
    _install_peers(bench.contenders)
    results = Results()
    results.add(_told(bench.small()))
    results.add(_told(bench.pushes()))
    if OURS in bench.contenders:
        results.add(_told(bench.latency()))
        results.floor_s = bench.floor_s()
    if not small_only:
        large = [contender for contender in bench.contenders if scale or not contender.slow]
        results.add(_told(replace(bench, contenders=large).large()))
    return results


def _searches(*, scale: bool) -> Iterator[Search]:
    """Splink takes minutes and gigabytes for 100,000: only with --scale, and so ours among a million."""
    for count in (4_017, 100_000, 1_000_000) if scale else (4_017, 100_000):
        for search in searches(count, seed=1, with_peers=count == 4_017 or (scale and count == 100_000)):
            told = f"{search.cpu_s:.1f} s CPU"
            print(f"duplicates, {search.count:,}, {search.who}: {told}", file=sys.stderr, flush=True)
            yield search


def _install_peers(contenders: Sequence[Contender]) -> None:
    if any(contender.pull[0] == peers_venv.PYTHON for contender in contenders):
        try:
            peers_venv.ensure()
        except subprocess.CalledProcessError:
            sys.exit("the peers cannot be installed (pip says why above): use `--only bare bconnect` without them")


def _told(results: Iterable[Result]) -> Iterable[Result]:
    """Pass them on, with a sign of life on stderr for each: the tables come only at the end."""
    for result in results:
        told = result.fault or f"{result.cpu_s:.2f} s CPU, {result.peak_mib:.0f} MiB, {result.wall_s:.2f} s"
        print(f"{result.case}, {result.contender}: {told}", file=sys.stderr, flush=True)
        yield result


def _told_of(results: Iterable[Burst]) -> Iterable[Burst]:
    for burst in results:
        p99_ms = burst.answers.percentile_ms(0.99)
        told = f"{burst.accepted} of {burst.sent} accepted, p99 {p99_ms:.0f} ms"
        print(f"burst, {burst.database}, {burst.who}: {told}", file=sys.stderr, flush=True)
        yield burst


def _parser() -> argparse.ArgumentParser:
    names = [contender.name for contender in ALL]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", action="store_true", help="100,000 clients for the slow peers too")
    parser.add_argument("--small", action="store_true", help="only the cases of 4,017 clients")
    parser.add_argument("--burst", action="store_true", help="only the burst of webhook calls")
    parser.add_argument("--write", action="store_true", help=f"put the results into {_PAGE.relative_to(ROOT)}")
    parser.add_argument("--only", nargs="+", default=names, choices=names, metavar="WHO", help=", ".join(names))
    parser.add_argument("--runs", type=int, default=3, help="runs of each small case; the median counts")
    parser.add_argument("--timeout-s", type=float, default=300, help="for each run")
    parser.add_argument("--data", type=Path, default=BUNDLED, help="another file of clients, .jsonl or .jsonl.gz")
    return parser


if __name__ == "__main__":
    sys.exit(main())
