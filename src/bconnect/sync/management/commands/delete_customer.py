"""`bconnect delete_customer ID`: forget a customer here, or delete it on both sides."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.customers.models import Customer
from bconnect.sync import gateway
from bconnect.sync.command import refuse, told_in_one_line, who
from bconnect.sync.forget import (
    MAY_RETURN,
    ChangedMeanwhileError,
    StillInUseError,
    delete_everywhere,
    forget,
    half_created,
)
from bconnect.sync.lease import Lease


class Command(BaseCommand):
    help = "Delete a customer here for good (no pull brings it back), with --in-robaws also there."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape; checks cost start-up time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", help="the Robaws client id, or NEW_…")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--here", action="store_true", help="only here; the client stays in Robaws")
        what.add_argument("--in-robaws", action="store_true", help="also in Robaws, if nothing changed there since")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line(), Lease():
            customer = Customer.objects.filter(robaws_client_id=options["id"]).first()
            if customer is None:
                refuse(f"there is no customer {options['id']} here")
            may_return = half_created([customer]).exists()
            try:
                if options["here"]:
                    forget(customer, who=who(), now=timezone.now())
                else:
                    with gateway.open_client() as client:
                        delete_everywhere(client, customer, tenant=gateway.tenant(), who=who(), now=timezone.now())
            except (StillInUseError, ChangedMeanwhileError) as error:
                refuse(str(error))
        where = "here" if options["here"] else "here and in Robaws"
        self.stdout.write(f"Customer {options['id']} is deleted {where}.")
        if may_return:
            self.stdout.write(MAY_RETURN)
