"""Who is measured, and how each is started: ours, and the peers, all on SQLite."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.login import KEY, SECRET
from benchmarks.peers_venv import PYTHON as PEERS_PYTHON
from benchmarks.remote import ROOT

BCONNECT = str(ROOT / ".venv/bin/bconnect")
_UNLIMITED = _ANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to pull; each command is a whole process, `prepare` is not measured."""

    name: str
    pull: tuple[str, ...]  # every client, whether it is the first time or not
    count_rows: str  # SQL: how many clients its database holds
    prepare: tuple[str, ...] | None = None  # makes the empty tables
    quick_up_to: tuple[int, int] = (_ANY, _ANY)  # clients, in a full and an unchanged pull; more take minutes to hours
    ours: bool = False
    push: tuple[str, ...] | None = None
    edit: str = ""  # SQL: gives `EDITED` customers, spread over the table, the city it is handed

    def env(self, url: str, database: Path, rate: float = 0, burst: int = 20) -> dict[str, str]:
        """The whole environment: of the caller's only PATH and language; `rate` 0 means no limit."""
        base = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        base["HOME"] = str(database.parent)
        if self.ours:
            return base | _settings(url, database, rate, burst)
        return base | {
            "PYTHONPATH": str(ROOT),
            "BENCH_URL": url,
            "BENCH_KEY": KEY,
            "BENCH_SECRET": SECRET,
            "BENCH_DATABASE": str(database),
            "RUNTIME__DLTHUB_TELEMETRY": "false",  # dlt would call home, and wait for it
        }


def _settings(url: str, database: Path, rate: float, burst: int) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT / "src"),  # this checkout, wherever the environment was installed from
        "DATABASE_URL": f"sqlite:///{database}",
        "BCONNECT_SECRET_KEY": "only the benchmark uses this",
        "ROBAWS_BASE_URL": url,
        "ROBAWS_API_KEY": KEY,
        "ROBAWS_API_SECRET": SECRET,
        "ROBAWS_REQUESTS_PER_SECOND": str(int(rate or _UNLIMITED)),
        "ROBAWS_BURST": str(burst if rate else _UNLIMITED),
        "ROBAWS_DAILY_RESERVE": "0",
    }


def _peer(python: str, module: str) -> tuple[str, ...]:
    return (python, "-m", f"benchmarks.peers.{module}")


_SYNC = (BCONNECT, "sync_customers", "--json", "--no-progress")
_CACHE_ROWS = "SELECT count(*) FROM robaws_customers_cache"
_PLANNED_TABLE = _peer(PEERS_PYTHON, "planned.table")

EDITED, CITY = 200, "Pushville"
_SOME = f"id IN (SELECT id FROM robaws_customers_cache WHERE id % 20 = 0 ORDER BY id LIMIT {EDITED})"
_EDIT = f"UPDATE robaws_customers_cache SET city = ? WHERE {_SOME}"
_EDIT_PLANNED = (
    "UPDATE robaws_customers_cache SET city = ?, updated_at = datetime('now'), "
    f"last_pushed_to_robaws_at = '2000-01-01 00:00:00' WHERE {_SOME}"
)

START = (BCONNECT, "sync_customers", "--help")  # starts as a pull does, and does nothing
CHANGES = _SYNC
OURS = Contender(
    "bconnect", (*_SYNC, "--full"), _CACHE_ROWS, (BCONNECT, "migrate"), ours=True, push=(*_SYNC, "--push"), edit=_EDIT
)
BARE = Contender("bare", _peer(sys.executable, "bare"), "SELECT count(*) FROM client")
DLT = Contender("dlt", _peer(PEERS_PYTHON, "dlt_merge"), "SELECT count(*) FROM clients", quick_up_to=(100_000, 4_017))
PLAN = Contender(
    "plan", _peer(PEERS_PYTHON, "plan"), _CACHE_ROWS, _PLANNED_TABLE,
    quick_up_to=(4_017, 4_017), push=_peer(PEERS_PYTHON, "plan_push"), edit=_EDIT_PLANNED,
)  # fmt: skip
BULK = Contender(
    "bulk_create", _peer(PEERS_PYTHON, "bulk_create"), _CACHE_ROWS, _PLANNED_TABLE, quick_up_to=(100_000, 4_017)
)
ALL = (BARE, BULK, PLAN, DLT, OURS)
