"""`bconnect register_webhook --url URL`: have Robaws call us whenever a client changes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bconnect.sync import gateway, report
from bconnect.sync.command import NOT_DONE, told_in_one_line
from bconnect.webhooks.arguments import web_address
from bconnect.webhooks.endpoints import DuplicateError, register
from bconnect.webhooks.envelope import CLIENT_EVENTS


class Command(BaseCommand):
    help = "Register our address in Robaws, for every client that is created or updated."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", type=web_address, required=True, help="…/api/webhooks/robaws/customers")
        parser.add_argument("--event", action="append", choices=CLIENT_EVENTS, help="only this one (both)")
        parser.add_argument("--force", action="store_true", help="also where the address is registered already")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        events = list(dict.fromkeys(options["event"] or CLIENT_EVENTS))
        with told_in_one_line(), gateway.open_client() as client:
            try:
                made, secret = register(client, options["url"], events, now=timezone.now(), force=options["force"])
            except DuplicateError as error:
                raise CommandError(str(error), returncode=NOT_DONE) from error
        if options["json"]:
            shown = {"id": made.webhook_id, "url": made.url, "events": made.events, "secret": secret}
            report.write_json(shown, self.stdout)
            return
        self.stdout.write(f"Webhook {made.webhook_id} registered for {made.url}: {', '.join(events)}")
        self.stdout.write(f"Its secret, kept here encrypted and never shown again: {secret}")
