"""What a run tells: one JSON object for programs, a table and plain lines for people."""

from collections.abc import Iterable
from typing import Any, Protocol

import orjson

from bconnect.sync.tally import Failure, Tally


class Output(Protocol):
    """Where text goes: a file, or Django's wrapper of one."""

    def write(self, text: str, /) -> object: ...


SHOWN_FAILURES = 20

LABELS = {
    "total_fetched": "Fetched",
    "pushed": "Pushed",
    "created": "Created",
    "updated": "Updated",
    "unchanged": "Unchanged",
    "skipped": "Skipped (older than known)",
    "conflicts": "Conflicts",
    "missing": "Gone from Robaws",
    "errors": "Errors",
    "failed": "Failed",
    "requests": "Requests",
    "duration_s": "Seconds",
}


def pull_summary(mode: str, tally: Tally, requests: int, duration_s: float) -> dict[str, Any]:
    """The JSON object of CONTRACT.md for a pull."""
    summary: dict[str, Any] = {
        "mode": mode,
        "total_fetched": tally.fetched,
        "created": tally.created,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
        "skipped": tally.skipped,
        "conflicts": tally.conflicts,
        "missing": tally.missing,
        "errors": tally.errors,
        "requests": requests,
        "duration_s": round(duration_s, 3),
    }
    if tally.failures:
        summary["failures"] = [{"id": each.client_id, "reason": each.reason} for each in tally.failures]
    return summary


def push_summary(tally: Tally, requests: int, duration_s: float) -> dict[str, Any]:
    """The JSON object of CONTRACT.md for a push."""
    summary: dict[str, Any] = {
        "mode": "push",
        "pushed": tally.pushed,
        "created": tally.created,
        "unchanged": tally.unchanged,
        "conflicts": tally.conflicts,
        "failed": tally.errors,
        "requests": requests,
        "duration_s": round(duration_s, 3),
    }
    if tally.failures:
        summary["failures"] = [{"id": each.client_id, "reason": each.reason} for each in tally.failures]
    return summary


def write_json(summary: dict[str, Any], out: Output) -> None:
    out.write(orjson.dumps(summary, default=str).decode() + "\n")


def write_table(summary: dict[str, Any], out: Output) -> None:
    """The counts, aligned."""
    # rich takes a tenth of a second to load, which a run that only prints JSON need not spend.
    from rich.console import Console
    from rich.table import Table

    title = "Push of edits" if summary["mode"] == "push" else f"Sync of customers: {summary['mode']}"
    table = Table("Metric", "Count", title=title, title_justify="left")
    table.columns[1].justify = "right"
    for key, label in LABELS.items():
        if key in summary:
            table.add_row(label, f"{summary[key]:,}" if isinstance(summary[key], int) else f"{summary[key]:.1f}")
    console = Console(width=100)
    with console.capture() as captured:
        console.print(table)
    out.write(captured.get())


def write_failures(failures: Iterable[Failure], out: Output) -> None:
    listed = list(failures)
    for failure in listed[:SHOWN_FAILURES]:
        out.write(f"  {failure}\n")
    if len(listed) > SHOWN_FAILURES:
        out.write(f"  … and {len(listed) - SHOWN_FAILURES} more, all of them in quarantine with reason and data\n")
