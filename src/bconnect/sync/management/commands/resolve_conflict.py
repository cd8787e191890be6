"""`bconnect resolve_conflict ID --take ours|theirs|VALUE`: decide a conflict."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.sync import gateway
from bconnect.sync.command import refuse, told_in_one_line, who
from bconnect.sync.resolve import NoSuchConflictError, Take, resolve


class Command(BaseCommand):
    help = "Decide a conflict: keep ours, take Robaws' value, or set a third one."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, metavar="ID", help="the number list_conflicts shows")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--take", metavar="ours|theirs|VALUE", help="whose value, or a third one")
        what.add_argument("--value", help="a third value, also where it reads 'ours' or 'theirs'; empty clears")

    def handle(self, *args: Any, **options: Any) -> None:
        take, value = _decision(options)
        with told_in_one_line():
            try:
                conflict = resolve(options["id"], take, value, tenant=gateway.tenant(), who=who(), now=timezone.now())
            except NoSuchConflictError as error:
                refuse(str(error))
        client = conflict.customer.robaws_client_id
        sent = "" if take is Take.THEIRS else "; the next push sends it to Robaws"
        self.stdout.write(f"{conflict.field} of client {client}: {take.value} taken{sent}.")


def _decision(options: dict[str, Any]) -> tuple[Take, str | None]:
    if options["value"] is not None:
        return Take.VALUE, options["value"]
    if options["take"] in (Take.OURS.value, Take.THEIRS.value):
        return Take(options["take"]), None
    return Take.VALUE, options["take"]
