"""Every value of every table, to look for what should not be there."""

from collections.abc import Iterator

from django.db import connection


def stored() -> Iterator[tuple[str, str]]:
    """(table, row as text) for all rows of the database, whichever app they belong to."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield table, repr(row)


def tables_with(*words: str) -> set[str]:
    """The tables that hold any of these words, whatever the case."""
    wanted = [word.casefold() for word in words]
    return {table for table, row in stored() if any(word in row.casefold() for word in wanted)}
