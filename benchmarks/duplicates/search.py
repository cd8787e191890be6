"""The searches for duplicates, ours and the peers', measured one after the other."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import peers_venv
from benchmarks.duplicates import peers
from benchmarks.duplicates.generate import generate
from benchmarks.remote import ROOT

OURS, STORED = "bconnect, in memory", "bconnect, through the database"


@dataclass(frozen=True, slots=True)
class Search:
    """One way to find them among so many. CPU seconds are those after normalising.

    `tiers` holds ours' precision by tier, `look_up_p95_ms` how long it takes to look up one customer more.
    """

    who: str
    count: int
    cpu_s: float
    peak_mib: float | None = None
    quality: tuple[float, float, float] | None = None  # F1, precision, recall
    tiers: tuple[tuple[str, float], ...] = ()
    look_up_p95_ms: float | None = None
    unfinished: str | None = None  # why it was ended; its figures are then the least it takes


def searches(count: int, seed: int, *, with_peers: bool) -> Iterator[Search]:
    """Ours twice, the exact name, and with `with_peers` Splink too."""
    found = _ours("memory", count, seed)
    tiers = (("near certain", found["near_precision"]), ("likely", found["likely_precision"]))
    yield Search(OURS, count, found["find_s"], found["peak_mib"], _quality(found), tiers)
    stored = _ours("table", count, seed)
    spent = stored["anew_cpu_s"] - stored["look_cpu_s"]
    yield Search(STORED, count, spent, stored["peak_mib"], look_up_p95_ms=stored["look_up_p95_ms"])
    world = generate(count, seed)
    yield _of_peer("exact name", count, peers.exact_name(world))
    if with_peers:
        peers_venv.ensure()
        with tempfile.TemporaryDirectory(prefix="bconnect-bench-") as folder:
            yield _of_peer("Splink, p >= 0.9", count, peers.splink(world, Path(folder)))


def _ours(what: str, count: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.duplicates.measure", what, str(count), str(seed)]
    env = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, text=True, env=env).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def _of_peer(who: str, count: int, found: dict[str, Any]) -> Search:
    told = found.get("unfinished")
    return Search(who, count, found["find_s"], found.get("peak_mib"), _quality(found), unfinished=told)


def _quality(found: dict[str, Any]) -> tuple[float, float, float] | None:
    if "f1" not in found:
        return None
    return found["f1"], found["precision"], found["recall"]
