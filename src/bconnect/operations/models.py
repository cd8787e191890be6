"""What the people who run bconnect are told: changes that no webhook announced, and alerts."""

from django.db import models

from bconnect.sync.models import SyncRun


class UnannouncedChange(models.Model):
    """A state of a client that a scheduled pull brought before any webhook had told of it."""

    robaws_client_id = models.TextField()
    remote_updated_at = models.DateTimeField(help_text="`updatedAt` of that state.")
    taken_at = models.DateTimeField()
    run = models.ForeignKey(SyncRun, null=True, on_delete=models.SET_NULL)

    class Meta:
        db_table = "operations_unannounced_changes"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["robaws_client_id", "remote_updated_at"], name="operations_one_state"),
        )
        indexes = (models.Index(fields=["taken_at"], name="operations_taken_at"),)

    def __str__(self) -> str:
        return f"{self.robaws_client_id} of {self.remote_updated_at:%Y-%m-%d %H:%M}"


class DriftLook(models.Model):
    """Up to which run the pulls were looked at."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    run = models.BigIntegerField()

    class Meta:
        db_table = "operations_drift_look"

    def __str__(self) -> str:
        return f"looked at up to run {self.run}"


class AlertState(models.Model):
    """One kind of alert: whether it is on, and what each channel was told last."""

    name = models.TextField(primary_key=True)
    is_on = models.BooleanField(default=False, db_default=False)
    since = models.DateTimeField()
    detail = models.TextField(default="", db_default="")
    told = models.JSONField(default=dict, help_text="Per channel, whether it was last told that it is on.")

    class Meta:
        db_table = "operations_alerts"
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.is_on else 'off'}"
