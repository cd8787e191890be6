"""`bconnect erase_person ID`: erase all that is kept here about a customer, for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from bconnect.customers.models import Customer
from bconnect.customers.traces import Person
from bconnect.jobs.pause import refuse_while_paused
from bconnect.operations import personal_data
from bconnect.sync import gateway
from bconnect.sync.command import WRONG_USAGE, refuse, told_in_one_line, who
from bconnect.sync.forget import MAY_RETURN, ChangedMeanwhileError, half_created, refuse_half_created
from bconnect.sync.lease import Lease
from bconnect.sync.traces import merged_into


class Command(BaseCommand):
    help = "Erase all that is kept here about a customer; without --yes only say what that would be."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own name and shape

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", help="the Robaws client id, or NEW_…")
        parser.add_argument("--yes", action="store_true", help="do it: nothing brings it back but a backup")
        parser.add_argument("--in-robaws", action="store_true", help="delete the client in Robaws first")

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            survivor = merged_into(options["id"])
            if survivor is not None:
                refuse(f"client {options['id']} was merged into {survivor}, which holds its data: erase that one")
            someone = personal_data.person(options["id"])
            counts = personal_data.counted(someone)
            if not counts:
                refuse(f"nothing is kept here about {options['id']}")
            for name, count in counts.items():
                self.stdout.write(f"{count:>6}  {name}")
            self._tell_robaws(someone, is_deleted=options["in_robaws"])
            if not options["yes"]:
                refuse("nothing was erased: add --yes to do it", WRONG_USAGE)
            try:
                with Lease():
                    someone = personal_data.person(options["id"])
                    customers = Customer.objects.filter(pk__in=someone.customers)
                    may_return = half_created(customers).exists()
                    if options["in_robaws"]:
                        _delete_in_robaws(customers, someone)
                    personal_data.erase(someone, who=who(), now=timezone.now())
            except (ChangedMeanwhileError, personal_data.StillAtWorkError) as error:
                refuse(str(error))
        where = "here"
        if personal_data.in_robaws(someone):
            where = "here and in Robaws" if options["in_robaws"] else "here, not in Robaws"
        self.stdout.write(f"Erased {where}. Backups and logs: docs/how-to/personal-data.md")
        if may_return:
            self.stdout.write(MAY_RETURN)

    def _tell_robaws(self, someone: Person, *, is_deleted: bool) -> None:
        """What becomes of it there; a customer that was merged into this one is another client there."""
        steps = personal_data.steps_left(someone)
        for client_id in personal_data.in_robaws(someone):
            what = "to be deleted" if is_deleted else "left as it is"
            step = f", though a merge was to {steps[client_id]} it" if client_id in steps and not is_deleted else ""
            self.stdout.write(f"client {client_id} in Robaws: {what}{step}")


def _delete_in_robaws(customers: QuerySet[Customer], someone: Person) -> None:
    refuse_while_paused()
    for customer in customers:
        refuse_half_created(customer)
    if personal_data.in_robaws(someone):
        with gateway.open_client() as client:
            personal_data.delete_in_robaws(client, someone)
