"""Makes the empty table: `python -m benchmarks.peers.planned.table`, before the clock runs."""

import os


def set_up() -> None:
    """Start Django with the settings of this folder."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.planned.settings"
    import django  # only after the settings are named

    django.setup()


def create() -> None:
    from django.db import connection

    from benchmarks.peers.planned.models import Customer

    with connection.schema_editor() as editor:
        editor.create_model(Customer)


if __name__ == "__main__":
    set_up()
    create()
