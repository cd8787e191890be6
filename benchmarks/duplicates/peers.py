"""Other ways to find the same duplicates: exact names, and Splink in the peers' own environment."""

import csv
import resource
import subprocess
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bconnect.customers.duplicates.names import read_name
from benchmarks import peers_venv
from benchmarks.duplicates.generate import World, pairs_of, true_pairs
from benchmarks.duplicates.measure import quality

_SPLINK = Path(__file__).parents[1] / "peers/splink_pairs.py"
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
    """Pairs above its probability; names are given to it without legal form, case and accents."""
    source, target = folder / "rows.csv", folder / "pairs.csv"
    with source.open("w", newline="") as stored:
        writer = csv.DictWriter(stored, _COLUMNS, extrasaction="ignore")
        writer.writeheader()
        for row in world.rows:
            name = read_name(row["name"])
            writer.writerow({**row, "name_key": name.key if name else ""})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [peers_venv.PYTHON, str(_SPLINK), str(source), str(target), str(threshold)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with target.open() as stored:
        found = {(min(int(a), int(b)), max(int(a), int(b))) for a, b in csv.reader(stored)}
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"find_s": spent, "peak_mib": after.ru_maxrss / 1024, **quality(found, true_pairs(world))}
