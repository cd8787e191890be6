"""An intake: a job a customer asks for. It refers to the customer by the value of its Robaws client id."""

from django.db import models
from django.db.models.functions import Now


class Intake(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending"
        IN_PROGRESS = "in_progress"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    class Priority(models.TextChoices):
        LOW = "low"
        NORMAL = "normal"
        HIGH = "high"
        URGENT = "urgent"

    # By value and without a constraint: a client may be known to an intake before it is known here.
    robaws_client_id = models.TextField(null=True, blank=True, db_index=True)  # noqa: DJ001 - no customer chosen yet
    customer_name = models.TextField(blank=True, default="", db_default="")
    contact_email = models.TextField(blank=True, default="", db_default="")
    contact_phone = models.TextField(blank=True, default="", db_default="")
    status = models.TextField(choices=Status, default=Status.PENDING, db_default=Status.PENDING.value, db_index=True)
    service_type = models.TextField(blank=True, default="", db_default="")
    priority = models.TextField(choices=Priority, default=Priority.NORMAL, db_default=Priority.NORMAL.value)
    notes = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "intakes"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Intake {self.pk}: {self.customer_name}" if self.customer_name else f"Intake {self.pk}: no customer yet"
