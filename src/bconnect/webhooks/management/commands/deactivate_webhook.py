"""`bconnect deactivate_webhook ID`: end a registration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bconnect.sync import gateway
from bconnect.sync.command import NOT_DONE, told_in_one_line
from bconnect.webhooks.arguments import webhook_id
from bconnect.webhooks.endpoints import UnknownWebhookError, deactivate


class Command(BaseCommand):
    help = "Remove a webhook in Robaws, and let its secret no longer count."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=webhook_id, metavar="ID", help="as list_webhooks shows it")
        parser.add_argument("--force", action="store_true", help="also one that was not registered here")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line(), gateway.open_client() as client:
            try:
                deactivate(client, options["id"], now=timezone.now(), force=options["force"])
            except UnknownWebhookError as error:
                raise CommandError(str(error), returncode=NOT_DONE) from error
        self.stdout.write(f"Webhook {options['id']} is removed in Robaws; what it signs is refused within seconds.")
