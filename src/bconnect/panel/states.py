"""The sync state of a customer: one word a row, from what the row itself and the open questions say."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bconnect.customers.models import NEW_ID_PREFIX, Customer
from bconnect.sync.models import Conflict, ParkedEdit, QuarantinedRecord


@dataclass(frozen=True, slots=True)
class State:
    """`meaning` says in a sentence what the word stands for and what happens next."""

    key: str
    label: str | Promise
    colour: str
    meaning: str | Promise


STATES = (
    State("in_step", _("in step"), "success", _("Here and in Robaws the same.")),
    State("edited", _("edited here"), "info", _("Edited here; the next push sends it to Robaws.")),
    State("new", _("new here"), "primary", _("Robaws does not know this customer yet; the next push creates it.")),
    State("conflict", _("conflict"), "warning", _("Changed here and in Robaws, differently. Somebody has to choose.")),
    State("refused", _("refused"), "danger", _("Robaws refused the edit. Change it, and the next push tries again.")),
    State("held", _("not taken in"), "danger", _("What Robaws holds could not be taken in, and waits in quarantine.")),
    State("gone", _("gone from Robaws"), "danger", _("Robaws says that this client is no more. It is kept here.")),
)
BY_KEY = {state.key: state for state in STATES}


def _conditions() -> dict[str, Q]:
    """What makes each state, in the order in which they are asked; "in step" is what is left."""
    conflicts = Conflict.objects.filter(resolved_at=None).order_by()
    return {
        "gone": Q(gone_at__isnull=False),
        "conflict": Q(pk__in=conflicts.values("customer_id")),
        "refused": Q(pk__in=ParkedEdit.objects.values("customer_id")),
        "held": Q(robaws_client_id__in=QuarantinedRecord.objects.order_by().values("key")),
        "new": Q(robaws_client_id__startswith=NEW_ID_PREFIX),
        "edited": Q(is_pending=True),
    }


def with_state(customers: QuerySet[Customer]) -> QuerySet[Any]:
    """Each customer with `sync_state`, a key of `BY_KEY`. The first that applies counts."""
    whens = [When(condition, then=Value(key)) for key, condition in _conditions().items()]
    return customers.annotate(sync_state=Case(*whens, default=Value("in_step"), output_field=CharField()))


def in_state(customers: QuerySet[Any], key: str) -> QuerySet[Any]:
    """Those in this state. Asked without the annotation, so that indexes can answer."""
    for each, condition in _conditions().items():
        if each == key:
            return customers.filter(condition)
        customers = customers.exclude(condition)
    return customers


def states_of(customers: Iterable[Customer]) -> dict[int, str]:
    """The keys of these customers' states: one query."""
    rows = Customer.objects.filter(pk__in=[each.pk for each in customers]).order_by()
    return dict(with_state(rows).values_list("pk", "sync_state"))


def state_of(customer: Customer) -> State:
    """The state of one customer: one query."""
    return BY_KEY[states_of([customer])[customer.pk]]
