"""`bconnect create_demo_intakes`: a few jobs for known customers, so that the demo has something to show."""

from typing import Any

from django.core.management.base import BaseCommand

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync.command import refuse, told_in_one_line

STATUS, PRIORITY = Intake.Status, Intake.Priority
JOBS = (
    ("3017", "Forwarding", STATUS.IN_PROGRESS, PRIORITY.HIGH, "12 cars to Jebel Ali, wants RoRo."),
    ("3017", "Customs papers", STATUS.PENDING, PRIORITY.NORMAL, "EUR.1 for the lot above."),
    ("3473", "Export of a car", STATUS.PENDING, PRIORITY.URGENT, "Collection in Antwerp before Friday."),
    ("3473", "Storage", STATUS.COMPLETED, PRIORITY.LOW, ""),
)
"""Client id, service, status, priority, notes."""


class Command(BaseCommand):
    help = "Create a few intakes, in a database without any."

    def handle(self, *args: Any, **options: Any) -> None:
        with told_in_one_line():
            made = _create()
        self.stdout.write(f"{made} intakes created")


def _create() -> int:
    if Intake.objects.exists():
        refuse("This database has intakes already: it is no demo.")
    known = Customer.objects.in_bulk([job[0] for job in JOBS], field_name="robaws_client_id")
    made = Intake.objects.bulk_create(
        Intake(
            robaws_client_id=client_id,
            customer_name=known[client_id].name,
            contact_email=known[client_id].email or "",
            contact_phone=known[client_id].phone or "",
            service_type=service,
            status=status,
            priority=priority,
            notes=notes,
        )
        for client_id, service, status, priority, notes in JOBS
        if client_id in known
    )
    return len(made)
