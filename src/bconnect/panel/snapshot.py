"""The stale form: what a person saw when the form was opened travels in it, signed.

On save every field has three values, as in the sync: what was seen, what is stored now, and what was typed.
The same pure `judge` decides, so a change that came meanwhile is neither lost nor a reason to refuse a save
that has nothing to do with it.
"""

from collections.abc import Mapping

from django.core import signing

from bconnect.customers.fields import Value
from bconnect.sync.merge import Verdict, judge

SALT = "bconnect.panel.snapshot"

Values = Mapping[str, Value]


class BadSnapshotError(ValueError):
    """The form does not carry what was seen, or that of another record."""


def sign(record: str, seen: Values) -> str:
    """`seen` as text for a hidden field, good for this record only."""
    return signing.dumps(dict(seen), salt=f"{SALT}.{record}", compress=True)


def read(record: str, signed: str) -> dict[str, Value]:
    """What `sign` was given. Raises BadSnapshotError for anything else."""
    try:
        seen: dict[str, Value] = signing.loads(signed, salt=f"{SALT}.{record}")
    except signing.BadSignature as error:
        raise BadSnapshotError(record) from error
    return seen


def verdict(seen: Value, stored: Value, typed: Value) -> Verdict:
    """UNCHANGED or TAKE: keep what is stored. KEEP or AGREED: take what was typed. CONFLICT: ask."""
    return judge(seen, typed, stored, _alike)


def _alike(one: Value, other: Value) -> bool:
    """Equal but for what a form does to a text: trimming, line ends, nothing instead of null."""
    return one == other or _plain(one) == _plain(other)


def _plain(value: Value) -> Value:
    return (value or "").strip().replace("\r\n", "\n") if isinstance(value, str | None) else value
