"""Mutants of runs and pulls."""

from typing import Any

from bconnect.customers.models import Customer
from bconnect.sync import (
    absence,
    lease,
    pull,
    runs,
    taking,
)
from bconnect.sync.tally import Tally
from tests.simulation.mutants.registry import Replacement, mutant


@mutant("the watermark is our clock's now")
def _our_clock() -> list[Replacement]:
    return [(pull.Pull, "_watermark", lambda self: self._now())]


@mutant("the watermark of a run is the newest stamp, without an overlap")
def _no_overlap() -> list[Replacement]:
    return [(pull, "window_start", lambda newest, remote_now: remote_now)]


@mutant("a run that was cut short moves the watermark")
def _failed_moves() -> list[Replacement]:
    true_end = runs.end

    def end(run: Any, status: Any, now: Any, **values: Any) -> Any:
        if run.kind in ("full", "incremental") and run.newest_seen_at:
            values.setdefault("watermark", max(filter(None, (run.newest_seen_at, run.updated_from))))
        return true_end(run, status, now, **values)

    return [(runs, "end", end)]


@mutant("a limited run moves the watermark")
def _limited_moves() -> list[Replacement]:
    true_end = runs.end

    def end(run: Any, status: Any, now: Any, **values: Any) -> Any:
        if run.kind == "limited" and status == "done":
            values["watermark"] = run.newest_seen_at or run.updated_from
        return true_end(run, status, now, **values)

    return [(runs, "end", end)]


@mutant("the bookmark moves before its page is written")
def _early_bookmark() -> list[Replacement]:
    true_take = taking.Taking.reads

    def take(self: Any, reads: Any) -> None:
        last = reads[-1]
        if last.bookmark:
            items = [item for read in reads for item in read.page.items if isinstance(item, dict)]
            ids = [str(item["id"]) for item in items if "id" in item]
            self._log.add(runs.Step(Tally(), None, ids, last.page.number, last.bookmark.as_json()))
            self.flush()
        true_take(self, reads)

    return [(taking.Taking, "reads", take)]


@mutant("a client is marked gone without asking Robaws live")
def _gone_unasked() -> list[Replacement]:
    return [(pull.Pull, "_is_gone", lambda self, client_id: True)]


@mutant("a walk that could not be shown to be complete counts as complete")
def _incomplete_counts() -> list[Replacement]:
    return [
        (pull.Pull, "_is_gone", lambda self, client_id: True),
        (absence, "candidates", lambda seen, before: [
            each for each in Customer.objects.known_to_robaws().values_list("robaws_client_id", flat=True)
            if each not in seen
        ]),
    ]  # fmt: skip


@mutant("a run begins while another one is at work")
def _two_at_once() -> list[Replacement]:
    return [(lease, "_is_dead", lambda holder: True)]


@mutant("nobody is ever found to be gone")
def _nobody_gone() -> list[Replacement]:
    return [(absence, "candidates", lambda seen, before: [])]
