"""SQLite kept each match key twice, in the table and in the index of its primary key. Now the index is the table."""

from typing import Any

from django.db import migrations

_COLUMNS = '"key" bigint NOT NULL, "customer_id" bigint NOT NULL, "initials" text NOT NULL'
_MADE = f"CREATE TABLE duplicate_keys ({_COLUMNS}, PRIMARY KEY (key, customer_id))"


def _make(schema: Any, how: str) -> None:
    if schema.connection.vendor == "sqlite":
        schema.execute("ALTER TABLE duplicate_keys RENAME TO duplicate_keys_before")
        schema.execute(f"{_MADE}{how}")
        schema.execute("INSERT INTO duplicate_keys SELECT * FROM duplicate_keys_before ORDER BY key, customer_id")
        schema.execute("DROP TABLE duplicate_keys_before")


def once(apps: Any, schema: Any) -> None:
    _make(schema, " WITHOUT ROWID")


def twice(apps: Any, schema: Any) -> None:
    _make(schema, "")


class Migration(migrations.Migration):
    dependencies = [("duplicates", "0001_initial")]

    operations = [migrations.RunPython(once, twice)]
