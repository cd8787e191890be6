"""Before a customer is made: is it here already? By the evidence that also finds duplicates, with its reasons."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bconnect.customers.duplicates.lookup import Twin, likely_twins
from bconnect.customers.models import Customer
from bconnect.panel import words
from bconnect.sync.twins import SIGNALS, shared_signals

SHOWN = 5


def likely(values: Mapping[str, Any]) -> list[Twin]:
    """The customers that may be the one to be made, the likeliest first; those gone from Robaws don't count.

    The index follows some minutes behind: who came since is found by an equal name, VAT number, e-mail or phone.
    """
    found = likely_twins(values, most=SHOWN)
    alike = shared_signals({column: values.get(column) for column in SIGNALS})
    if values.get("name"):
        alike |= Q(search_text__begins=f"{values['name']}\n")  # the whole name, whatever its case and accents
    others = Customer.objects.filter(alike, gone_at=None).exclude(pk__in=[twin.customer_id for twin in found])
    same = _("same name, VAT number, e-mail or phone")
    rest = others.order_by("id").values_list("pk", "robaws_client_id", "name")[: SHOWN - len(found)]
    return found + [Twin(*each, score=0, reasons=(same,)) for each in rest]


def links(twins: list[Twin]) -> list[tuple[str, str, str]]:
    """Each one's page, its name, and why."""
    return [
        (reverse("admin:customers_customer_change", args=[each.customer_id]), each.name, words.several(each.reasons))
        for each in twins
    ]


def told(twins: list[Twin]) -> SafeString:
    """What to say about them, each with a link."""
    shown = format_html_join(", ", '<a class="bc-link" href="{}" target="_blank">{}</a> ({})', links(twins))
    return format_html("{} {}", looks_alike(), shown)


def looks_alike() -> str:
    return _("It looks like a customer that is here already:")
