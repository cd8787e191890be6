"""A tenant with duplicates, people at the web UI who may merge them or not, and the form of the preview."""

from typing import Any

from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from bconnect.customers.duplicates.refresh import refresh
from bconnect.intakes.models import Intake
from bconnect.panel.merge_views import merge_address
from tests.integration.rig import Rig, client_record

PREVIEW = "1,2,3"


def with_duplicates() -> Rig:
    """1, 2 and 3 are one customer, 4 is another."""
    cache.clear()
    same = {"email": "jan@noordzee.be", "isActive": True}
    rig = Rig(
        [
            client_record(1, name="Noordzee Transport BV", **same),
            client_record(2, name="Noordzee Transport", tel="+32 3 206 45 67", **same),
            client_record(3, name="NOORDZEE TRANSPORT", vatNumber="BE0403019261", **same),
            client_record(4, name="Condor Freight"),
        ]
    )
    rig.pull("full")
    Intake.objects.create(robaws_client_id="2", customer_name="Noordzee")
    refresh(timezone.now())
    return rig


def browser(*rights: str, superuser: bool = False) -> Client:
    if superuser:
        user = User.objects.create_superuser("admin")
    else:
        user = User.objects.create_user("somebody", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


def preview_address(ids: str = PREVIEW) -> str:
    return merge_address(ids.split(","))


def answer(client: Client, **changed: Any) -> dict[str, Any]:
    """What the form of the preview would send as it stands."""
    preview = client.get(preview_address()).context["preview"]
    chosen = {
        f"take-{line.column}": cell.client_id
        for line in preview.lines
        if line.differs
        for cell in line.cells
        if cell.is_taken
    }
    merged = [each.customer.robaws_client_id for each in preview.columns]
    into = next(each.customer.robaws_client_id for each in preview.columns if each.stays)
    form = {"token": preview.token, "into": into, "merged": merged, "in_robaws": preview.in_robaws, **chosen}
    return {**form, "merge": "1", **changed}
