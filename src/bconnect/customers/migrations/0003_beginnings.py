from django.db import migrations

from bconnect.customers.search_text import BEGINNING


def index_beginnings(apps, schema_editor):
    """PostgreSQL's trigrams know where words begin, but not which word is the first. SQLite looks through all of it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX IF NOT EXISTS customers_beginnings"
            f" ON robaws_customers_cache (left(search_text, {BEGINNING}) text_pattern_ops)"
        )


def drop_it(apps, schema_editor):
    schema_editor.execute("DROP INDEX IF EXISTS customers_beginnings")


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_search_text"),
    ]

    operations = [migrations.RunPython(index_beginnings, drop_it)]
