"""`bconnect list_conflicts`: the fields that both sides changed differently."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bconnect.sync import report
from bconnect.sync.command import told_in_one_line
from bconnect.sync.resolve import described, open_conflicts


class Command(BaseCommand):
    help = "List the conflicts that wait for a decision."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            conflicts = [described(each) for each in open_conflicts()]
        if options["json"]:
            report.write_json({"conflicts": conflicts}, self.stdout)
            return
        for each in conflicts:
            self.stdout.write(
                f"{each['id']}  client {each['robaws_client_id']}  {each['field']}: agreed {each['base']!r}, "
                f"ours {each['ours']!r}, Robaws {each['theirs']!r}  (since {each['since']})"
            )
        if conflicts:
            self.stdout.write("Decide with: bconnect resolve_conflict ID --take ours|theirs|VALUE")
        else:
            self.stdout.write("No conflicts: both sides agree, or only one of them changed.")
