"""`bconnect rotate_webhook_secret ID`: a new secret; the old one counts for another day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bconnect.sync import gateway, report
from bconnect.sync.command import NOT_DONE, SOME_FAILED, told_in_one_line
from bconnect.webhooks.arguments import webhook_id
from bconnect.webhooks.endpoints import LeftOverError, StillCountsError, UnknownWebhookError, rotate


class Command(BaseCommand):
    help = "Give a webhook a new secret. Robaws makes one only for a new registration, so its id changes too."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=webhook_id, metavar="ID", help="as list_webhooks shows it")
        parser.add_argument(
            "--force", action="store_true", help="also while the secret before still counts, which ends"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line(), gateway.open_client() as client:
            try:
                webhook, secret = rotate(client, options["id"], now=timezone.now(), force=options["force"])
            except (UnknownWebhookError, StillCountsError) as error:
                raise CommandError(str(error), returncode=NOT_DONE) from error
            except LeftOverError as error:
                raise CommandError(str(error), returncode=SOME_FAILED) from error
        until = webhook.previous_expires_at
        if options["json"]:
            report.write_json({"id": webhook.webhook_id, "secret": secret, "old_secret_until": until}, self.stdout)
            return
        self.stdout.write(f"Webhook {options['id']} is now webhook {webhook.webhook_id}.")
        self.stdout.write(f"Its secret, kept here encrypted and never shown again: {secret}")
        self.stdout.write(f"What the old secret signed counts until {until:%Y-%m-%d %H:%M} UTC.")
