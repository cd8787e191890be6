"""`bconnect check_webhook_health`: exit status 1, with the reasons, where webhooks do not work."""

import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.sync import gateway, report
from bconnect.sync.command import DONE, SOME_FAILED, told_in_one_line
from bconnect.webhooks import health
from robaws.errors import RobawsError
from robaws.records import Record


class Command(BaseCommand):
    help = "Check that webhooks arrive and are applied; exit status 1 with the reasons where they are not."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            endpoints, unreachable = _endpoints()
            found = health.check(timezone.now(), endpoints, unreachable)
        if options["json"]:
            report.write_json(health.as_json(found), self.stdout)
        else:
            for reason in found.reasons:
                self.stdout.write(f"{reason.code}: {reason.text}")
            if found.is_healthy:
                self.stdout.write("Webhooks arrive and are applied.")
        sys.exit(DONE if found.is_healthy else SOME_FAILED)


def _endpoints() -> tuple[list[Record] | None, str]:
    """What Robaws lists, or why it could not be asked: the rest can be checked all the same."""
    try:
        with gateway.open_client() as client:
            return client.list_webhook_endpoints(), ""
    except (RobawsError, ImproperlyConfigured) as error:
        return None, str(error)
