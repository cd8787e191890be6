"""Mutants of merged duplicates, and of what takes a merge or a run back."""

from types import SimpleNamespace
from typing import Any

from bconnect.customers import references
from bconnect.sync import history, merge_steps, merging, tombstones, undo, unmerge
from bconnect.sync.models import MergedCustomer, Tombstone
from tests.simulation import merges
from tests.simulation.mutants.registry import Replacement, mutant


@mutant("the merged go before the survivor is confirmed")
def _unconfirmed() -> list[Replacement]:
    def confirm(record: Any, around: Any) -> None:
        record.confirmed_at = around.now()

    return [(merge_steps, "_confirm_survivor", confirm)]


@mutant("the merged go whatever was changed in them since")
def _unseen_change() -> list[Replacement]:
    return [(merge_steps, "_refuse_changed", lambda merged, found, around: None)]


@mutant("the id of a merged client leads nowhere")
def _no_redirect() -> list[Replacement]:
    return [(tombstones, "_MODELS", (Tombstone, Tombstone))]


@mutant("intakes of the merged stay with their id")
def _intakes_stay() -> list[Replacement]:
    kept = SimpleNamespace(rows_of=references.rows_of, count=references.count, move=lambda old_id, new_id: None)
    return [(merging, "references", kept)]


@mutant("a merge that is undone leaves the survivor what it took over")
def _nothing_given_back() -> list[Replacement]:
    return [(unmerge, "_give_back_fields", lambda *args: None)]


@mutant("a merge that is undone takes back what was edited since")
def _gives_back_over() -> list[Replacement]:
    return [(unmerge, "same", lambda column, one, other, place: True)]


@mutant("a merge that is undone leaves the intakes with the survivor")
def _intakes_left() -> list[Replacement]:
    return [(unmerge, "references", SimpleNamespace(move_rows=lambda rows, old_id, new_id: 0))]


def _as_robaws_left_it(ignored: MergedCustomer.Step) -> list[Replacement]:
    true_columns = unmerge._as_robaws_left_it

    def columns(merged: Any, undone: Any) -> dict[str, Any]:
        return {} if merged.step == ignored else true_columns(merged, undone)

    return [(unmerge, "_as_robaws_left_it", columns)]


@mutant("what was deactivated by a merge stays so when it is undone")
def _stays_inactive() -> list[Replacement]:
    return _as_robaws_left_it(MergedCustomer.Step.DEACTIVATED)


@mutant("what was deleted by a merge is thought to be there when it is undone")
def _stays_deleted() -> list[Replacement]:
    return _as_robaws_left_it(MergedCustomer.Step.DELETED)


@mutant("a merge is undone without a look at what became of its steps")
def _no_second_look() -> list[Replacement]:
    return [(merges, "look_again", lambda record, around: None)]


@mutant("steps that are held count as done")
def _held_is_done() -> list[Replacement]:
    def settle(record: Any, around: Any, *, is_held: bool) -> Any:
        record.state = "done"
        record.save()
        return record

    return [(merge_steps, "_settle", settle)]


@mutant("an undone run puts back over what was edited since")
def _undone_over() -> list[Replacement]:
    return [(undo, "same", lambda column, one, other, place: True)]


@mutant("an undone run blanks the customers it made in Robaws")
def _undone_creation() -> list[Replacement]:
    true_reasons = undo._reasons

    def reasons(changes: Any, row: Any, moved: Any, tenant: Any) -> Any:
        found = true_reasons(changes, row, moved, tenant)
        return {} if "the run made this client" in found.values() else found

    return [(undo, "_reasons", reasons)]


@mutant("an undone run puts half an address back")
def _half_an_address() -> list[Replacement]:
    return [(undo, "TOGETHER", ())]


@mutant("an undone run changes the survivor of whom it had changed")
def _undone_on_the_survivor() -> list[Replacement]:
    return [(history, "moved_by_merges_since", lambda moment: set())]
