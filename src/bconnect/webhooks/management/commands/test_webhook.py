"""`bconnect test_webhook [--url URL]`: call ourselves as Robaws would."""

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bconnect.sync import cipher, report
from bconnect.sync.command import DONE, NOT_DONE, SOME_FAILED, refuse, told_in_one_line
from bconnect.webhooks import trial
from bconnect.webhooks.arguments import web_address
from bconnect.webhooks.endpoints import same_address
from bconnect.webhooks.health import unreadable
from bconnect.webhooks.keyring import active_secrets
from bconnect.webhooks.models import PROVIDER, WebhookConfiguration

AT_HOME = "http://127.0.0.1:8000/api/webhooks/robaws/customers"


class Command(BaseCommand):
    help = "Sign an event as Robaws would, and send it to our own address. It becomes no customer."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", type=web_address, help=f"the registered one, or else {AT_HOME}")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            url, secret = _target(options["url"])
            try:
                result = trial.call(url, secret, time.time())
            except trial.NotReachedError as error:
                raise CommandError(str(error), returncode=NOT_DONE) from error
        if options["json"]:
            shown = {"url": url, "status": result.status, "stored": result.is_stored}
            report.write_json({**shown, "duration_ms": round(result.duration_ms, 1)}, self.stdout)
        else:
            self.stdout.write(_told(url, result))
        sys.exit(DONE if result.is_good else SOME_FAILED)


def _target(url: str | None) -> tuple[str, str]:
    """Where to send, and the secret to sign with."""
    for each in WebhookConfiguration.objects.filter(provider=PROVIDER, is_active=True):
        if url is None or same_address(url, each.url):
            try:
                return url or each.url, cipher.decrypt(each.secret)
            except cipher.UnreadableSecretError:
                refuse(unreadable(each))
    secrets = active_secrets(timezone.now())
    if not secrets:
        raise CommandError(
            "There is no secret to sign with: register a webhook, or set ROBAWS_WEBHOOK_SECRET.", returncode=NOT_DONE
        )
    return url or AT_HOME, settings.ROBAWS_WEBHOOK_SECRET or secrets[0]


def _told(url: str, result: trial.Trial) -> str:
    line = f"{url} answered {result.status} in {result.duration_ms:.0f} ms"
    if result.is_good:
        return f"{line}; the event was stored, and is ignored for being a test."
    if result.status == 200:
        return f"{line}, but the event is not in this database: does that address use another DATABASE_URL?"
    cures = {401: "it does not have this secret", 404: "the path is /api/webhooks/robaws/customers"}
    return f"{line}: {cures.get(result.status, 'see its log')}."
