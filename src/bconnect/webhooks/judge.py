"""All stored events of one client: which of them counts, and is it to be believed as it stands? Pure.

                          what our row knows of the client
    newest payload        │ nothing   something older   the same stamp       something newer
    ──────────────────────┼─────────────────────────────────────────────────────────────────
    whole                 │ TAKE      TAKE              NOTHING_NEW or ASK   STALE
    doubtful              │ ASK       ASK               NOTHING_NEW or ASK   STALE

The same stamp with other content is doubtful too, and anything where the stamp we know lies in the future. ASK means:
one live read decides, for all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from bconnect.sync.cursor import is_ahead
from bconnect.sync.incoming import overlaid, salt
from bconnect.sync.mapping import Tenant
from bconnect.webhooks.payload import by_name, open_question
from robaws.records import Record, fingerprint, parse_timestamp


class Answer(Enum):
    TAKE = "taken in"
    NOTHING_NEW = "nothing new"
    STALE = "older than what is known"
    ASK = "read live"


@dataclass(frozen=True, slots=True)
class Known:
    """What our row holds of Robaws: the record as last seen, its hash (none where it is not to be relied on) and its
    `updatedAt`."""

    record: Record
    fingerprint: str | None
    updated_at: datetime | None
    is_gone: bool = False
    is_ahead: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """`record` is the whole client where it can be taken in; `why` is the doubt where Robaws is to be asked."""

    answer: Answer
    record: Record | None = None
    why: str = ""


def judge(payloads: Sequence[Record], known: Known | None, tenant: Tenant) -> Judgement:
    """What the events of one client (their `data`, in the order of arrival) come to."""
    newest, doubt = _newest(payloads)
    stamp = parse_timestamp(newest.get("updatedAt"))
    if known is None:
        doubt = doubt or open_question(newest, None, tenant) or _without_stamp(stamp)
        return _ask(doubt) if doubt else Judgement(Answer.TAKE, by_name(newest, None, tenant))
    if known.is_gone:
        return _ask("the client was gone")
    if known.fingerprint is None:
        return _ask("nothing was taken in of it since it came back")
    if known.is_ahead:
        return _ask("the updatedAt that is known lies in the future")
    if doubt:
        return _ask(doubt)
    if stamp and known.updated_at and stamp < known.updated_at:
        return Judgement(Answer.STALE)
    whole = overlaid(known.record, by_name(newest, known.record, tenant))
    question = open_question(newest, known.record, tenant)
    is_same_version = stamp is not None and stamp == known.updated_at
    if fingerprint(whole, salt(tenant)) == known.fingerprint and (is_same_version or not question):
        return Judgement(Answer.NOTHING_NEW)
    doubt = question or _without_stamp(stamp) or _without_stamp(known.updated_at)
    if doubt or is_same_version:
        return _ask(doubt or "another content under the same updatedAt")
    return Judgement(Answer.TAKE, whole)


def _newest(payloads: Sequence[Record]) -> tuple[Record, str | None]:
    """The payload that counts, by `updatedAt`; and the doubt, where that does not order them."""
    if all(each == payloads[-1] for each in payloads):
        return payloads[-1], None
    stamps = [parse_timestamp(each.get("updatedAt")) for each in payloads]
    dated = [(stamp, each) for stamp, each in zip(stamps, payloads, strict=True) if stamp]
    if len(dated) < len(payloads):
        return payloads[-1], "several events, of which one has no updatedAt"
    latest = max(stamp for stamp, _ in dated)
    top = [each for stamp, each in dated if stamp == latest]
    return top[-1], None if all(each == top[-1] for each in top) else "two contents under one updatedAt"


def _without_stamp(stamp: datetime | None) -> str | None:
    return None if stamp else "there is no updatedAt to compare"


def _ask(why: str) -> Judgement:
    return Judgement(Answer.ASK, why=why)


def known_from(row: Mapping[str, Any], now: datetime) -> Known:
    """From a customer's columns metadata, fingerprint, remote_updated_at and gone_at."""
    record = row["metadata"] if isinstance(row["metadata"], dict) else {}
    stamp = row["remote_updated_at"]
    return Known(record, row["fingerprint"], stamp, row["gone_at"] is not None, is_ahead(stamp, now))
