"""`bconnect find_duplicates`: groups of customers that are likely one, with the reasons."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.customers.duplicates.evidence import Tier
from bconnect.customers.duplicates.listing import Found, listed
from bconnect.customers.duplicates.refresh import refresh
from bconnect.sync import report
from bconnect.sync.command import told_in_one_line


class Command(BaseCommand):
    help = "List groups of customers that are likely one. Looks at what is new or changed first."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--min-score",
            type=_score,
            default=int(Tier.LIKELY),
            metavar="S",
            help="from 50 (possible) over 80 (likely, the default) and 95 (near certain) to 100",
        )
        parser.add_argument("--anew", action="store_true", help="compare all customers again, not only what changed")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            refresh(timezone.now(), anew=options["anew"])
            groups = listed(options["min_score"])
        if options["json"]:
            report.write_json({"groups": [_described(group) for group in groups]}, self.stdout)
            return
        for group in groups:
            self.stdout.write(f"{group.score}  {group.tier}: {'; '.join(group.reasons)}")
            for client_id, name in group.members:
                self.stdout.write(f"      client {client_id}  {name}")
        self.stdout.write(_summary(groups))


def _score(text: str) -> int:
    score = int(text)
    if not Tier.POSSIBLE <= score <= 100:
        raise ValueError(text)
    return score


_score.__name__ = "score from 50 to 100"  # argparse names it in its message


def _described(group: Found) -> dict[str, Any]:
    return {
        "score": group.score,
        "tier": group.tier,
        "reasons": list(group.reasons),
        "members": [{"robaws_client_id": client_id, "name": name} for client_id, name in group.members],
    }


def _summary(groups: list[Found]) -> str:
    if not groups:
        return "No duplicates found."
    customers = sum(len(group.members) for group in groups)
    return f"{len(groups)} groups of {customers} customers. Merge with: bconnect merge_customers --into ID OTHER…"
