"""`bconnect resume`: let outgoing writes go again."""

from typing import Any

from django.core.management.base import BaseCommand

from bconnect.jobs import pause
from bconnect.sync.command import told_in_one_line


class Command(BaseCommand):
    help = "End the pause: edits made meanwhile go out with the next push."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            was_held = pause.resume()
        self.stdout.write("Writing to Robaws is allowed again." if was_held else "Nothing was held.")
