"""What webhooks leave behind: the addresses registered in Robaws, and every call, accepted or refused."""

from django.db import models
from django.db.models.functions import Now

PROVIDER = "robaws"


class WebhookConfiguration(models.Model):
    """One address registered in Robaws, with the secret that signs its calls."""

    provider = models.TextField(default=PROVIDER, db_default=PROVIDER)
    webhook_id = models.TextField(help_text="Robaws' id of the registration.")
    secret = models.TextField(help_text="Encrypted with a key made from BCONNECT_SECRET_KEY.")
    previous_secret = models.TextField(default="", db_default="", help_text="Encrypted; valid until it expires.")
    previous_expires_at = models.DateTimeField(null=True)
    url = models.TextField()
    events = models.JSONField(default=list)
    is_active = models.BooleanField(default=True, db_default=True)
    registered_at = models.DateTimeField(db_default=Now())
    rotated_at = models.DateTimeField(null=True)
    deactivated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_configurations"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["provider", "webhook_id"], name="webhooks_one_id"),)

    def __str__(self) -> str:
        return f"Webhook {self.webhook_id} to {self.url}"


class Status(models.TextChoices):
    """Where a call stands."""

    RECEIVED = "received", "waiting"
    PROCESSING = "processing"
    PROCESSED = "processed"
    FAILED = "failed", "given up after all attempts"
    IGNORED = "ignored", "of a type that concerns nothing here"
    REJECTED = "rejected", "refused at the door"


OPEN = (Status.RECEIVED, Status.PROCESSING)
"""What is still to be done."""


class Delivery(models.Model):
    """One call from Robaws.

    A refused one is counted, not kept: one row for each reason and minute, without any of what was sent.
    """

    event_type = models.TextField(default="", db_default="")
    robaws_id = models.TextField(null=True, help_text="The event's id.")  # noqa: DJ001 - refused calls have none
    robaws_client_id = models.TextField(null=True)  # noqa: DJ001 - an event may name no client
    payload = models.JSONField(null=True)
    status = models.TextField(choices=Status, default=Status.RECEIVED, db_default=Status.RECEIVED.value)
    outcome = models.TextField(default="", db_default="", help_text="What came of it, in words.")
    error_message = models.TextField(default="", db_default="")
    retry_count = models.IntegerField(default=0, db_default=0, help_text="How many attempts have failed.")
    occurrences = models.IntegerField(default=1, db_default=1, help_text="How many refused calls the row stands for.")
    next_attempt_at = models.DateTimeField(null=True)
    claimed_by = models.TextField(default="", db_default="", help_text="The worker's batch that holds it.")
    claimed_until = models.DateTimeField(null=True)
    processing_duration_ms = models.IntegerField(null=True, help_text="From its being claimed to its end.")
    received_at = models.DateTimeField(db_default=Now())
    processed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "robaws_webhook_logs"
        ordering = ("-id",)
        verbose_name = "webhook call"
        permissions = (("replay_delivery", "Can have stored events applied again"),)
        constraints = (
            models.UniqueConstraint(fields=["robaws_id"], name="webhooks_robaws_id"),
            models.UniqueConstraint(
                fields=["error_message", "received_at"],
                condition=models.Q(status=Status.REJECTED.value),
                name="webhooks_one_rejection",
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=models.Q(status__in=[s.value for s in OPEN]), name="webhooks_open"),
            models.Index(
                fields=["robaws_client_id"],
                condition=models.Q(status__in=[s.value for s in OPEN]),
                name="webhooks_open_client",
            ),
            models.Index(fields=["received_at"], name="webhooks_received_at"),
        )

    def __str__(self) -> str:
        return f"{self.event_type} {self.robaws_id}" if self.robaws_id else f"Refused: {self.error_message}"
