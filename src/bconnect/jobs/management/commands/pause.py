"""`bconnect pause`: hold all outgoing writes."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.jobs import pause


class Command(BaseCommand):
    help = "Hold everything that would write to Robaws, on all machines, until `bconnect resume`."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="", help="shown to whoever meets the pause")

    def handle(self, *args: Any, **options: Any) -> None:
        is_new = pause.pause(_who(), options["reason"], timezone.now())
        self.stdout.write("Writing to Robaws is held." if is_new else "Writing to Robaws was held already.")


def _who() -> str:
    """The name this system knows the person by."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return "somebody"
