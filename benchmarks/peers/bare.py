"""The floor: fetch every page and keep each record's id and JSON; compares nothing, maps nothing."""

import json
import os
import sqlite3

from benchmarks.peers.fetch import pages

_UPSERT = "INSERT INTO client VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET raw = excluded.raw"


def main() -> None:
    with sqlite3.connect(os.environ["BENCH_DATABASE"]) as database:
        database.execute("CREATE TABLE IF NOT EXISTS client (id TEXT PRIMARY KEY, raw TEXT NOT NULL)")
        for items in pages():
            database.executemany(_UPSERT, ((item["id"], json.dumps(item)) for item in items))


if __name__ == "__main__":
    main()
