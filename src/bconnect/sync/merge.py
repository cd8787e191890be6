"""The heart: what to do with a field of which three values are known.

    base     what both sides last agreed on
    local    what our column holds now
    remote   what Robaws holds, as just read (or ABSENT: the record does not mention the field)

                        │ remote = base        │ remote ≠ base
    ────────────────────┼──────────────────────┼───────────────────────────────────────────────
    local = base        │ UNCHANGED            │ TAKE      only Robaws changed it
    local ≠ base        │ KEEP  our edit waits │ AGREED    both changed it alike (local = remote)
                        │                      │ CONFLICT  both changed it differently

An absent remote says nothing: it is read as "still the base". `=` is "means the same", as the caller's
`same` decides: another spelling of one phone number is not an edit.

Pull, webhook and push are shells around `merge`. They differ in how they come by the remote value and in
where the result goes. This module knows no database, no clock and no network.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial

from bconnect.customers.fields import Value
from robaws.records import ABSENT, Absent

Same = Callable[[str, Value, Value], bool]


class Verdict(Enum):
    UNCHANGED = "neither side changed it"
    TAKE = "only Robaws changed it"
    KEEP = "only we changed it"
    AGREED = "both sides changed it alike"
    CONFLICT = "both sides changed it differently"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one field, and why (`verdict.value` says it in words)."""

    field: str
    verdict: Verdict
    base: Value
    local: Value
    remote: Value | Absent


def judge(base: Value, local: Value, remote: Value | Absent, same: Callable[[Value, Value], bool]) -> Verdict:
    """The table above, for one field."""
    edited_here = not same(local, base)
    if isinstance(remote, Absent) or same(remote, base):
        return Verdict.KEEP if edited_here else Verdict.UNCHANGED
    if not edited_here:
        return Verdict.TAKE
    return Verdict.AGREED if same(local, remote) else Verdict.CONFLICT


def merge(
    base: Mapping[str, Value],
    local: Mapping[str, Value],
    remote: Mapping[str, Value | Absent],
    fields: Iterable[str],
    same: Same,
) -> list[Decision]:
    """One decision a field, in the order of `fields`. A field missing from `remote` is absent."""
    return [
        Decision(
            field,
            judge(base[field], local[field], remote.get(field, ABSENT), partial(same, field)),
            base[field],
            local[field],
            remote.get(field, ABSENT),
        )
        for field in fields
    ]
