"""Other ways to find the same duplicates: exact names, and Splink in the peers' own environment."""

import csv
import os
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bconnect.customers.duplicates.names import read_name
from benchmarks import peers_venv
from benchmarks.duplicates.generate import World, pairs_of, true_pairs
from benchmarks.duplicates.measure import quality
from benchmarks.measure import Cost, run

_SPLINK = Path(__file__).parents[1] / "peers/splink_pairs.py"
TIMEOUT_S, MOST_MIB = 600.0, 8_192.0
_COLUMNS = ("id", "name_key", "email", "phone", "mobile", "street", "postal_code", "vat_number")


def exact_name(world: World) -> dict[str, Any]:
    """All that have one name, as most systems do it."""
    begun = time.process_time()
    by_name: dict[str, list[int]] = defaultdict(list)
    for row in world.rows:
        by_name[row["name"]].append(row["id"])
    found = set(pairs_of(ids for ids in by_name.values() if len(ids) > 1))
    return {"find_s": time.process_time() - begun, **quality(found, true_pairs(world))}


def splink(world: World, folder: Path, threshold: float = 0.9) -> dict[str, Any]:
    """Pairs above its probability; names are given to it without legal form, case and accents.

    It is ended after `TIMEOUT_S` or beyond `MOST_MIB`; then `unfinished` says so, and there is no quality to tell.
    """
    source, target = folder / "rows.csv", folder / "pairs.csv"
    with source.open("w", newline="") as stored:
        writer = csv.DictWriter(stored, _COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for row in world.rows:
            name = read_name(row["name"])
            writer.writerow({**row, "name_key": name.key if name else ""})
    command = (peers_venv.PYTHON, str(_SPLINK), str(source), str(target), str(threshold))
    cost = run(command, {"PATH": os.environ["PATH"], "HOME": str(folder)}, folder, TIMEOUT_S, MOST_MIB)
    spent: dict[str, Any] = {"find_s": cost.cpu_s, "peak_mib": cost.peak_mib}
    if told := unfinished(cost):
        return spent | {"unfinished": told}
    with target.open() as stored:
        found = {(min(int(a), int(b)), max(int(a), int(b))) for a, b in csv.reader(stored)}
    return spent | quality(found, true_pairs(world))


def unfinished(cost: Cost) -> str | None:
    """Why it came to no end of its own; RuntimeError where it failed."""
    if cost.timed_out:
        return f"not finished in {TIMEOUT_S / 60:.0f} min"
    if cost.over_memory:
        return f"ended beyond {MOST_MIB / 1024:.0f} GiB"
    if cost.status:
        raise RuntimeError(f"Splink ended with {cost.status}: {cost.stderr[-500:]}")
    return None
