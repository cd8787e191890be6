"""Mutants of the merge."""

from collections.abc import Callable
from typing import Any

from bconnect.customers.fields import COLUMNS, FLAGS
from bconnect.sync import (
    adopt,
    answered,
    apply,
    confirm,
    edits,
    mapping,
    merge,
    reconcile,
)
from bconnect.sync.merge import Verdict
from robaws.records import ABSENT
from tests.simulation.mutants.registry import Replacement, mutant


def _judging(change: Callable[[Verdict, Any, Any, Any], Verdict]) -> list[Replacement]:
    true_judge = merge.judge

    def judge(base: Any, local: Any, remote: Any, same: Any) -> Verdict:
        return change(true_judge(base, local, remote, same), base, local, remote)

    return [(merge, "judge", judge)]


@mutant("a conflict is taken from Robaws")
def _conflict_as_take() -> list[Replacement]:
    return _judging(lambda verdict, *_: Verdict.TAKE if verdict is Verdict.CONFLICT else verdict)


@mutant("a conflict is kept as ours")
def _conflict_as_keep() -> list[Replacement]:
    return _judging(lambda verdict, *_: Verdict.KEEP if verdict is Verdict.CONFLICT else verdict)


@mutant("the base is ignored: whatever differs is taken")
def _no_base() -> list[Replacement]:
    return _judging(lambda verdict, base, local, remote: Verdict.TAKE if remote is not ABSENT else verdict)


@mutant("our edits are taken for agreed")
def _keep_as_agreed() -> list[Replacement]:
    true_apply = reconcile._apply

    def apply_(decision: Any, policy: Any, result: Any) -> None:
        true_apply(decision, policy, result)
        if decision.verdict is Verdict.KEEP:
            result.base[decision.field] = decision.local

    return [(reconcile, "_apply", apply_)]


@mutant("what only Robaws changed is not taken")
def _take_as_keep() -> list[Replacement]:
    return _judging(lambda verdict, *_: Verdict.KEEP if verdict is Verdict.TAKE else verdict)


@mutant("equal means spelt alike")
def _literal_same() -> list[Replacement]:
    def same(column: str, one: Any, other: Any, place: Any) -> bool:
        return bool(one == other)

    return [(reconcile, "same", same), (edits, "same", same)]


@mutant("absent is read as null")
def _absent_is_null() -> list[Replacement]:
    true_project = mapping.project

    def project(*args: Any, **kwargs: Any) -> Any:
        found = true_project(*args, **kwargs)
        return found._replace(shown=dict.fromkeys(set(COLUMNS) - FLAGS) | found.shown)

    return [(module, "project", project) for module in (adopt, answered, apply, confirm)]


@mutant("null is read as absent: a field cleared in Robaws stays here")
def _null_is_absent() -> list[Replacement]:
    true_project = mapping.project

    def project(*args: Any, **kwargs: Any) -> Any:
        found = true_project(*args, **kwargs)
        return found._replace(shown={c: v for c, v in found.shown.items() if v is not None})

    return [(module, "project", project) for module in (adopt, answered, apply, confirm)]
