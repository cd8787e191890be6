"""What stands around the customer form: the sync panel above it, intakes and history below. Values only."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Max

from bconnect.customers.fields import BY_COLUMN
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.panel import issues, words
from bconnect.panel.differences import Difference, differences
from bconnect.panel.states import State, state_of
from bconnect.sync.models import Change, Conflict, ParkedEdit, QuarantinedRecord

SHOWN_CHANGES, SHOWN_INTAKES = 25, 10


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """`issues` and `alternates` are per field label."""

    customer: Customer
    state: State
    differences: list[Difference]
    issues: list[tuple[str, str]]
    alternates: list[tuple[str, str]]
    refused: str
    held: QuarantinedRecord | None
    in_robaws: str
    changes: list[Change]
    intakes: list[Intake]
    intake_count: int
    conflicts: int


def customer_page(customer: Customer) -> CustomerPage:
    """Eight queries, however much there is to show."""
    intakes = intakes_of(customer)
    parked = ParkedEdit.objects.filter(customer=customer).first()
    return CustomerPage(
        customer=customer,
        state=state_of(customer),
        differences=differences(customer),
        issues=[(label(column), issues.in_words(code)) for column, code in (customer.issues or {}).items()],
        alternates=[(label(column), ", ".join(values)) for column, values in (customer.alternates or {}).items()],
        refused=words.said(parked.reason) if parked else "",
        held=QuarantinedRecord.objects.filter(key=customer.robaws_client_id).defer("data").first(),
        in_robaws=address_in_robaws(customer),
        changes=list(Change.objects.filter(customer=customer)[:SHOWN_CHANGES]),
        intakes=list(intakes[:SHOWN_INTAKES]),
        intake_count=intakes.count(),
        conflicts=Conflict.objects.filter(customer=customer, resolved_at=None).count(),
    )


def intakes_of(customer: Customer) -> Any:
    return Intake.objects.filter(robaws_client_id=customer.robaws_client_id)


def last_changes(customer: Customer) -> dict[str, Change]:
    """The newest change of each column that has changed: one query."""
    mine = Change.objects.filter(customer=customer).order_by()
    newest = mine.values("field").annotate(newest=Max("pk")).values("newest")
    return {change.field: change for change in Change.objects.filter(pk__in=newest)}


def address_in_robaws(customer: Customer) -> str:
    """Where the client opens in Robaws' own web application; empty for one it does not know."""
    return "" if customer.is_new else address_of_client(customer.robaws_client_id)


def address_of_client(client_id: str) -> str:
    return f"{settings.ROBAWS_BASE_URL}/#/objectRef/CLIENT:{client_id}"


def label(column: str) -> str:
    return words.said(BY_COLUMN[column].label) if column in BY_COLUMN else column
