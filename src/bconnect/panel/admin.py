"""Where Django's admin looks for its pages: each subject has a module of its own."""

from bconnect.panel import (
    conflict_admin,
    customer_admin,
    duplicate_admin,
    errand_admin,
    intake_admin,
    merge_admin,
    people_admin,
    quarantine_admin,
    record_admin,
    run_admin,
    schedule_admin,
    webhook_admin,
)
from bconnect.panel.faster_lists import heads_once

heads_once()

__all__ = [
    "conflict_admin",
    "customer_admin",
    "duplicate_admin",
    "errand_admin",
    "intake_admin",
    "merge_admin",
    "people_admin",
    "quarantine_admin",
    "record_admin",
    "run_admin",
    "schedule_admin",
    "webhook_admin",
]
