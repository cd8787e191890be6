"""`python -m benchmarks [--cases WORD,…] [--scale] [--million] [--write]`; `make bench` is it without options."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import machine, peers_venv, report
from benchmarks.burst.case import Burst, bursts
from benchmarks.cases import LARGE, Bench
from benchmarks.contenders import ALL, OURS, Contender
from benchmarks.duplicates.search import Search, searches
from benchmarks.options import PAGE, duplicate_sizes, parse, search_sizes
from benchmarks.pages.case import Asked, answers
from benchmarks.remote import ROOT
from benchmarks.results import Result, Results


def main() -> int:
    """Run the cases, print the tables; 1 when a contender failed or left work undone, not for a slow one."""
    options = parse()
    asked = " ".join(["python -m benchmarks", *sys.argv[1:]])
    facts = [f"`{asked}`", *machine.facts(), f"peers: {peers_venv.versions()}"]
    with tempfile.TemporaryDirectory(prefix="bconnect-bench-") as workdir:
        results = _measure(options, Path(workdir))
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    print(report.render(results, facts, date))
    if options.write:
        report.write(ROOT / PAGE, results, facts, date)
    return 1 if results.faults else 0


def _measure(options: argparse.Namespace, workdir: Path) -> Results:
    """The parts that were asked for; those about ours alone only where ours is among the contenders."""
    results, cases = Results(), options.cases
    chosen = [contender for contender in ALL if contender.name in options.only]
    bench = Bench(options.data, chosen, options.runs, options.timeout_s, workdir)
    if "pull" in cases or "push" in cases:
        _install_peers(chosen)
    if "pull" in cases:
        _pull(bench, options, results)
    if "push" in cases:
        results.add(_told(bench.pushes()))
    if OURS not in chosen:
        return results
    if "webhooks" in cases:
        results.bursts = list(_told_of(bursts(options.data, workdir)))
    if "search" in cases:
        results.pages = list(_told_of_pages(answers(search_sizes(options), workdir)))
    if "duplicates" in cases:
        results.searches = list(_duplicates(options))
    return results


def _pull(bench: Bench, options: argparse.Namespace, results: Results) -> None:
    results.add(_told(bench.small()))
    if OURS in bench.contenders:
        results.add(_told(bench.latency()))
        results.floor_s = bench.floor_s()
    if not options.small:
        results.add(_told(bench.large(patient=options.scale)))
    if options.million:
        results.add(_told(bench.million()))


def _duplicates(options: argparse.Namespace) -> Iterator[Search]:
    """Splink up to 100,000; ours among a million too, with --scale."""
    for count in duplicate_sizes(options):
        for search in searches(count, seed=1, with_peers=count <= LARGE):
            told = search.unfinished or f"{search.cpu_s:.1f} s CPU"
            print(f"duplicates, {search.count:,}, {search.who}: {told}", file=sys.stderr, flush=True)
            yield search


def _install_peers(contenders: Sequence[Contender]) -> None:
    if any(contender.pull[0] == peers_venv.PYTHON for contender in contenders):
        try:
            peers_venv.ensure()
        except subprocess.CalledProcessError:
            sys.exit("the peers cannot be installed (pip says why above): use `--only bare bconnect` without them")


def _told(results: Iterable[Result]) -> Iterator[Result]:
    """Pass them on, with a sign of life on stderr for each: the tables come only at the end."""
    for result in results:
        told = result.fault or f"{result.cpu_s:.2f} s CPU, {result.peak_mib:.0f} MiB, {result.wall_s:.2f} s"
        print(f"{result.case}, {result.contender}: {told}", file=sys.stderr, flush=True)
        yield result


def _told_of(results: Iterable[Burst]) -> Iterator[Burst]:
    for burst in results:
        p99_ms = burst.answers.percentile_ms(0.99)
        told = f"{burst.accepted} of {burst.sent} accepted, p99 {p99_ms:.0f} ms"
        print(f"burst, {burst.database}, {burst.who}: {told}", file=sys.stderr, flush=True)
        yield burst


def _told_of_pages(results: Iterable[Asked]) -> Iterator[Asked]:
    for asked in results:
        where = f"{asked.kind}, {asked.customers:,} on {asked.database}, {asked.who}"
        told = f"median {asked.percentile_ms(0.5):.0f} ms, p95 {asked.percentile_ms(0.95):.0f} ms"
        print(f"{where}: {asked.fault or told}", file=sys.stderr, flush=True)
        yield asked


if __name__ == "__main__":
    sys.exit(main())
