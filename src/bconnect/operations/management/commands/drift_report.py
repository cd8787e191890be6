"""`bconnect drift_report`: what webhooks told of, day by day, and what they did not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.operations import drift
from bconnect.sync import report
from bconnect.sync.command import told_in_one_line


class Command(BaseCommand):
    help = "Changes per day: announced by a webhook in time, announced late, never announced."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=7, help="how many days, today included (7)")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            since = drift.announced_from()
            days = drift.report(timezone.localdate(), max(1, options["days"]))
        if options["json"]:
            told = [day.as_json() for day in days]
            report.write_json({"webhooks_since": since.isoformat() if since else None, "days": told}, self.stdout)
            return
        if since is None:
            self.stdout.write("No webhook is registered: `bconnect register_webhook` does it.")
        self.stdout.write("day         announced   late  missed")
        for day in days:
            self.stdout.write(f"{day.day}  {day.announced:>9}  {day.late:>5}  {day.missed:>6}")
