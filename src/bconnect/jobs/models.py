"""What the schedule remembers, what people asked for, and the switch that holds all outgoing writes."""

from django.db import models
from django.utils.timezone import localtime


class ScheduledJob(models.Model):
    """One job of the table: when it was last due and how its last copy ended."""

    name = models.TextField(primary_key=True)
    last_due_at = models.DateTimeField(help_text="The latest due moment that was put in the queue or passed over.")
    done_due_at = models.DateTimeField(null=True, help_text="The latest due moment whose copy has ended.")
    finished_at = models.DateTimeField(null=True)
    outcome = models.TextField(
        default="", db_default="", help_text="done, guarded, failed or cancelled; later while it waits"
    )
    detail = models.TextField(default="", db_default="")

    class Meta:
        db_table = "jobs_scheduled"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Pause(models.Model):
    """One row while outgoing writes are held, none otherwise."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField()
    by = models.TextField(default="", db_default="")
    reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "jobs_pause"

    def __str__(self) -> str:
        return f"paused by {self.by or 'somebody'} since {localtime(self.since):%Y-%m-%d %H:%M}"


class Errand(models.Model):
    """Something a person asked for that takes longer than a page: done by a worker, its result stays."""

    class State(models.TextChoices):
        WAITING = "waiting", "waits for a worker"
        WORKING = "working", "at work"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled", "stopped by a person"

    kind = models.TextField(help_text="A name in the settings' table of errands.")
    arguments = models.JSONField(default=dict)
    by = models.TextField()
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.TextField(choices=State, default=State.WAITING)
    cancelled_by = models.TextField(default="", db_default="", help_text="Who asked it to stop.")
    done = models.IntegerField(default=0, db_default=0)
    total = models.IntegerField(null=True)
    detail = models.TextField(default="", db_default="", help_text="How it ended, in a line.")
    failures = models.JSONField(default=list, help_text="[id, reason] of what failed, the first ones.")

    class Meta:
        db_table = "jobs_errands"
        ordering = ("-id",)
        verbose_name = "task"
        permissions = (
            ("order_pull", "Can sync customers from Robaws"),
            ("order_push", "Can send edits to Robaws"),
            ("order_delete", "Can delete clients in Robaws"),
            ("order_undo", "Can undo a run"),
            ("order_override", "Can go on where a guard stopped the sync"),
            ("order_webhook", "Can change the webhook registrations"),
        )

    def __str__(self) -> str:
        return f"Task {self.pk} ({self.kind})"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.WORKING)
