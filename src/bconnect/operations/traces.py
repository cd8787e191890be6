"""What the upkeep and the web UI's own log hold about a person."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from bconnect.customers.duplicates.models import Profile
from bconnect.customers.models import Customer
from bconnect.customers.traces import ERASED, Person, Rows, Trace, free_text
from bconnect.intakes.models import Intake
from bconnect.jobs.models import Errand, ScheduledJob
from bconnect.operations.models import AlertState


def _logged(person: Person) -> Rows:
    """Log entries about the customer, and about its intakes, which bear its name."""
    intakes = Intake.objects.filter(robaws_client_id__in=person.client_ids).values_list("pk", flat=True)
    kinds = ContentType.objects.get_for_models(Customer, Intake)
    about = Q(content_type=kinds[Customer], object_id__in=[str(pk) for pk in person.customers])
    about |= Q(content_type=kinds[Intake], object_id__in=[str(pk) for pk in intakes])
    return LogEntry.objects.filter(about)


TRACES = (
    Trace("log entries", _logged, lambda rows, person: rows.update(object_repr=ERASED, change_message="")),
    free_text("log entries that name it", LogEntry, "object_repr", "change_message"),
    free_text("jobs' results", ScheduledJob, "detail"),
    free_text("tasks' results", Errand, "detail", "failures"),
    free_text("alerts", AlertState, "detail"),
    # Who erases the customer has the search forget it.
    Trace("search for duplicates", lambda person: Profile.objects.filter(pk__in=person.customers)),
)
