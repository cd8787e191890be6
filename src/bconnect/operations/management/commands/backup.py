"""`bconnect backup FILE`: one consistent copy of the database, while everything goes on."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bconnect.operations.backup import BackupError, backup
from bconnect.sync.command import refuse, told_in_one_line


class Command(BaseCommand):
    help = "Write one consistent copy of the database to a new file, while everything goes on."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="SQLite: a database file; PostgreSQL: an archive for pg_restore")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            try:
                size = backup(options["file"])
            except BackupError as error:
                refuse(str(error))
        self.stdout.write(f"{options['file']}: {size:,} bytes")
