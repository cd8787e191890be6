"""The plan's `robaws_webhook_logs` (PLAN.md, phase 4), with the event's id so that a repeat is noticed."""

from django.db import models


class WebhookLog(models.Model):
    robaws_id = models.CharField(max_length=255, unique=True)
    event_type = models.CharField(max_length=255, db_index=True)
    payload = models.JSONField()
    status = models.CharField(max_length=255, db_index=True, default="received")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_log"

    def __str__(self) -> str:
        return self.robaws_id
