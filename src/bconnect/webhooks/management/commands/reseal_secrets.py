"""`bconnect reseal_secrets`: encrypt what is kept encrypted with the present BCONNECT_SECRET_KEY."""

from typing import Any

from django.core.management.base import BaseCommand

from bconnect.sync.cipher import UnreadableSecretError
from bconnect.sync.command import refuse, told_in_one_line
from bconnect.webhooks.reseal import reseal


class Command(BaseCommand):
    help = "Encrypt stored secrets with the present BCONNECT_SECRET_KEY, so that the old ones can go."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            try:
                count = reseal()
            except UnreadableSecretError as error:
                refuse(f"nothing was changed: {error}")
        self.stdout.write(f"{count} secrets are encrypted with the present key; BCONNECT_OLD_SECRET_KEYS can go.")
