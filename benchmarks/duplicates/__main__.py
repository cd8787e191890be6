"""`python -m benchmarks.duplicates [--counts 4017 100000] [--seed N] [--without-peers]`, or `--febrl`: the tables of
docs/discussions/duplicates.md, measured anew."""

import argparse
import sys

from benchmarks import peers_venv, report
from benchmarks.duplicates import febrl, search, table


def main() -> int:
    options = _parser().parse_args()
    if options.febrl:
        return _febrl()
    found = []
    for count in options.counts:
        for each in search.searches(count, options.seed, with_peers=not options.without_peers):
            found.append(each)
            print(f"{each.who}, {each.count:,}: {each.cpu_s:.1f} s", file=sys.stderr, flush=True)
    print("\n".join(report.table(table.COLUMNS, table.rows(found))))
    for verdict in table.verdicts(found):
        print(f"{verdict.what}: {verdict.here:.4g} ({verdict.allowed})")
    return 0


def _febrl() -> int:
    peers_venv.ensure()
    print("| data set | person number | F1 | precision | recall |\n| --- | --- | --- | --- | --- |")
    for name, with_number, found in febrl.measured():
        figures = " | ".join(f"{found[each]:.4f}" for each in ("f1", "precision", "recall"))
        print(f"| FEBRL {name} | {'with' if with_number else 'without'} | {figures} |")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[4017, 100_000], metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--febrl", action="store_true", help="FEBRL's persons instead")
    parser.add_argument("--without-peers", action="store_true", help="without Splink")
    return parser


if __name__ == "__main__":
    sys.exit(main())
