"""A customer: our row of one Robaws client, with what both sides last agreed on beside it."""

import uuid

from django.db import models
from django.db.models.functions import Now

from bconnect.customers.fields import COLUMNS, FLAGS
from bconnect.customers.pending import DiffersFromBase
from bconnect.customers.search_text import SearchIndex, SearchText

NEW_ID_PREFIX = "NEW_"
INDEXED = ("name", "email", "phone", "mobile", "city", "country", "vat_number")


def new_client_id() -> str:
    """The id of a customer that Robaws does not know yet."""
    return f"{NEW_ID_PREFIX}{uuid.uuid4()}"


class CustomerQuerySet(models.QuerySet["Customer"]):
    def active(self) -> "CustomerQuerySet":
        return self.filter(is_active=True)

    def by_role(self, role: str) -> "CustomerQuerySet":
        return self.filter(role=role)

    def pending(self) -> "CustomerQuerySet":
        """Rows that hold an edit Robaws has not got, however it was made."""
        return self.filter(is_pending=True, gone_at=None)

    def known_to_robaws(self) -> "CustomerQuerySet":
        """Rows of clients that Robaws is thought to hold: neither new here nor gone there."""
        return self.filter(gone_at=None).exclude(robaws_client_id__startswith=NEW_ID_PREFIX)


class Customer(models.Model):
    """One row a client. The synced columns are declared in `fields.py`; other programs may write them too.

    Every column beyond the plan's is nullable or has a default kept by the database, so that a plain
    `INSERT` naming only the plan's columns works.
    """

    robaws_client_id = models.TextField(default=new_client_id)
    name = models.TextField()
    role = models.TextField(null=True, blank=True)  # noqa: DJ001 - null and empty differ on the wire
    email = models.TextField(null=True, blank=True)  # noqa: DJ001
    phone = models.TextField(null=True, blank=True)  # noqa: DJ001
    mobile = models.TextField(null=True, blank=True)  # noqa: DJ001
    address = models.TextField(null=True, blank=True)  # noqa: DJ001
    street = models.TextField(null=True, blank=True)  # noqa: DJ001
    street_number = models.TextField(null=True, blank=True)  # noqa: DJ001
    city = models.TextField(null=True, blank=True)  # noqa: DJ001
    postal_code = models.TextField(null=True, blank=True)  # noqa: DJ001
    country = models.TextField(null=True, blank=True)  # noqa: DJ001
    country_code = models.TextField(null=True, blank=True)  # noqa: DJ001
    vat_number = models.TextField(null=True, blank=True)  # noqa: DJ001
    website = models.TextField(null=True, blank=True)  # noqa: DJ001
    language = models.TextField(null=True, blank=True)  # noqa: DJ001
    currency = models.TextField(null=True, blank=True)  # noqa: DJ001
    client_type = models.TextField(null=True, blank=True)  # noqa: DJ001
    is_active = models.BooleanField(default=True, db_default=True)

    metadata = models.JSONField(null=True, blank=True, help_text="The full record as Robaws last sent it.")
    base = models.JSONField(null=True, blank=True, help_text="Per synced field, what both sides last agreed on.")
    alternates = models.JSONField(null=True, blank=True, help_text="Further values found in a field, per column.")
    issues = models.JSONField(null=True, blank=True, help_text="What could not be normalised, per column.")
    fingerprint = models.TextField(null=True, blank=True, help_text="Hash of the record last taken in.")  # noqa: DJ001
    remote_updated_at = models.DateTimeField(null=True, blank=True, help_text="`updatedAt` of `base`.")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="When Robaws answered that it is no more.")
    is_pending = models.GeneratedField(
        expression=DiffersFromBase(COLUMNS, tuple(sorted(FLAGS))),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    search_text = models.GeneratedField(
        expression=SearchText(), output_field=models.TextField(), db_persist=True, help_text="What it is found by."
    )

    last_synced_at = models.DateTimeField(null=True, blank=True)
    last_pushed_to_robaws_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        db_table = "robaws_customers_cache"
        ordering = ("-last_synced_at", "-id")
        # Not with unique= and db_index=, which on PostgreSQL make a second, LIKE-only index each.
        constraints = (models.UniqueConstraint(fields=["robaws_client_id"], name="customers_robaws_client_id"),)
        indexes = (
            *(models.Index(fields=[column], name=f"customers_{column}") for column in INDEXED),
            models.Index(fields=["role", "is_active"], name="customers_role_active"),
            models.Index(fields=["last_synced_at", "id"], name="customers_last_synced"),
            models.Index(fields=["role", "last_synced_at", "id"], name="customers_role_synced"),
            SearchIndex(fields=["search_text"], name="customers_search"),
            models.Index(fields=["id"], condition=models.Q(is_pending=True), name="customers_pending"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.role})" if self.role else self.name

    @property
    def is_new(self) -> bool:
        """Whether Robaws does not know this customer yet."""
        return self.robaws_client_id.startswith(NEW_ID_PREFIX)
