"""`python -m benchmarks.duplicates [--counts 4017 100000] [--seed N] [--without-peers]`, or `--febrl`: the tables of
docs/discussions/duplicates.md, measured anew."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import peers_venv
from benchmarks.duplicates import febrl, peers
from benchmarks.duplicates.generate import generate
from benchmarks.remote import ROOT

HEAD = ("who", "customers", "F1", "precision", "recall", "CPU s", "MiB")


def main() -> int:
    options = _parser().parse_args()
    if options.febrl:
        return _febrl()
    lines = [HEAD]
    for count in options.counts:
        for line in _lines(count, options.seed, with_peers=not options.without_peers):
            lines.append(line)
            print(" | ".join(line), file=sys.stderr, flush=True)
    print("\n".join(f"| {' | '.join(line)} |" for line in (lines[0], ("---",) * len(HEAD), *lines[1:])))
    return 0


def _febrl() -> int:
    peers_venv.ensure()
    print("| data set | person number | F1 | precision | recall |\n| --- | --- | --- | --- | --- |")
    for name, with_number, found in febrl.measured():
        figures = " | ".join(f"{found[each]:.4f}" for each in ("f1", "precision", "recall"))
        print(f"| FEBRL {name} | {'with' if with_number else 'without'} | {figures} |")
    return 0


def _lines(count: int, seed: int, *, with_peers: bool) -> Any:
    ours, table = _ours("memory", count, seed), _ours("table", count, seed)
    yield _line("bconnect, in memory", count, ours)
    yield (
        "bconnect, through the database",
        f"{count:,}",
        "",
        f"near certain {ours['near_precision']:.4f}, likely {ours['likely_precision']:.4f}",
        f"one more: p50 {table['look_up_p50_ms']:.1f} ms, p95 {table['look_up_p95_ms']:.1f} ms",
        f"{table['anew_cpu_s'] - table['look_cpu_s']:.1f}, reading and normalising {table['look_cpu_s']:.1f}",
        f"{table['peak_mib']:.0f}",
    )
    if not with_peers:
        return
    peers_venv.ensure()
    world = generate(count, seed)
    yield _line("exact name", count, peers.exact_name(world))
    with tempfile.TemporaryDirectory(prefix="bconnect-bench-") as folder:
        yield _line("Splink, p >= 0.9", count, peers.splink(world, Path(folder)))


def _ours(what: str, count: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.duplicates.measure", what, str(count), str(seed)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, text=True).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def _line(who: str, count: int, found: dict[str, Any]) -> tuple[str, ...]:
    return (
        who,
        f"{count:,}",
        *(f"{found[name]:.4f}" for name in ("f1", "precision", "recall")),
        f"{found['find_s']:.1f}",
        f"{found['peak_mib']:.0f}" if "peak_mib" in found else "",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[4017, 100_000], metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--febrl", action="store_true", help="FEBRL's persons instead")
    parser.add_argument("--without-peers", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
