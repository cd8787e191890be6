"""One row and one record: the merge applied, as values. Pure: what to write, nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bconnect.customers.fields import COLUMNS, FLAGS, Place, Value, same
from bconnect.sync import as_one
from bconnect.sync.incoming import Origin, Prepared, as_json, as_stored, overlaid
from bconnect.sync.mapping import Projection, Tenant
from bconnect.sync.merge import Decision, Verdict, merge
from robaws.records import ABSENT, Absent, shows_extra_fields, with_known_extra_fields


@dataclass(frozen=True, slots=True)
class Policy:
    """Who wins where both sides changed a field differently: `manual` (a person), `robaws` or `bconnect`."""

    default: str = "manual"
    fields: Mapping[str, str] = field(default_factory=dict)

    def of(self, column: str) -> str:
        return self.fields.get(column, self.default)


Row = Mapping[str, Any]
"""A customer's columns by name."""


@dataclass(slots=True)
class Reconciled:
    """What becomes of the row. `decisions` holds one verdict a field, also for a dry run to show; `followed` are the
    columns that say now what our address does, which won."""

    local: dict[str, Value]
    base: dict[str, Value]
    decisions: list[Decision]
    taken: list[Decision] = field(default_factory=list)
    conflicts: list[Decision] = field(default_factory=list)
    settled: list[Decision] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)


def reconcile(
    row: Row,
    remote: Mapping[str, Value | Absent],
    tenant: Tenant,
    policy: Policy,
    open_conflicts: Mapping[str, Value],
) -> Reconciled:
    """Merge `remote` into `row` (which must hold every synced column and `base`).

    `open_conflicts` are the fields in conflict, with Robaws' value as last seen: it stands in where the
    record does not mention the field, or a conflict would be forgotten by a partial record.
    """
    place = Place(row["country_code"], tenant.default_country)
    base = full_base(row["base"])
    local = {column: row[column] for column in COLUMNS}
    shown = {column: value for column, value in remote.items() if value is not ABSENT}
    decisions = merge(base, local, {**open_conflicts, **shown}, COLUMNS, lambda column, a, b: same(column, a, b, place))
    decisions = [_not_met(each) if each.field in open_conflicts.keys() - shown.keys() else each for each in decisions]
    edited = {each.field for each in decisions if each.verdict is Verdict.KEEP}
    decisions = as_one.under_policy(decisions, policy.of)
    result = Reconciled(local, base, decisions)
    result.followed = [each.field for each in decisions if each.verdict is Verdict.KEEP and each.field not in edited]
    for decision in decisions:
        _apply(decision, policy, result)
        if decision.field in open_conflicts and decision not in result.conflicts:
            result.settled.append(decision)
    return result


def _not_met(decision: Decision) -> Decision:
    """A conflict does not end by what Robaws was seen to hold once: it may hold something else by now."""
    is_left = decision.verdict in (Verdict.AGREED, Verdict.KEEP)
    return replace(decision, verdict=Verdict.CONFLICT) if is_left else decision


def full_base(base: Mapping[str, Value] | None) -> dict[str, Value]:
    """What was agreed on, for every field: nothing, and active, where nothing was agreed yet."""
    return _NOTHING_AGREED | dict(base or {})


_NOTHING_AGREED: dict[str, Value] = {column: True if column in FLAGS else None for column in COLUMNS}


def _apply(decision: Decision, policy: Policy, result: Reconciled) -> None:
    name, verdict = decision.field, decision.verdict
    agreed = decision.base if isinstance(decision.remote, Absent) else decision.remote
    if verdict is Verdict.CONFLICT:
        winner = policy.of(name)
        if winner == "manual":
            result.conflicts.append(decision)
        elif winner == "bconnect":
            result.base[name] = agreed
        else:
            verdict = Verdict.TAKE
    if verdict is Verdict.KEEP:
        result.base[name], result.local[name] = agreed, decision.local
    elif verdict is not Verdict.CONFLICT:
        # Also where nothing changed: the spelling Robaws' value normalises to is the one that is kept.
        result.local[name] = result.base[name] = agreed
    if verdict is Verdict.TAKE:
        result.taken.append(decision)


def new_row(prepared: Prepared) -> tuple[Any, ...]:
    """The row of a client seen for the first time, as `upsert.insert` takes it: both sides agree on all of it."""
    incoming, projection = prepared.incoming, prepared.projection
    local = _NOTHING_AGREED | projection.shown
    return (
        incoming.client_id,
        *local.values(),
        as_stored(incoming.text),
        as_json(local),
        _json_or_none(projection.alternates),
        _json_or_none(projection.issues),
        incoming.fingerprint,
        incoming.updated_at,
    )


def is_unread(row: Row) -> bool:
    """Whether an undone merge gave it back, and it was not seen whole since (see `restored`).

    A replica, or a late webhook, may show it as it was before it was merged.
    """
    return row["fingerprint"] is None and row["base"] is not None


def changes_row(row: Row, prepared: Prepared, result: Reconciled) -> bool:
    """Whether there is anything to write: a record looked at again, for its open conflict say, may tell nothing new."""
    return (
        row["fingerprint"] != prepared.incoming.fingerprint
        or row["gone_at"] is not None
        or result.base != full_base(row["base"])
        or any(row[column] != value for column, value in result.local.items())
    )


def changed_row(row: Row, prepared: Prepared, result: Reconciled, origin: Origin, now: datetime) -> dict[str, Any]:
    """The row as it is to be written back."""
    incoming, projection, known = prepared.incoming, prepared.projection, row["metadata"]
    record = incoming.record
    is_still_unread = is_unread(row) and shows_extra_fields(known) and not shows_extra_fields(record)
    whole = overlaid(known, record) if origin is Origin.EVENT else with_known_extra_fields(record, known)
    return {
        "id": row["id"],
        **result.local,
        "metadata": as_json(whole),
        "base": as_json(result.base),
        "alternates": _json_or_none(_noted(row["alternates"], projection.alternates, projection)),
        "issues": _json_or_none(_noted(row["issues"], projection.issues, projection)),
        "fingerprint": None if is_still_unread else incoming.fingerprint,
        "remote_updated_at": incoming.updated_at or row["remote_updated_at"],
        "gone_at": None,
        "last_synced_at": now,
        "updated_at": now,
    }


def _noted(old: Mapping[str, Any] | None, new: Mapping[str, Any], projection: Projection) -> dict[str, Any]:
    """What is remarked about each column; a column the record does not mention keeps its remark."""
    kept = {column: note for column, note in (old or {}).items() if column not in projection.shown}
    return kept | dict(new)


def _json_or_none(value: Mapping[str, Any]) -> str | None:
    return as_json(value) if value else None
