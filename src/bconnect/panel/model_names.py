"""What people call the models, in their language. The tables and modules below the UI know no language."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from bconnect.customers.fields import FIELDS
from bconnect.panel import field_names

MODELS = {
    "customers.Customer": (_("customer"), _("customers")),
    "intakes.Intake": (_("intake"), _("intakes")),
    "sync.Conflict": (_("conflict"), _("conflicts")),
    "sync.SyncRun": (_("run"), _("runs")),
    "sync.QuarantinedRecord": (_("record in quarantine"), _("records in quarantine")),
    "sync.Change": (_("change"), _("changes")),
    "sync.Merge": (_("merge"), _("merges")),
    "jobs.Errand": (_("task"), _("tasks")),
    "jobs.ScheduledJob": (_("scheduled job"), _("scheduled jobs")),
    "webhooks.Delivery": (_("webhook event"), _("webhook events")),
    "webhooks.WebhookConfiguration": (_("webhook address"), _("webhook addresses")),
    "duplicates.DuplicateGroup": (_("group of duplicates"), _("groups of duplicates")),
    "duplicates.Profile": (_("customer to complete"), _("customers to complete")),
    "admin.LogEntry": (_("act"), _("what people did")),
}
APPS = {
    "customers": _("Customers"),
    "intakes": _("Intakes"),
    "sync": _("Sync"),
    "jobs": _("Jobs and schedule"),
    "webhooks": _("Webhooks"),
    "admin": _("People"),
    "duplicates": _("Duplicates"),
}


def give() -> None:
    """Call it once, when all models are there. What migrations see stays as it is."""
    for name, (one, several) in MODELS.items():
        meta = apps.get_model(name)._meta
        meta.verbose_name, meta.verbose_name_plural = one, several
    for name, title in APPS.items():
        apps.get_app_config(name).verbose_name = title
    field_names.give()
    customer = apps.get_model("customers.Customer")._meta
    for each in FIELDS:
        customer.get_field(each.column).verbose_name = _(each.label)  # type: ignore[union-attr]
