"""`bconnect replay_webhooks [--failed] [ID…]`: have stored events applied once more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bconnect.sync import report
from bconnect.sync.command import NOT_DONE, WRONG_USAGE, told_in_one_line
from bconnect.webhooks.replay import failed, named, replay


class Command(BaseCommand):
    help = "Put stored events back, to be applied once more by the worker."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", metavar="ID", help="the event's id, or its number in the list")
        parser.add_argument("--failed", action="store_true", help="all that failed")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = options["ids"]
        if bool(ids) == options["failed"]:
            raise CommandError("Give either --failed or the ids of events.", returncode=WRONG_USAGE)
        with told_in_one_line():
            count = replay(failed() if options["failed"] else named(ids), timezone.now())
        if ids and not count:
            raise CommandError(
                "None of these can be replayed: no such event, or it waits already, or its payload is gone.",
                returncode=NOT_DONE,
            )
        if options["json"]:
            report.write_json({"replayed": count}, self.stdout)
        else:
            self.stdout.write(f"{count} events are put back; the worker applies them.")
