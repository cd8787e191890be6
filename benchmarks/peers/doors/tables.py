"""Makes the empty tables: `python -m benchmarks.peers.doors.tables`. SQLite gets its write-ahead log here."""

import os


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.doors.settings"
    import django  # only after the settings are named

    django.setup()
    from django.db import connection

    from benchmarks.peers.doors.models import WebhookLog
    from benchmarks.peers.planned.models import Customer

    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA journal_mode=WAL")
    with connection.schema_editor() as editor:
        editor.create_model(Customer)
        editor.create_model(WebhookLog)


if __name__ == "__main__":
    main()
