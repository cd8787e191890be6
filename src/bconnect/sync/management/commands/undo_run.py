"""`bconnect undo_run RUN`: take back what a run changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.sync import gateway, report
from bconnect.sync.command import refuse, told_in_one_line, who
from bconnect.sync.lease import Lease
from bconnect.sync.models import SyncRun
from bconnect.sync.undo import Undone, undo


class Command(BaseCommand):
    help = "Put back what a run changed, where nobody changed it since. The next push sends it to Robaws."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, metavar="RUN", help="the number of the run")
        parser.add_argument("--dry-run", action="store_true", help="show it, change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line(), Lease():
            run = SyncRun.objects.filter(pk=options["run"]).first()
            if run is None:
                refuse(f"there is no run {options['run']}")
            undone = undo(run, tenant=gateway.tenant(), who=who(), now=timezone.now(), dry_run=options["dry_run"])
        if options["json"]:
            report.write_json(_summary(run, undone), self.stdout)
            return
        for change in undone.changes:
            client = change.customer.robaws_client_id
            self.stdout.write(f"client {client}  {change.field}: {change.new!r} back to {change.old!r}")
        for left in undone.left:
            self.stdout.write(f"client {left.client_id}  {left.field}: left as it is, {left.reason}")
        verb = "would be put back" if options["dry_run"] else "put back"
        self.stdout.write(f"{len(undone.changes)} changes {verb}, {len(undone.left)} left.")


def _summary(run: SyncRun, undone: Undone) -> dict[str, Any]:
    return {
        "run": run.pk,
        "undone": [
            {"robaws_client_id": each.customer.robaws_client_id, "field": each.field, "from": each.new, "to": each.old}
            for each in undone.changes
        ],
        "left": [
            {"robaws_client_id": each.client_id, "field": each.field, "reason": each.reason} for each in undone.left
        ],
    }
