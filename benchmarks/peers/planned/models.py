# ruff: noqa: DJ001 - the columns are as nullable as the plan has them
"""The plan's `robaws_customers_cache`: its columns and its indexes (PLAN.md, phase 1)."""

from django.db import models


class Customer(models.Model):
    robaws_client_id = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255, db_index=True)
    role = models.CharField(max_length=255, db_index=True, null=True)
    email = models.CharField(max_length=255, db_index=True, null=True)
    phone = models.CharField(max_length=255, null=True)
    mobile = models.CharField(max_length=255, null=True)
    address = models.TextField(null=True)
    street = models.CharField(max_length=255, null=True)
    street_number = models.CharField(max_length=255, null=True)
    city = models.CharField(max_length=255, db_index=True, null=True)
    postal_code = models.CharField(max_length=255, null=True)
    country = models.CharField(max_length=255, db_index=True, null=True)
    country_code = models.CharField(max_length=2, null=True)
    vat_number = models.CharField(max_length=255, db_index=True, null=True)
    website = models.CharField(max_length=255, null=True)
    language = models.CharField(max_length=10, null=True)
    currency = models.CharField(max_length=3, default="EUR")
    client_type = models.CharField(max_length=255, null=True)
    is_active = models.BooleanField(default=True)
    metadata = models.JSONField(null=True)
    last_synced_at = models.DateTimeField(null=True)
    last_pushed_to_robaws_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "robaws_customers_cache"
        indexes = (
            models.Index(fields=["role", "is_active"]),
            models.Index(fields=["last_synced_at"]),
            models.Index(fields=["name", "email"]),
        )

    def __str__(self) -> str:
        return self.name
