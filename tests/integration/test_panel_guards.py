"""Where a guard stopped the sync, the page says what that means, and those who may go on can."""

from typing import Any

import pytest

from bconnect.customers.models import Customer
from bconnect.jobs.models import Errand
from bconnect.sync.models import SyncRun
from robaws.simulator import serve
from tests.integration.panel_rig import LIST, page_of
from tests.integration.people import KINDS, browser, may, worker
from tests.integration.rig import Rig, client_record

# The shared limits are kept over a connection of their own, which waits for ever for a test's transaction.
pytestmark = pytest.mark.django_db(transaction=True)
SYNC = f"{LIST}sync-all/"
BOX = 'name="allow_mass_deactivation"'
TWINS = 'name="allow_twins"'
OPERATORS_AND_UP = [kind for kind in KINDS if may(kind, "operator")]


@pytest.fixture
def rig() -> Rig:
    rig = Rig(client_record(number) for number in range(1, 61))
    rig.pull("full")
    return rig


def gone_in_robaws(rig: Rig, count: int = 30) -> None:
    for number in range(1, count + 1):
        rig.tenant.remove(str(number))


def test_a_full_sync_that_the_guard_stopped_leads_administrators_to_the_way_on(rig: Rig, settings: Any) -> None:
    gone_in_robaws(rig)
    boss = browser("administrator")
    assert BOX not in boss.get(SYNC).content.decode()
    with serve(rig.robaws) as server:
        settings.ROBAWS_BASE_URL = server.url
        task = boss.post(SYNC, {"what": "sync all"})["Location"]
        worker()
        assert SYNC in boss.get(task).content.decode()
        assert SYNC in boss.get(f"/admin/sync/syncrun/{SyncRun.objects.latest('id').pk}/change/").content.decode()
        assert SYNC in boss.get("/admin/").content.decode()
        asked = boss.get(SYNC).content.decode()
        assert "30 of 60 clients are missing" in asked
        assert "marks them all inactive" in asked
        assert BOX in asked
        boss.post(SYNC, {"what": "sync all"})
        worker()
        assert not Customer.objects.exclude(gone_at=None).exists()
        boss.post(SYNC, {"what": "sync all", "allow_mass_deactivation": "on"})
        worker()
    assert Customer.objects.exclude(gone_at=None).count() == 30
    assert BOX not in boss.get(SYNC).content.decode()


def test_an_operator_sees_why_it_stopped_and_cannot_go_on(rig: Rig) -> None:
    SyncRun.objects.filter().update(status="failed", error="30 of 60 clients are missing")
    person = browser("operator")
    page = person.get(SYNC).content.decode()
    assert "30 of 60 clients are missing" in page
    assert BOX not in page
    person.post(SYNC, {"what": "sync all", "allow_mass_deactivation": "on"})
    assert Errand.objects.get().arguments == {}


def test_the_box_counts_for_a_full_sync_alone(rig: Rig) -> None:
    SyncRun.objects.filter().update(status="failed", error="30 of 60 clients are missing")
    browser("administrator").post(SYNC, {"what": "sync changes", "allow_mass_deactivation": "on"})
    assert Errand.objects.get().arguments == {}


@pytest.mark.parametrize("kind", OPERATORS_AND_UP)
def test_very_many_edits_are_sent_by_administrators_only(rig: Rig, kind: str) -> None:
    Customer.objects.update(city="Gent")
    person = browser(kind)
    page = person.get(f"{LIST}push-all/").content.decode()
    assert "looks like an accident" in page
    assert ('name="yes_all"' in page) is may(kind, "administrator")
    person.post(f"{LIST}push-all/", {"yes_all": "on"})
    assert [task.arguments for task in Errand.objects.all()] == (
        [{"yes_all": True}] if may(kind, "administrator") else []
    )


def test_a_new_customer_that_looks_like_another_is_created_only_when_somebody_says_so(rig: Rig, settings: Any) -> None:
    Customer.objects.create(robaws_client_id="NEW_1", name="Other", email="info@client7.be", country_code="BE")
    person = browser("operator")
    asked = person.get(page_of("NEW_1", "push")).content.decode()
    assert "Client 7 (7)" in asked
    assert TWINS in asked
    assert "--allow-twins" in asked
    person.post(page_of("NEW_1", "push"))
    assert not Errand.objects.exists()
    with serve(rig.robaws) as server:
        settings.ROBAWS_BASE_URL = server.url
        person.post(page_of("NEW_1", "push"), {"allow_twins": "on"})
        assert worker() == ["done"]
    assert len(rig.tenant.clients) == 61


def test_a_task_lists_the_customers_that_failed_with_links_to_them(rig: Rig, settings: Any) -> None:
    Customer.objects.create(robaws_client_id="NEW_1", name="Other", email="info@client7.be", country_code="BE")
    person = browser("administrator")
    with serve(rig.robaws) as server:
        settings.ROBAWS_BASE_URL = server.url
        task = person.post(f"{LIST}push-all/")["Location"]
        worker()
    page = person.get(task).content.decode()
    assert "NEW_1" in page
    assert f'href="{page_of("NEW_1", "change")}"' in page


def test_a_new_customer_that_looks_like_nobody_needs_no_box(rig: Rig) -> None:
    Customer.objects.create(robaws_client_id="NEW_1", name="Other", country_code="BE")
    person = browser("operator")
    assert TWINS not in person.get(page_of("NEW_1", "push")).content.decode()
    person.post(page_of("NEW_1", "push"))
    assert Errand.objects.get().arguments == {"client_ids": ["NEW_1"]}
