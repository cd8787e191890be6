"""`bconnect erase_person ID`: erase all that is kept here about a customer, for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bconnect.customers.models import NEW_ID_PREFIX, Customer
from bconnect.jobs.pause import refuse_while_paused
from bconnect.operations import personal_data
from bconnect.sync import gateway
from bconnect.sync.command import WRONG_USAGE, refuse, told_in_one_line, who
from bconnect.sync.forget import MAY_RETURN, ChangedMeanwhileError, half_created, refuse_half_created
from bconnect.sync.lease import Lease
from bconnect.sync.traces import merged_into
from robaws.errors import RobawsError, is_absent


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
            counts = personal_data.counted(personal_data.person(options["id"]))
            if not counts:
                refuse(f"nothing is kept here about {options['id']}")
            for name, count in counts.items():
                self.stdout.write(f"{count:>6}  {name}")
            if not options["yes"]:
                refuse("nothing was erased: add --yes to do it", WRONG_USAGE)
            try:
                with Lease():
                    customers = Customer.objects.filter(robaws_client_id=options["id"])
                    may_return = half_created(customers).exists()
                    if options["in_robaws"]:
                        _delete_in_robaws(options["id"])
                    personal_data.erase(personal_data.person(options["id"]), who=who(), now=timezone.now())
            except (ChangedMeanwhileError, personal_data.StillAtWorkError) as error:
                refuse(str(error))
        where = "here and in Robaws" if options["in_robaws"] else "here; Robaws still has the client"
        if options["id"].startswith(NEW_ID_PREFIX):
            where = "here"
        self.stdout.write(f"Erased {where}. Backups and logs: docs/how-to/personal-data.md")
        if may_return:
            self.stdout.write(MAY_RETURN)


def _delete_in_robaws(client_id: str) -> None:
    """Asked for by name, so without a look at what changed there. Gone already is what was wanted."""
    refuse_while_paused()
    for customer in Customer.objects.filter(robaws_client_id=client_id):
        refuse_half_created(customer)
    if client_id.startswith(NEW_ID_PREFIX):
        return
    with gateway.open_client() as client:
        try:
            client.delete_client(client_id)
        except RobawsError as error:
            if not is_absent(error):
                raise
