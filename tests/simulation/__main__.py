"""python -m tests.simulation --cases 1000 --seed 1: many random histories, and a table of what happened.

With --mutants it looks how good the simulation is: each broken variant of the product is played against.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from tests.simulation import tasks
from tests.simulation.pool import Map, spread

if TYPE_CHECKING:
    from tests.simulation.score import Caught


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="how many; with --mutants at most so many a mutant")
    parser.add_argument("--seed", type=int, default=1, help="of the first case; the others follow")
    parser.add_argument("--jobs", type=int, default=1, help="processes to spread them over")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep-going", action="store_true", help="list every failing seed; shrink none")
    parser.add_argument("--mutants", nargs="?", const="", metavar="WORD", help="play against the mutants named so")
    options = parser.parse_args()
    with spread(options.database, options.jobs) as spread_map:
        return _play(options, spread_map) if options.mutants is None else _score(options, spread_map)


def _play(options: argparse.Namespace, spread_map: Map) -> int:
    happened, failed, done, started = Counter[str](), 0, 0, time.perf_counter()
    seeds = range(options.seed, options.seed + options.cases)
    for told, counts in spread_map(partial(tasks.told_of, shrinks=not options.keep_going), seeds):
        happened += counts
        done += 1
        if told:
            failed += 1
            print(told, flush=True)
            if not options.keep_going:
                break
    took_s = time.perf_counter() - started
    print("\n".join(f"  {name:<45} {happened[name]:>9,}" for name in sorted(happened)))
    print(f"{done} cases in {took_s:.1f} s ({done / took_s:.1f} a second), {failed} failed")
    return 1 if failed else 0


def _score(options: argparse.Namespace, spread_map: Map) -> int:
    hunted = list(
        _told(
            spread_map(
                partial(tasks.hunted, seed=options.seed, most=options.cases), tasks.mutants_named(options.mutants)
            )
        )
    )
    tries = [result.cases for result in hunted if result.by]
    if tries:
        print(f"cases until one is caught: {median(tries):.0f} in the median, {max(tries)} at most")
    print(f"mutation score {len(tries)} of {len(hunted)}")
    return 0 if len(tries) == len(hunted) else 1


def _told(results: Iterator["Caught"]) -> Iterator["Caught"]:
    for result in results:
        print(f"{result.cases:>6} cases  {result.name}: {result.by or 'GOT AWAY'}", flush=True)
        yield result


if __name__ == "__main__":
    sys.exit(main())
