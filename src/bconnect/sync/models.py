"""What the sync remembers: runs and their pages, refused records, conflicts, history, shared limits."""

from django.db import models
from django.db.models.functions import Now

from bconnect.customers.models import Customer
from bconnect.jobs.models import Errand
from bconnect.sync.merge_models import Merge, MergedCustomer, Redirect

__all__ = [
    "Change",
    "Conflict",
    "CreateIntent",
    "Lease",
    "Merge",
    "MergedCustomer",
    "ParkedEdit",
    "QuarantinedRecord",
    "Redirect",
    "RequestLimit",
    "SyncRun",
    "SyncRunPage",
    "Tombstone",
]


class SyncRun(models.Model):
    """One run of pull or push: what it was asked, how far it got, what it did."""

    class Kind(models.TextChoices):
        FULL = "full"
        INCREMENTAL = "incremental"
        LIMITED = "limited"
        CLIENT = "client"
        PUSH = "push"

    class Status(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        PARTIAL = "partial", "done, some records failed"
        INCOMPLETE = "incomplete", "could not show that it saw everything"
        INTERRUPTED = "interrupted", "stopped, can go on"
        FAILED = "failed"

    kind = models.TextField(choices=Kind)
    errand = models.ForeignKey(
        Errand, null=True, on_delete=models.SET_NULL, related_name="runs", help_text="What a person had asked for."
    )
    status = models.TextField(choices=Status, default=Status.RUNNING)
    started_by = models.TextField(default="", db_default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    updated_from = models.DateTimeField(null=True, help_text="Start of the window asked for (Robaws' clock).")
    remote_started_at = models.DateTimeField(null=True, help_text="Robaws' clock at the first answer.")
    newest_seen_at = models.DateTimeField(null=True, help_text="The newest `updatedAt` seen.")
    watermark = models.DateTimeField(null=True, help_text="Where the next incremental run begins.")
    bookmark = models.JSONField(null=True, help_text="Where a run that was cut short goes on.")

    total = models.IntegerField(null=True, help_text="How many clients Robaws says there are.")
    fetched = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    conflicts = models.IntegerField(default=0)
    missing = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)
    pushed = models.IntegerField(default=0)
    requests = models.IntegerField(default=0)
    quota_left = models.IntegerField(null=True)
    error = models.TextField(default="", db_default="")
    cancelled_by = models.TextField(default="", db_default="", help_text="Who asked it to stop.")

    class Meta:
        db_table = "sync_runs"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Run {self.pk} ({self.kind})"


class SyncRunPage(models.Model):
    """The client ids one page of a full run held: what it saw, kept for the runs that are cut short."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="pages")
    number = models.IntegerField()
    client_ids = models.JSONField()

    class Meta:
        db_table = "sync_run_pages"

    def __str__(self) -> str:
        return f"Page {self.number} of run {self.run_id}"


class QuarantinedRecord(models.Model):
    """A record that could not be taken in, with the reason and the data. Tried again by every run."""

    key = models.TextField(unique=True, help_text="The client id, or a hash of a record that has none.")
    robaws_client_id = models.TextField(null=True)  # noqa: DJ001 - a record without an id
    reason = models.TextField()
    data = models.JSONField(null=True)
    attempts = models.IntegerField(default=1)
    run = models.ForeignKey(SyncRun, null=True, on_delete=models.SET_NULL)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        db_table = "sync_quarantined_records"
        ordering = ("-last_seen_at",)

    def __str__(self) -> str:
        return f"{self.robaws_client_id or 'record without id'}: {self.reason}"


class Conflict(models.Model):
    """One field that both sides changed differently. Neither side is overwritten until it is decided."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="conflicts")
    field = models.TextField()
    base = models.JSONField(null=True)
    ours = models.JSONField(null=True)
    theirs = models.JSONField(null=True)
    since = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.TextField(default="", db_default="")
    resolution = models.TextField(default="", db_default="", help_text="ours, theirs, value, met or policy:…")

    class Meta:
        db_table = "sync_conflicts"
        ordering = ("since", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["customer", "field"],
                condition=models.Q(resolved_at=None),
                name="sync_conflicts_one_open",
            ),
        )
        permissions = (("resolve_conflict", "Can decide a conflict"),)

    def __str__(self) -> str:
        return f"{self.field} of {self.customer_id}"


