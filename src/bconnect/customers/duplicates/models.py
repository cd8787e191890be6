"""What is kept of the search for duplicates: match keys, profiles, pairs, groups, and what people decided.

All but the decisions can be worked out anew. Customers are referred to by number, without a constraint.
"""

from django.db import models

from bconnect.customers.duplicates.evidence import Tier


class MatchKey(models.Model):
    """One key of one customer, with the initials of its name beside it, for counting names."""

    pk = models.CompositePrimaryKey("key", "customer_id")
    key = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    initials = models.TextField()

    class Meta:
        db_table = "duplicate_keys"

    def __str__(self) -> str:
        return f"{self.key} of {self.customer_id}"


class Profile(models.Model):
    """One customer as it was when it was last looked at, with what is missing or wrong in it."""

    customer_id = models.BigIntegerField(primary_key=True)
    seen = models.TextField(help_text="The values it was looked at with.")
    keys = models.TextField(help_text="Its match keys, in hexadecimal.")
    quality = models.SmallIntegerField(db_index=True, help_text="From 0 to 100.")
    problems = models.TextField(help_text="What costs it points: codes, parted by blanks.")

    class Meta:
        db_table = "customer_profiles"
        verbose_name = "customer to complete"
        verbose_name_plural = "customers to complete"

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.quality}"


class DuplicateGroup(models.Model):
    """Customers that are likely one. `reasons` are words."""

    score = models.SmallIntegerField(db_index=True)
    reasons = models.JSONField()
    size = models.IntegerField()
    name = models.TextField(help_text="The name of its first member, to search by.")
    found_at = models.DateTimeField()

    class Meta:
        db_table = "duplicate_groups"
        ordering = ("-score", "-size", "id")

    def __str__(self) -> str:
        return f"{self.name} ({self.size})"

    @property
    def tier(self) -> Tier:
        return Tier.NEAR_CERTAIN if self.score >= Tier.NEAR_CERTAIN else Tier.LIKELY


class DuplicateMember(models.Model):
    group = models.ForeignKey(DuplicateGroup, on_delete=models.CASCADE, related_name="members")
    customer_id = models.BigIntegerField(unique=True)

    class Meta:
        db_table = "duplicate_members"

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.group_id}"


class DuplicatePair(models.Model):
    """Two customers that may be one, the smaller number first, from "possible" on."""

    one_id = models.BigIntegerField()
    other_id = models.BigIntegerField(db_index=True)
    score = models.SmallIntegerField()
    reasons = models.JSONField()

    class Meta:
        db_table = "duplicate_pairs"
        constraints = (models.UniqueConstraint(fields=["one_id", "other_id"], name="duplicate_pairs_once"),)

    def __str__(self) -> str:
        return f"{self.one_id} and {self.other_id}: {self.score}"


class NotDuplicate(models.Model):
    """Somebody said that these two are not the same, and is not asked again."""

    one_id = models.BigIntegerField()
    other_id = models.BigIntegerField(db_index=True)
    decided_by = models.TextField()
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "not_duplicates"
        constraints = (models.UniqueConstraint(fields=["one_id", "other_id"], name="not_duplicates_once"),)

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"


class QualityDay(models.Model):
    """How good the data was on one day, as last looked at."""

    day = models.DateField(primary_key=True)
    customers = models.IntegerField()
    average = models.FloatField(help_text="Of all customers' quality, from 0 to 100.")
    problems = models.JSONField(help_text="How many customers have each problem.")
    groups = models.IntegerField(help_text="How many groups of likely duplicates there were.")

    class Meta:
        db_table = "quality_days"
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day}: {self.average:.1f}"


class LastLook(models.Model):
    """One row: locked by whoever looks for changes, so that one does at a time."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(null=True)

    class Meta:
        db_table = "duplicate_last_look"

    def __str__(self) -> str:
        return f"looked at {self.at}"
