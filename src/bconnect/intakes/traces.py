"""The jobs of a customer. They stay, for the books, without the person."""

from bconnect.customers.traces import ERASED, Person, Rows, Trace
from bconnect.intakes.models import Intake


def _find(person: Person) -> Rows:
    return Intake.objects.filter(robaws_client_id__in=person.client_ids)


def _erase(rows: Rows, person: Person) -> None:
    rows.update(robaws_client_id=None, customer_name=ERASED, contact_email="", contact_phone="", notes="")


TRACES = (Trace("intakes", _find, _erase),)
