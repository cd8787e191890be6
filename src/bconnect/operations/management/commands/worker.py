"""`bconnect worker`: the background work of one machine."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bconnect.operations import processes, refusals
from bconnect.operations.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run scheduled and queued jobs and apply webhook events, until SIGTERM or Ctrl-C."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--part", choices=processes.PARTS, help="this part alone; the default is all, supervised")

    def handle(self, *args: Any, **options: Any) -> None:
        refusals.refuse_without_secret_key()
        refusals.refuse_unmigrated()
        if options["part"]:
            sys.exit(processes.PARTS[options["part"]]())
        sys.exit(Supervisor(processes.worker_commands()).run())
