"""The one module of bulk SQL: many customer rows in one statement, on SQLite and on PostgreSQL.

A row to be updated is a dict of the columns in `WRITTEN`, a new one a tuple of those in `INSERTED`, JSON columns as
text. Callers hold the rows' locks (or, on SQLite, the write lock) since they read them: nothing here can overwrite an
edit.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import orjson
from django.db import connection
from django.db.models.expressions import RawSQL

from bconnect.customers.fields import COLUMNS
from bconnect.customers.models import Customer
from bconnect.sync.incoming import as_json

TABLE = Customer._meta.db_table
KEEPING = ("metadata", "base", "alternates", "issues", "fingerprint", "remote_updated_at", "gone_at")
STAMPS = ("last_synced_at", "updated_at")
JSON = ("metadata", "base", "alternates", "issues")
WRITTEN = (*COLUMNS, *KEEPING, *STAMPS)
READ = ("id", "robaws_client_id", *COLUMNS, *KEEPING, *STAMPS)
INSERTED = ("robaws_client_id", *COLUMNS, *(name for name in KEEPING if name != "gone_at"))
INSERTED_STAMPS = ("created_at", *STAMPS)

_CASTS = {
    "id": "bigint",
    "is_active": "boolean",
    **dict.fromkeys(JSON, "jsonb"),
    **dict.fromkeys(("remote_updated_at", "gone_at", "created_at", *STAMPS), "timestamptz"),
}

Row = dict[str, Any]
NewRow = tuple[Any, ...]


def fingerprints(client_ids: Sequence[str]) -> set[tuple[str, str | None]]:
    """(client id, fingerprint) of these customers, as far as there are any that are not gone."""
    known = Customer.objects.filter(robaws_client_id__in=listed(client_ids), gone_at=None)
    return set(known.values_list("robaws_client_id", "fingerprint"))


def lock(client_ids: Sequence[str]) -> dict[str, Row]:
    """Read these rows for writing, by client id; the locks last until the transaction ends.

    On SQLite the transaction itself holds the write lock already (IMMEDIATE).
    """
    rows = Customer.objects.filter(robaws_client_id__in=listed(client_ids)).order_by("id")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update()
    return {row["robaws_client_id"]: row for row in rows.values(*READ)}


def lock_one(customer_id: int) -> Row | None:
    """The same for one row by its own id; None where it was deleted meanwhile."""
    client_id = Customer.objects.filter(pk=customer_id).values_list("robaws_client_id", flat=True).first()
    return None if client_id is None else lock([client_id]).get(client_id)


def insert(rows: Sequence[NewRow], now: datetime) -> set[str]:
    """Insert new customers, stamped `now`; returns the client ids that somebody else inserted meanwhile."""
    if not rows:
        return set()
    names = _names((*INSERTED, *INSERTED_STAMPS))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            stamps = ", ".join(["%s::timestamptz"] * len(INSERTED_STAMPS))
            cursor.execute(
                f"INSERT INTO {TABLE} ({names}) SELECT {_cast(INSERTED)}, {stamps} FROM {_unnest(INSERTED)} "  # noqa: S608
                "ON CONFLICT (robaws_client_id) DO NOTHING RETURNING robaws_client_id",
                [*[now] * len(INSERTED_STAMPS), *_arrays(zip(*rows, strict=True))],
            )
            return {client_id for client_id, *_ in rows} - {client_id for (client_id,) in cursor.fetchall()}
        # Under the write lock nobody can have come between the look-up and this insert.
        marks = ", ".join(["%s"] * len(INSERTED) + [f"'{_sqlite_time(now)}'"] * len(INSERTED_STAMPS))
        cursor.executemany(
            f"INSERT INTO {TABLE} ({names}) VALUES ({marks})",  # noqa: S608 - names from our own table
            [(*row[:-1], _sqlite_time(row[-1])) for row in rows],
        )
    return set()


def update(rows: Sequence[Row]) -> None:
    """Write these rows' columns back, by `id`."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = ("id", *WRITTEN)
            setting = ", ".join(f"{name} = v.{name}{_suffix(name)}" for name in WRITTEN)
            cursor.execute(
                f"UPDATE {TABLE} AS t SET {setting} FROM {_unnest(columns)} WHERE t.id = v.id::bigint",  # noqa: S608
                _arrays([row[name] for row in rows] for name in columns),
            )
            return
        setting = ", ".join(f"{name} = %s" for name in WRITTEN)
        cursor.executemany(
            f"UPDATE {TABLE} SET {setting} WHERE id = %s",  # noqa: S608 - names from our own table
            list(map(itemgetter(*WRITTEN, "id"), _adapted(rows, WRITTEN))),
        )


def write_back(rows: Sequence[Row]) -> None:
    """`update` for rows as `lock` read them, their JSON columns still decoded."""
    for row in rows:
        for column in JSON:
            row[column] = None if row[column] is None else as_json(row[column])
    update(rows)


def listed(values: Sequence[str]) -> RawSQL:
    """Many values as one parameter."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [list(values)])
    return RawSQL("SELECT value FROM json_each(%s)", [orjson.dumps(list(values)).decode()])


def _names(columns: Iterable[str]) -> str:
    return ", ".join(columns)


def _suffix(column: str) -> str:
    return f"::{_CASTS[column]}" if column in _CASTS else ""


def _cast(columns: Iterable[str]) -> str:
    return ", ".join(f"v.{name}{_suffix(name)}" for name in columns)


def _unnest(columns: Sequence[str]) -> str:
    return f"unnest({', '.join(['%s::text[]'] * len(columns))}) AS v({_names(columns)})"


def _arrays(columns: Iterable[Iterable[Any]]) -> list[list[str | None]]:
    """Everything as text: one array type, one cast a column."""
    return [[_as_text(value) for value in column] for column in columns]


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _adapted(rows: Sequence[Row], columns: Sequence[str]) -> Iterable[Row]:
    """SQLite stores times as text."""
    times = [name for name in columns if _CASTS.get(name) == "timestamptz"]
    texts: dict[datetime | None, str | None] = {None: None}
    for row in rows:
        for name in times:
            moment = row[name]
            if moment not in texts:  # most are "now"
                texts[moment] = _sqlite_time(moment)
            row[name] = texts[moment]
    return rows


def _sqlite_time(moment: datetime | None) -> str | None:
    """In UTC, in the form Django reads back."""
    return None if moment is None else moment.astimezone(UTC).isoformat(" ").removesuffix("+00:00")


def synced(values: dict[str, Any] | None) -> dict[str, Any]:
    """The synced columns out of a base, for an update of the row by its own base."""
    return {column: value for column, value in (values or {}).items() if column in COLUMNS}
