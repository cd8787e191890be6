"""`bconnect pause`: hold all outgoing writes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.jobs import pause
from bconnect.sync.command import told_in_one_line, user


class Command(BaseCommand):
    help = "Hold everything that would write to Robaws, on all machines, until `bconnect resume`."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="", help="shown to whoever meets the pause")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            is_new = pause.pause(user(), options["reason"], timezone.now())
        self.stdout.write("Writing to Robaws is held." if is_new else "Writing to Robaws was held already.")
