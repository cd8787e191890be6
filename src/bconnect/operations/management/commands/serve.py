"""`bconnect serve`: web, background work and schedule as one process tree."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bconnect.operations import processes, refusals
from bconnect.operations.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run the web UI, the background worker and the schedule together, until SIGTERM or Ctrl-C."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where the web UI listens (127.0.0.1)")
        parser.add_argument("--port", default="8000", help="0 takes any free one (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        refusals.refuse_without_secret_key()
        refusals.refuse_unmigrated()
        web = processes.command("web", "web", "--host", options["host"], "--port", str(options["port"]))
        sys.exit(Supervisor([web, *processes.worker_commands()]).run())
