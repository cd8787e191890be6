"""`bconnect list_webhooks`: ours and what Robaws has, differences marked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bconnect.sync import gateway, report
from bconnect.sync.command import told_in_one_line
from bconnect.webhooks.endpoints import Listed, compared


class Command(BaseCommand):
    help = "List the webhooks registered here and in Robaws, and mark where the two differ."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line(), gateway.open_client() as client:
            listed = compared(client.list_webhook_endpoints())
        if options["json"]:
            report.write_json({"webhooks": [_as_json(each) for each in listed]}, self.stdout)
            return
        for each in listed:
            self.stdout.write(f"{each.webhook_id}  {_state(each)}  {each.url}  {', '.join(each.events)}")
            for mark in each.marks:
                self.stdout.write(f"    ! {mark.text}")
        if not listed:
            self.stdout.write("No webhooks, here or in Robaws. Register one: bconnect register_webhook --url …")


def _state(listed: Listed) -> str:
    return {True: "active", False: "deactivated", None: "not ours"}[listed.is_active]


def _as_json(listed: Listed) -> dict[str, Any]:
    return {
        "id": listed.webhook_id,
        "url": listed.url,
        "events": list(listed.events),
        "active": listed.is_active,
        "in_robaws": listed.in_robaws,
        "registered_at": listed.registered_at.isoformat() if listed.registered_at else None,
        "marks": [{"code": mark.code, "text": mark.text} for mark in listed.marks],
    }
