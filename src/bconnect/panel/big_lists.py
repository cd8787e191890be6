"""Lists of any length: how many there are is estimated where counting would take longer than the page."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import QuerySet

from bconnect.panel import cells

EXACT_UP_TO = 50_000
COUNTED_UP_TO = 5_000
MOST_PAGES = 200
"""A page further on would have to skip all before it. Who looks for something there narrows the list."""


class BigPaginator(Paginator):  # type: ignore[type-arg]
    """Counts a small table, a filtered part up to a limit, and takes the database's word for a large one.

    `along`: the column in whose order the part is counted, where an index then finds it faster.
    `is_cut`: there are more than the list was given.
    """

    along = ""
    is_cut = False
    template_name = "panel/pagination.html"

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        if not rows.query.where:
            return table_size(rows)
        return rows.order_by(*filter(None, [self.along]))[: COUNTED_UP_TO + 1].count()

    @property
    def said(self) -> str:
        """The count as people read it."""
        if self.count > COUNTED_UP_TO and isinstance(self.object_list, QuerySet) and self.object_list.query.where:
            return f"{cells.count(COUNTED_UP_TO)}+"
        return f"{cells.count(self.count)}{'+' if self.is_cut else ''}"

    @cached_property
    def num_pages(self) -> int:
        return min(int(super().num_pages), MOST_PAGES)


def table_size(rows: QuerySet[Any]) -> int:
    """How many rows the whole table has; PostgreSQL's own estimate where that is large."""
    connection = connections[rows.db]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [rows.model._meta.db_table]
            )
            estimate = int(cursor.fetchone()[0])
        if estimate > EXACT_UP_TO:
            return estimate
    return int(rows.model._default_manager.count())