class Change(models.Model):
    """One change of one synced field: from what to what, when, and who or which run brought it."""

    class Source(models.TextChoices):
        ROBAWS = "robaws", "taken from Robaws"
        BCONNECT = "bconnect", "edited here, sent to Robaws"
        RESOLVED = "resolved", "a conflict was resolved"
        FOLLOWED = "followed", "it follows the rest of its address"
        GONE = "gone", "the client is gone from Robaws"
        UNDO = "undo", "a run or a merge was undone"
        MERGED = "merged", "taken over in a merge"
        EDITED = "edited", "edited here"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="changes")
    field = models.TextField()
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    source = models.TextField(choices=Source)
    actor = models.TextField(default="", db_default="")
    run = models.ForeignKey(SyncRun, null=True, on_delete=models.SET_NULL, related_name="changes")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "customer_changes"
        ordering = ("-id",)
        indexes = (models.Index(fields=["at", "source"], name="customer_changes_at"),)

    def __str__(self) -> str:
        return f"{self.field} of {self.customer_id}"


class Lease(models.Model):
    """Who may run: one holder over all processes and machines, until it lets go, dies or falls silent."""

    name = models.TextField(primary_key=True)
    holder = models.TextField(default="", db_default="")
    expires_at = models.FloatField(default=0, db_default=0, help_text="Seconds since 1970.")

    class Meta:
        db_table = "sync_leases"

    def __str__(self) -> str:
        return f"{self.name}: {self.holder or 'free'}"


class RequestLimit(models.Model):
    """The shared token bucket and daily quotas of one tenant. Times are seconds since 1970."""

    tenant = models.TextField(primary_key=True)
    arrival_at = models.FloatField(default=0, db_default=0, help_text="GCRA's theoretical arrival time.")
    held_until = models.FloatField(default=0, db_default=0)
    live_remaining = models.IntegerField(null=True)
    live_resets_at = models.FloatField(null=True)
    replica_remaining = models.IntegerField(null=True)
    replica_resets_at = models.FloatField(null=True)
    patch_form = models.TextField(default="", db_default="", help_text="The form of PATCH this tenant takes.")

    class Meta:
        db_table = "robaws_request_limits"

    def __str__(self) -> str:
        return self.tenant


class LoginTokens(models.Model):
    """The OAuth2 tokens of one tenant, and which process renews them just now."""

    tenant = models.TextField(primary_key=True)
    origin = models.TextField(default="", db_default="", help_text="Hash of the refresh token they descend from.")
    sealed = models.TextField(default="", db_default="", help_text="Encrypted with a key made from the secret key.")
    holder = models.TextField(default="", db_default="")
    held_until = models.FloatField(default=0, db_default=0, help_text="Seconds since 1970.")

    class Meta:
        db_table = "robaws_login_tokens"

    def __str__(self) -> str:
        return self.tenant


class ParkedEdit(models.Model):
    """A customer whose edits Robaws refused, with its words. Tried again once the edits are others."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="parked_edit")
    edits = models.JSONField(help_text="The refused values, per field.")
    reason = models.TextField()
    fields = models.JSONField(default=dict, help_text="Robaws' words per field, where it tells.")
    since = models.DateTimeField()

    class Meta:
        db_table = "sync_parked_edits"

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.reason}"


class SentEdit(models.Model):
    """Values that a push sent, from just before the request until it is known what became of them."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="sent_edit")
    values = models.JSONField(help_text="What is sent, per field.")
    run = models.ForeignKey(SyncRun, null=True, on_delete=models.SET_NULL)
    actor = models.TextField(default="", db_default="")
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "sync_sent_edits"

    def __str__(self) -> str:
        return f"Edit of {self.customer_id} under way"


class CreateIntent(models.Model):
    """Written before a client is created in Robaws, so that a lost answer never makes a second one."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="create_intent")
    values = models.JSONField(help_text="What is sent, per field.")
    written_at = models.DateTimeField(help_text="Our clock: a client whose row is younger may be the one it made.")

    class Meta:
        db_table = "sync_create_intents"

    def __str__(self) -> str:
        return f"Create {self.customer_id}"


class Tombstone(models.Model):
    """A client that was deleted here on purpose: no pull and no webhook brings it back."""

    robaws_client_id = models.TextField(unique=True)
    name = models.TextField()
    deleted_at = models.DateTimeField()
    deleted_by = models.TextField(default="", db_default="")

    class Meta:
        db_table = "sync_tombstones"
        ordering = ("-deleted_at",)

    def __str__(self) -> str:
        return f"{self.robaws_client_id} {self.name}"
