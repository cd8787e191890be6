"""What is kept of a merge: enough to take every part of it back, and where each of its steps stands."""

from django.db import models

from bconnect.customers.models import Customer


class Merge(models.Model):
    """Several customers became one. The rows of the others are gone; their snapshots are in `MergedCustomer`."""

    class InRobaws(models.TextChoices):
        DEACTIVATE = "deactivate", "deactivate the others"
        DELETE = "delete", "delete the others"
        KEEP = "keep", "leave the others as they are"

    class State(models.TextChoices):
        OPEN = "open", "steps in Robaws are left"
        HELD = "held", "waits for somebody"
        DONE = "done"
        UNDONE = "undone"

    # Without a constraint: the survivor may itself be merged later, and comes back when that is undone.
    survivor = models.ForeignKey(Customer, on_delete=models.DO_NOTHING, db_constraint=False, related_name="merges")
    survivor_client_id = models.TextField()
    survivor_name = models.TextField()
    survivor_before = models.JSONField(help_text="The survivor's row before.")
    fields = models.JSONField(help_text="What the survivor took over, per field.")
    in_robaws = models.TextField(choices=InRobaws)
    state = models.TextField(choices=State, default=State.OPEN, db_index=True)
    confirmed_at = models.DateTimeField(null=True, help_text="When Robaws was seen to hold the survivor as it is here.")
    error = models.TextField(default="", db_default="", help_text="Why the survivor is not confirmed.")
    attempts = models.IntegerField(default=0, db_default=0, help_text="How often its steps were tried.")
    tried_at = models.DateTimeField(null=True)
    merged_by = models.TextField(default="", db_default="")
    merged_at = models.DateTimeField()
    undo_asked_by = models.TextField(default="", db_default="", help_text="Who asked in the web UI to undo it.")
    undone_by = models.TextField(default="", db_default="")
    undone_at = models.DateTimeField(null=True)
    left = models.JSONField(default=list, help_text="What is not as before after the undo, in words.")

    class Meta:
        db_table = "customer_merges"
        ordering = ("-id",)
        permissions = (("merge_customers", "Can merge customers, undo that, and say that two are not the same"),)

    def __str__(self) -> str:
        return f"Merge {self.pk} into {self.survivor_client_id} {self.survivor_name}"


class MergedCustomer(models.Model):
    """One customer that was merged into another: its row as it was, what moved, and its step in Robaws."""

    class Step(models.TextChoices):
        NONE = "none", "nothing to do in Robaws"
        WAITING = "waiting"
        HELD = "held", "waits for somebody"
        DEACTIVATED = "deactivated"
        DELETED = "deleted"
        GONE = "gone", "was gone from Robaws already"
        LEFT = "left", "stays active: it can't be deactivated"

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="merged")
    customer_number = models.BigIntegerField(help_text="Its row's number; it gets it back.")
    robaws_client_id = models.TextField(db_index=True)
    name = models.TextField()
    snapshot = models.JSONField(help_text="Its row before.")
    moved = models.JSONField(help_text="What referred to it, by number.")
    step = models.TextField(choices=Step)
    error = models.TextField(default="", db_default="")
    attempts = models.IntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    remote_record = models.JSONField(null=True, help_text="As Robaws held it just before the step.")
    is_deletion_sent = models.BooleanField(
        default=False, db_default=False, help_text="Whether Robaws was told to delete it, whatever is wanted by now."
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customers_merged"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.robaws_client_id} {self.name}: {self.step}"


class Redirect(models.Model):
    """A client id that now means another customer: no pull and no webhook brings it back."""

    robaws_client_id = models.TextField(unique=True)
    # The survivor may be forgotten or merged on; the id must stay away all the same.
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, db_constraint=False, related_name="redirects"
    )

    class Meta:
        db_table = "customer_redirects"

    def __str__(self) -> str:
        return f"{self.robaws_client_id} is {self.customer_id}"
