"""What does this tenant answer, before anything is synced? Single, harmless questions for `bconnect doctor`.

Nothing is written but by `try_patch`, which sends a change that changes nothing and only when asked to.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bconnect.jobs.pause import refuse_while_paused
from bconnect.sync.mapping import Tenant
from bconnect.sync.models import RequestLimit
from bconnect.sync.patching import ORDER
from robaws.client import LARGEST_PAGE, Page, PatchForm, RobawsClient
from robaws.errors import Refused, UnsupportedMediaType
from robaws.limiter import Mode
from robaws.records import ABSENT, ExtraField, Record, extra_field, extra_fields


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of the day in each mode; None where Robaws has not told."""

    live: int | None
    replica: int | None


@dataclass(slots=True)
class RoleSeen:
    """How the role field showed in a page of clients. `others` counts the other custom fields by name or GUID."""

    looked_at: int = 0
    by_name: int = 0
    by_guid: int = 0
    filled: int = 0
    others: Counter[str] = field(default_factory=Counter)

    @property
    def found(self) -> int:
        return self.by_name + self.by_guid


def ask_live(client: RobawsClient) -> Page:
    """One client, live: whether the login is good. Raises RobawsError."""
    return client.list_clients(size=1, mode=Mode.LIVE)


def newest_page(client: RobawsClient) -> Page:
    """The clients changed last, from the replica: those with the custom fields of today. Raises RobawsError."""
    return client.list_clients(size=LARGEST_PAGE, sort="updatedAt:desc", mode=Mode.REPLICA)


def clock_ahead_s(page: Page, before: datetime, after: datetime) -> float | None:
    """By how much our clock is ahead of Robaws' (seconds; negative: behind), None where Robaws told no time.

    The time of the answer lies somewhere between `before` and `after`, and is told in whole seconds.
    """
    if page.date is None:
        return None
    if before.timestamp() - 1 <= page.date.timestamp() <= after.timestamp() + 1:
        return 0.0
    return before.timestamp() + (after - before).total_seconds() / 2 - page.date.timestamp()


def role_seen(items: Iterable[Any], tenant: Tenant) -> RoleSeen:
    """Where the role stands in these records, and what else does."""
    seen = RoleSeen()
    for record in items:
        if not isinstance(record, dict):
            continue
        seen.looked_at += 1
        _count_role(record, tenant, seen)
        for each in extra_fields(record):
            if not _is_role(each, tenant):
                seen.others[each.name or each.guid or "?"] += 1
    return seen


def quota(tenant_key: str) -> Quota:
    """As Robaws' last answers told it."""
    row = RequestLimit.objects.filter(tenant=tenant_key).first()
    return Quota(row.live_remaining, row.replica_remaining) if row else Quota(None, None)


def known_patch_form(tenant_key: str) -> PatchForm | None:
    """The form of PATCH that a push has found this tenant to take."""
    stored = RequestLimit.objects.filter(tenant=tenant_key).values_list("patch_form", flat=True).first()
    return PatchForm(stored) if stored else None


def try_patch(client: RobawsClient, client_id: str) -> PatchForm:
    """Send this client a change without content in each form until one is taken. Raises PausedError, RobawsError."""
    refuse_while_paused()
    record = client.get_client(client_id)
    nothing: dict[PatchForm, Callable[[], Any]] = {
        PatchForm.JSON_PATCH: lambda: [{"op": "test", "path": "/name", "value": record.get("name")}],
        PatchForm.MERGE: dict,
        PatchForm.PLAIN: dict,
    }
    for form in ORDER[:-1]:
        try:
            client.patch_client(client_id, nothing[form](), form)
        except (UnsupportedMediaType, Refused):  # a tenant may not know the form at all, and say so in its own way
            continue
        return form
    client.patch_client(client_id, nothing[ORDER[-1]](), ORDER[-1])
    return ORDER[-1]


def _count_role(record: Record, tenant: Tenant, seen: RoleSeen) -> None:
    by_guid = extra_field(record, guid=tenant.role_guid) if tenant.role_guid else ABSENT
    value = by_guid if by_guid is not ABSENT else extra_field(record, name=tenant.role_field)
    if value is ABSENT:
        return
    seen.by_guid += by_guid is not ABSENT
    seen.by_name += by_guid is ABSENT
    seen.filled += value not in (None, "")


def _is_role(each: ExtraField, tenant: Tenant) -> bool:
    by_guid = bool(each.guid and tenant.role_guid) and str(each.guid).casefold() == tenant.role_guid.casefold()
    return by_guid or bool(each.name and each.name.strip().casefold() == tenant.role_field.strip().casefold())
