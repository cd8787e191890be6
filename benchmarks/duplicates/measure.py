"""One measurement of ours in a process of its own: `python -m benchmarks.duplicates.measure memory|table COUNT SEED`.

`memory`: keys, pairs and groups of rows that are already normalised. `table`: the same through the database, as
`bconnect find_duplicates` does it, and then single customers looked up. Prints one JSON object.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.duplicates.generate import generate, pairs_of, true_pairs

LOOK_UPS = 300


def in_memory(count: int, seed: int) -> dict[str, Any]:
    from bconnect.customers.duplicates.evidence import Tier, compare
    from bconnect.customers.duplicates.features import features
    from bconnect.customers.duplicates.finder import pairs_among
    from bconnect.customers.duplicates.grouping import group

    world = generate(count, seed)
    true = true_pairs(world)
    begun = time.process_time()
    everybody = {row["id"]: features(row["id"], row) for row in world.rows}
    normalised = time.process_time()
    world.rows.clear()
    pairs, blocks = pairs_among(list(everybody.values()), Tier.POSSIBLE)
    groups = group(
        [pair for pair in pairs if pair.score >= Tier.LIKELY],
        lambda one, other: compare(everybody[one], everybody[other], blocks.holders),
        lambda one, other: False,
    )
    ended = time.process_time()
    near = set(pairs_of(each.members for each in groups if each.tier is Tier.NEAR_CERTAIN))
    found = set(pairs_of(each.members for each in groups))
    return {
        "normalise_s": normalised - begun,
        "find_s": ended - normalised,
        "peak_mib": _peak_mib(),
        **quality(found, true),
        "near_precision": _precision(near, true),
        "likely_precision": _precision(found - near, true),
    }


def in_table(count: int, seed: int) -> dict[str, Any]:
    """On SQLite, or on the database that DATABASE_URL names, whose customers are replaced.

    `look_cpu_s` is what reading and normalising take of `anew_cpu_s`.
    """
    with tempfile.TemporaryDirectory(prefix="bconnect-bench-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        os.environ["DJANGO_SETTINGS_MODULE"] = "bconnect.config.settings"
        import django

        django.setup()
        return _table(count, seed)


def _table(count: int, seed: int) -> dict[str, Any]:
    from django.utils import timezone

    from bconnect.customers.duplicates.features import COLUMNS
    from bconnect.customers.duplicates.lookup import likely_twins
    from bconnect.customers.duplicates.refresh import refresh
    from bconnect.customers.duplicates.rows import look
    from bconnect.customers.models import Customer

    # By another process: what the invented customers take must not count as ours.
    command = [sys.executable, "-m", "benchmarks.duplicates.measure", "load", str(count), str(seed)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    some = range(1, count, max(1, count // LOOK_UPS))
    asked = list(Customer.objects.filter(pk__in=some).values(*COLUMNS))
    begun = time.process_time(), time.perf_counter()
    for _ in look():
        pass
    look_cpu_s = time.process_time() - begun[0]
    begun = time.process_time(), time.perf_counter()
    refresh(timezone.now(), anew=True)
    anew = time.process_time() - begun[0], time.perf_counter() - begun[1]
    begun = time.process_time(), time.perf_counter()
    refresh(timezone.now())
    unchanged_s = time.process_time() - begun[0]
    times = []
    for values in asked:
        start = time.perf_counter()
        likely_twins(values)
        times.append(1000 * (time.perf_counter() - start))
    cuts = statistics.quantiles(times, n=20)
    return {
        "look_cpu_s": look_cpu_s,
        "anew_cpu_s": anew[0],
        "anew_wall_s": anew[1],
        "unchanged_cpu_s": unchanged_s,
        "look_up_p50_ms": statistics.median(times),
        "look_up_p95_ms": cuts[18],
        "peak_mib": _peak_mib(),
    }


def load(count: int, seed: int) -> None:
    """Into the database that DATABASE_URL names, in the place of all customers that are there."""
    import django

    django.setup()
    from django.core.management import call_command

    from bconnect.customers.models import Customer

    call_command("migrate", verbosity=0)
    Customer.objects.all()._raw_delete(Customer.objects.db)
    rows = generate(count, seed).rows
    for start in range(0, len(rows), 10_000):
        Customer.objects.bulk_create(
            Customer(robaws_client_id=str(row["id"]), **{k: v for k, v in row.items() if k != "is_firm"})
            for row in rows[start : start + 10_000]
        )


def quality(found: set[tuple[int, int]], true: set[tuple[int, int]]) -> dict[str, float]:
    precision, recall = _precision(found, true), len(found & true) / len(true)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


def _precision(found: set[tuple[int, int]], true: set[tuple[int, int]]) -> float:
    return len(found & true) / len(found) if found else 1.0


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    what = {"memory": in_memory, "table": in_table, "load": load}[sys.argv[1]]
    print(json.dumps(what(int(sys.argv[2]), int(sys.argv[3]))))
