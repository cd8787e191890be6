"""What people call the columns that pages show as they are. The models below the UI know no language."""

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: dict[str, dict[str, str | Promise]] = {
    "sync.SyncRun": {
        "started_at": _("started"),
        "started_by": _("begun by"),
        "finished_at": _("ended"),
        "error": _("error"),
        "status": _("status"),
        "kind": _("kind"),
        "total": _("clients in Robaws"),
        "fetched": _("fetched"),
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "skipped": _("skipped"),
        "conflicts": _("conflicts"),
        "missing": _("gone"),
        "errors": _("errors"),
        "pushed": _("pushed"),
        "requests": _("requests"),
        "quota_left": _("requests left"),
        "updated_from": _("looked for changes since"),
        "newest_seen_at": _("newest change seen"),
        "watermark": _("next sync begins at"),
    },
    "sync.QuarantinedRecord": {"reason": _("reason"), "attempts": _("attempts")},
    "sync.Change": {"actor": _("by"), "run": _("run")},
    "sync.Merge": {"survivor_name": _("name"), "merged_by": _("merged by"), "state": _("state")},
    "duplicates.DuplicateGroup": {"size": _("size")},
    "intakes.Intake": {
        "customer_name": _("customer name"),
        "contact_email": _("contact e-mail"),
        "contact_phone": _("contact phone"),
        "service_type": _("service"),
        "status": _("status"),
        "priority": _("priority"),
        "notes": _("notes"),
    },
    "jobs.Errand": {"by": _("asked for by"), "detail": _("detail"), "state": _("state")},
    "webhooks.Delivery": {
        "event_type": _("kind of event"),
        "robaws_id": _("event id"),
        "outcome": _("outcome"),
        "error_message": _("error"),
        "status": _("status"),
        "received_at": _("received"),
        "processed_at": _("applied"),
        "retry_count": _("failed attempts"),
        "next_attempt_at": _("next attempt"),
        "processing_duration_ms": _("took (ms)"),
        "occurrences": _("times received"),
    },
    "webhooks.WebhookConfiguration": {
        "webhook_id": _("number in Robaws"),
        "url": _("address"),
        "is_active": _("active"),
        "registered_at": _("registered"),
        "rotated_at": _("new secret since"),
        "previous_expires_at": _("old secret counts until"),
        "deactivated_at": _("deactivated"),
    },
}


def give() -> None:
    """Call it once, when all models are there. Migrations don't see it."""
    for model, names in FIELDS.items():
        meta = apps.get_model(model)._meta
        for field, name in names.items():
            meta.get_field(field).verbose_name = name
