"""`bconnect doctor`: looks at everything that has to be right, and says what to do where it is not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bconnect.operations.doctor import finding
from bconnect.operations.doctor.examination import examine
from bconnect.operations.doctor.finding import Finding, Level
from bconnect.sync import report
from bconnect.sync.command import DONE, SOME_FAILED, told_in_one_line

SIGNS = {Level.OK: "ok  ", Level.WARN: "warn", Level.FAIL: "FAIL"}


class Command(BaseCommand):
    help = "Check settings, database, Robaws, webhooks, worker and schedule; exit status 1 where something fails."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
        parser.add_argument(
            "--try-patch",
            metavar="ID",
            help="find out how this tenant takes changes, by a change without content to this client",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found: list[Finding] = []
        with told_in_one_line():
            for each in examine(options["try_patch"]):
                found.append(each)
                if not options["json"]:
                    self._show(each)
        if options["json"]:
            report.write_json(finding.as_json(found), self.stdout)
        else:
            self._conclude(found)
        sys.exit(DONE if finding.is_healthy(found) else SOME_FAILED)

    def _show(self, each: Finding) -> None:
        self.stdout.write(f"{SIGNS[each.level]}  {each.about}: {each.text}")
        if each.cure:
            self.stdout.write(f"      → {each.cure}")

    def _conclude(self, found: list[Finding]) -> None:
        fails = sum(each.level is Level.FAIL for each in found)
        warnings = sum(each.level is Level.WARN for each in found)
        if not fails and not warnings:
            self.stdout.write("All is in order.")
            return
        self.stdout.write(f"{fails} to mend, {warnings} to look at.")
