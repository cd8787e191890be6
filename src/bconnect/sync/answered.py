"""What does Robaws' answer to a change say about each value that was sent? Pure.

An answer may be the whole client, a part of it, or nothing. What it does not show is not known to be kept: then
the client is read. What even a live read does not show was not taken, unless it was cleared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bconnect.customers.fields import FLAGS, Place, Value, same
from bconnect.sync.mapping import Tenant, project
from robaws.records import ABSENT, Absent, Record, shows_extra_fields

Shown = Mapping[str, Value | Absent]


@dataclass(slots=True)
class Judged:
    """The values that were sent, by what became of them. Of `unknown` ones the next run will see it."""

    taken: dict[str, Value] = field(default_factory=dict)
    refused: dict[str, Value] = field(default_factory=dict)
    unknown: dict[str, Value] = field(default_factory=dict)


def shown_by(answer: Record, tenant: Tenant) -> Shown | None:
    """The answer as our columns; None where it can't be read."""
    try:
        return project(answer, tenant).values
    except Exception:  # noqa: BLE001 - the per-record guard: an odd answer tells nothing, and harms nobody else
        return None


def shows(column: str, now: Value, value: Value, meant: Shown, place: Place) -> bool:
    """Whether Robaws holds what was sent, in whatever spelling, or what that reads as."""
    return same(column, now, value, place) or now == meant.get(column, ABSENT)


def tells_all(sent: Mapping[str, Value], answer: Record, tenant: Tenant) -> bool:
    """Whether the answer shows every value that was sent."""
    shown = shown_by(answer, tenant)
    return shown is not None and all(shown[column] is not ABSENT for column in sent)


def judged(
    sent: Mapping[str, Value], answer: Record, row: Mapping[str, Any], tenant: Tenant, meant: Shown | None = None
) -> Judged:
    """What became of each value, as the answer or the live read after it shows. `meant`: how what was sent reads."""
    shown, result = shown_by(answer, tenant), Judged()
    meant = meant or {}
    if shown is None:
        return Judged(unknown=dict(sent))
    place = Place(row["country_code"], tenant.default_country)
    for column, value in sent.items():
        now = shown[column]
        if now is ABSENT and column == "role" and not shows_extra_fields(answer):
            result.unknown[column] = value
        elif now is ABSENT:
            # A flag that Robaws does not know is ours alone.
            (result.taken if value is None or column in FLAGS else result.refused)[column] = value
        else:
            (result.taken if shows(column, now, value, meant, place) else result.refused)[column] = value
    return result
