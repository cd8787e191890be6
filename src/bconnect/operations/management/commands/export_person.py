"""`bconnect export_person ID`: all that is kept here about a customer, for whoever asks by right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bconnect.operations import personal_data
from bconnect.sync import report
from bconnect.sync.command import refuse, told_in_one_line


class Command(BaseCommand):
    help = "Write all that is kept here about a customer as one JSON object."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", help="the Robaws client id, or NEW_…")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            found = personal_data.exported(personal_data.person(options["id"]))
            if not any(found.values()):
                refuse(f"nothing is kept here about {options['id']}")
            report.write_json({"robaws_client_id": options["id"], **found}, self.stdout)
