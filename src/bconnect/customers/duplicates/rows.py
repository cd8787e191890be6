"""Reading customers to be compared: which changed since they were last looked at, and their columns."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL

from bconnect.customers.duplicates import features
from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.keys import keys
from bconnect.customers.duplicates.models import Profile
from bconnect.customers.duplicates.quality import Quality, quality
from bconnect.customers.models import Customer

_MORE: Final = ("country", "role", "language")
_COLUMNS: Final = ("id", *features.COLUMNS, *_MORE)
_TABLE, _PROFILES = Customer._meta.db_table, Profile._meta.db_table
_SEPARATOR = "\x1f"
_READING: Final = "3"
"""To be raised when the same values are read or weighed otherwise than before: everybody is looked at anew then."""


def _seen(alias: str) -> str:
    """All that is looked at as one text, put together by the database itself: every way of editing shows in it."""
    texts = [f"COALESCE({alias}.{name}, '')" for name in (*features.COLUMNS, *_MORE) if name not in _JSON]
    texts += [f"COALESCE(CAST({alias}.{name} AS text), '')" for name in _JSON]
    return f" || '{_SEPARATOR}' || ".join([f"'{_READING}'", *texts])


_JSON = ("issues", "alternates")
_SEEN = _seen("c")


@dataclass(frozen=True, slots=True)
class Looked:
    """A customer as just read."""

    features: Features
    keys: array[int]
    quality: Quality
    seen: str


def changed() -> list[int]:
    """Customers that are new or not as they were; by one walk through both tables."""
    return _ids(
        f"SELECT c.id FROM {_TABLE} c LEFT JOIN {_PROFILES} p ON p.customer_id = c.id "  # noqa: S608 - our own names
        f"WHERE c.gone_at IS NULL AND (p.customer_id IS NULL OR p.seen <> {_SEEN}) ORDER BY c.id"
    )


def vanished() -> list[int]:
    """Those that were looked at and are here no more, or gone from Robaws."""
    return _ids(
        f"SELECT p.customer_id FROM {_PROFILES} p LEFT JOIN {_TABLE} c ON c.id = p.customer_id "  # noqa: S608
        "WHERE c.id IS NULL OR c.gone_at IS NOT NULL ORDER BY p.customer_id"
    )


def look(customer_ids: Collection[int] | None = None) -> Iterator[Looked]:
    """These customers, or all that are not gone, by number."""
    seen = RawSQL(_SEEN_OF_TABLE, (), output_field=TextField())  # noqa: S611 - our own names
    rows = Customer.objects.filter(gone_at=None).order_by("id").annotate(seen=seen)
    if customer_ids is not None:
        rows = rows.filter(pk__in=customer_ids)
    for values in rows.values(*_COLUMNS, "seen").iterator(chunk_size=5000):
        yield _looked(values)


def features_of(customer_ids: Collection[int]) -> dict[int, Features]:
    """By number; of those that are here and not gone."""
    columns = ("id", *features.COLUMNS)
    rows = Customer.objects.filter(pk__in=list(customer_ids), gone_at=None).order_by().values_list(*columns)
    return {row[0]: features.read(*row) for row in rows}


_SEEN_OF_TABLE = _seen(_TABLE)


def _looked(values: dict[str, Any]) -> Looked:
    read = features.features(values["id"], values)
    return Looked(read, array("q", keys(read)), quality(values, read), values["seen"])


def _ids(query: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [number for (number,) in cursor.fetchall()]
