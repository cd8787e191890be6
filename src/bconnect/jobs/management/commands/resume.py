"""`bconnect resume`: let outgoing writes go again."""

from typing import Any

from django.core.management.base import BaseCommand

from bconnect.jobs import pause


class Command(BaseCommand):
    help = "End the pause: edits made meanwhile go out with the next push."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def handle(self, *args: Any, **options: Any) -> None:
        was_held = pause.resume()
        self.stdout.write("Writing to Robaws is allowed again." if was_held else "Nothing was held.")
