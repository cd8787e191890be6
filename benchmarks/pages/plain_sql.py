"""The floor of a page: the rows it shows and how many there are, asked of the database by hand."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import psycopg

from benchmarks.pages.questions import PER_PAGE, Question

_TABLE = "robaws_customers_cache"
_SHOWN = "id, robaws_client_id, name, role, email, phone, city, country, vat_number, is_active, last_synced_at"


def times_s(url: str, asked: Sequence[Question]) -> list[float]:
    """How long each takes, over one connection and sorted; those without a `where` are left out."""
    with closing(_connection(url)) as connection:
        taken = []
        for question in asked:
            begun = time.perf_counter()
            for sql in _statements(question, is_sqlite=url.startswith("sqlite:")):
                connection.execute(sql).fetchall()
            taken.append(time.perf_counter() - begun)
    return sorted(taken)


def _statements(question: Question, *, is_sqlite: bool) -> Iterator[str]:
    where = f"WHERE {question.where}" if question.where else ""
    if not is_sqlite:
        where = where.replace(" LIKE ", " ILIKE ")
    if question.counts:
        yield f"SELECT count(*) FROM {_TABLE} {where}"
    page = f"ORDER BY {question.order} LIMIT {PER_PAGE} OFFSET {question.offset}"
    yield f"SELECT {_SHOWN} FROM {_TABLE} {where} {page}"


def _connection(url: str) -> Any:
    if url.startswith("sqlite:"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
    return psycopg.connect(url, autocommit=True)
