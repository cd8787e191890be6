"""What comes in from Robaws: items as sent, told apart into usable records and others. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple, Self

import orjson

from bconnect.sync.mapping import Projection, Tenant
from robaws.records import Record, canonical, client_id, fingerprint, fingerprint_of, parse_timestamp

PROJECTION_VERSION = 1
"""Raise it when cleaning or mapping changes, so that unchanged records are read anew."""

MAX_ID_CHARS = 200
LONGEST_SHOWN = 10_000
"""Characters, of what can't be kept as JSON."""


class Origin(Enum):
    """How we came by a record, which decides what it may overrule."""

    REPLICA = "replica"
    """A bulk read: whole, but possibly older than what we know."""
    LIVE = "live"
    """A live read of the client: whole, and the truth."""
    EVENT = "event"
    """A webhook's payload, or the answer to a PATCH: perhaps partial."""


class Incoming(NamedTuple):
    """One record: who it is about, its canonical JSON, and its hash."""

    client_id: str
    record: Record
    text: str
    fingerprint: str
    updated_at: datetime | None

    @classmethod
    def of(cls, client_id: str, record: Record, salt: bytes) -> Self:
        text = canonical(record)
        stamp = parse_timestamp(record.get("updatedAt"))
        # Not the bytes themselves: each holds on to several times its size.
        return cls(client_id, record, text.decode(), fingerprint_of(text, salt), stamp)


@dataclass(frozen=True, slots=True)
class Rejected:
    """One item that can't be taken in, and why."""

    client_id: str | None
    reason: str
    data: Any

    @property
    def key(self) -> str:
        return self.client_id or f"hash:{fingerprint({'item': self.data})}"


class Prepared(NamedTuple):
    """A record with its columns, ready to be merged.

    `is_counted`: not a second look at the same client. `asked_at`: when a live read set out (our clock).
    """

    incoming: Incoming
    projection: Projection
    is_counted: bool = True
    asked_at: datetime | None = None

    def is_overtaken(self, row: Mapping[str, Any]) -> bool:
        """Whether the row knows something newer. From a live read only what came in while it was under way is:
        otherwise the live read is the truth, even where Robaws went back in time."""
        stamp, known = self.incoming.updated_at, row["remote_updated_at"]
        if stamp is None or known is None or stamp >= known:
            return False
        return self.asked_at is None or (row["last_synced_at"] is not None and row["last_synced_at"] > self.asked_at)


def salt(tenant: Tenant) -> bytes:
    """What besides the record decides how it reads: a changed role field makes every record look new."""
    return orjson.dumps([PROJECTION_VERSION, tenant.role_field, tenant.role_guid, tenant.default_country])


def decode(items: Iterable[Any], salt: bytes) -> tuple[list[Incoming], list[Rejected]]:
    """Split items into usable records and others.

    Where a client comes twice (a list that moved between two pages), its newer state counts, else the later.
    """
    records: dict[str, Incoming] = {}
    rejected: list[Rejected] = []
    for item in items:
        if not isinstance(item, dict):
            rejected.append(Rejected(None, f"not a client record but {type(item).__name__}", item))
            continue
        identity = client_id(item)
        if identity is None or len(identity) > MAX_ID_CHARS or "\0" in identity:
            rejected.append(Rejected(None, "its id is missing or is no id", item))
            continue
        try:
            incoming = Incoming.of(identity, item, salt)
        except TypeError as error:  # nested deeper than JSON is written: hundreds of levels
            rejected.append(Rejected(identity, f"it can't be read ({error})", repr(item)[:LONGEST_SHOWN]))
            continue
        known = records.get(identity)
        if known is None or not _is_newer(known.updated_at, incoming.updated_at):
            records[identity] = incoming
    return list(records.values()), rejected


def _is_newer(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one > other


def overlaid(known: Any, news: Record) -> Record:
    """The full record after partial news: members not mentioned stay, in nested objects too."""
    if not isinstance(known, dict):
        return news
    merged = dict(known)
    for key, value in news.items():
        merged[key] = overlaid(known.get(key), value) if isinstance(value, dict) else value
    return merged


def as_json(value: Any) -> str:
    """JSON text that every database takes: no NUL, no lone surrogate."""
    try:
        return as_stored(orjson.dumps(value).decode())
    except TypeError:
        return orjson.dumps(_scrubbed(value)).decode()


def as_stored(text: str) -> str:
    """The same of JSON that is written already."""
    return orjson.dumps(_scrubbed(orjson.loads(text))).decode() if "\\u0000" in text else text


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_scrubbed(member) for member in value]
    return value if isinstance(value, bool | None) or abs(value) < 2**63 else str(value)
