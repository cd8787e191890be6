"""The command line of `python -m benchmarks`: which parts are measured, with how much, beside whom."""

import argparse
from pathlib import Path

from benchmarks.cases import LARGE, MILLION, SMALL
from benchmarks.contenders import ALL
from benchmarks.data import BUNDLED

PARTS = ("pull", "push", "webhooks", "search", "duplicates")
PAGE = "docs/benchmarks.md"


def parser() -> argparse.ArgumentParser:
    names = [contender.name for contender in ALL]
    found = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast and how small, beside others.")
    add = found.add_argument
    add("--cases", type=_parts, default=PARTS, metavar="WORD,…", help=f"only these: {', '.join(PARTS)}")
    add(
        "--scale",
        action="store_true",
        help="what takes peers minutes; a list of 100,000, a million for duplicates",
    )
    add("--million", action="store_true", help="1,000,000 clients for the pull too, without the slow peers")
    add("--small", action="store_true", help="only 4,017 clients")
    add("--write", action="store_true", help=f"put the results into {PAGE}; parts that were not run stay there")
    add("--only", nargs="+", default=names, choices=names, metavar="WHO", help=", ".join(names))
    add("--runs", type=int, default=3, help="runs of each pull but those of 1,000,000; the median counts")
    add("--timeout-s", type=float, default=300, help="for each run; ten times as long with 1,000,000 clients")
    add("--data", type=Path, default=BUNDLED, help="another file of clients, .jsonl or .jsonl.gz")
    return found


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options; leaves with 2 where they contradict each other."""
    asking = parser()
    options = asking.parse_args(arguments)
    if options.small and (options.scale or options.million):
        asking.error("--small leaves out what --scale and --million ask for")
    if options.million and "pull" not in options.cases:
        asking.error("--million is about the pull: name it in --cases")
    return options


def search_sizes(options: argparse.Namespace) -> tuple[int, ...]:
    """Customers in the lists that are searched."""
    return (SMALL, LARGE) if options.scale else (SMALL,)


def duplicate_sizes(options: argparse.Namespace) -> tuple[int, ...]:
    """Customers among whom duplicates are searched."""
    if options.small:
        return (SMALL,)
    return (SMALL, LARGE, MILLION) if options.scale else (SMALL, LARGE)


def _parts(text: str) -> tuple[str, ...]:
    asked = {word.strip() for word in text.split(",")}
    unknown = ", ".join(sorted(asked.difference(PARTS)))
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no {unknown!r}; there are {', '.join(PARTS)}")
    return tuple(part for part in PARTS if part in asked)
