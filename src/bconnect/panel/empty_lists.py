"""What to say in place of an empty list: why nothing stands there, and what brings something."""

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ADVICE: dict[str, str | Promise] = {
    "customers.customer": _("Fetch all customers from Robaws with Sync all, above on the right."),
    "intakes.intake": _("An intake is a job that a customer asks for."),
    "sync.conflict": _("A field that is changed here and in Robaws, differently, waits here for somebody to choose."),
    "sync.quarantinedrecord": _("A record that can't be taken in would wait here; the rest of a sync goes on."),
    "sync.syncrun": _("Every sync and every push leaves a line here."),
    "sync.change": _("Every change of a field leaves a line here: from what to what, and by whom."),
    "sync.merge": _("Merges of customers stand here, and can be undone. Likely ones wait under Duplicates."),
    "duplicates.duplicategroup": _(
        "No customers look alike, or nobody has looked: use Find duplicates on the customer list."
    ),
    "duplicates.profile": _(
        "Nothing is missing or wrong, or nobody has looked: use Find duplicates on the customer list."
    ),
    "webhooks.delivery": _("Robaws tells of changes here once a webhook is registered, under Webhook addresses."),
    "webhooks.webhookconfiguration": _("Register a webhook, and Robaws tells of changes within seconds."),
    "jobs.errand": _("What people ask for, such as a sync, is done in the background and reported here."),
}
SEARCH_ADVICE: dict[str, str | Promise] = {
    "customers.customer": _(
        "Every word has to stand somewhere in the name, e-mail, VAT number, city, client id or phone number. One or "
        "two letters are found only as a word of their own, and up to three digits of a phone number only where it "
        "begins with them."
    ),
}
"""What a search that found nothing may not have known."""


def advice(model: type[Model]) -> str:
    return str(ADVICE.get(model._meta.label_lower, ""))


def search_advice(model: type[Model]) -> str:
    return str(SEARCH_ADVICE.get(model._meta.label_lower, ""))
