"""`bconnect undo_merge ID`: take a merge back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.sync import gateway, unmerge
from bconnect.sync.command import SOME_FAILED, refuse, told_in_one_line, who
from bconnect.sync.merge_job import around
from bconnect.sync.merge_steps import look_again


class Command(BaseCommand):
    help = "Take a merge back: customers, intakes and history as before, here and in Robaws."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", help="the Robaws client id of one that was merged")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            try:
                record = unmerge.find(options["id"])
                with around(who()) as means:
                    look_again(record, means)
                    undone = unmerge.undo(record, tenant=gateway.tenant(), who=who(), now=timezone.now())
                    self.stdout.write(f"Back again: {', '.join(undone.restored)}.")
                    for line in undone.left:
                        self.stdout.write(f"Not as before: {line}.")
                    failed = unmerge.push_restored(undone, means)
            except unmerge.CannotUndoError as error:
                refuse(str(error))
        for line in failed:
            self.stderr.write(f"Not in Robaws yet: {line}")
        if failed:
            raise SystemExit(SOME_FAILED)
