"""Tasks, done by a worker against a Robaws at an address: their progress, result, failures, and stopping them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from bconnect.customers.models import Customer
from bconnect.jobs.models import Errand, Pause
from bconnect.sync.models import SyncRun
from robaws.simulator import serve
from tests.integration.panel_rig import LIST, NOW, confirm, page_of, select
from tests.integration.people import browser, worker
from tests.integration.rig import Rig, client_record, customer, edit_here

# The shared limits are kept over a connection of their own, which waits for ever for a test's transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def robaws(settings: Any) -> Iterator[Rig]:
    """A tenant at an address, pulled."""
    rig = Rig([client_record(1), client_record(2), client_record(3)])
    rig.pull("full")
    with serve(rig.robaws) as server:
        settings.ROBAWS_BASE_URL = server.url
        yield rig


def test_sync_all_says_what_it_costs_and_runs_in_the_background(robaws: Rig) -> None:
    person = browser("operator")
    page = person.get(f"{LIST}sync-all/").content.decode()
    assert "about 2 requests" in page
    assert "bconnect sync_customers --full" in page
    robaws.edit("2", name="Renamed")
    response = person.post(f"{LIST}sync-all/", {"what": "sync all"})
    task = Errand.objects.get()
    assert response["Location"] == reverse("admin:jobs_errand_change", args=[task.pk])
    assert customer("2").name == "Client 2"
    assert worker() == ["done"]
    assert customer("2").name == "Renamed"
    run = SyncRun.objects.get(errand=task)
    assert (run.kind, run.started_by) == ("full", "operator")
    shown = person.get(response["Location"]).content.decode()
    assert f"Run #{run.pk}" in shown
    assert "every 1s" not in shown


def test_pushing_one_shows_the_fields_that_will_be_sent_and_sends_them_alone(robaws: Rig) -> None:
    edit_here("1", city="Gent")
    edit_here("2", city="Luik")
    person = browser("operator")
    page = person.get(page_of("1", "push")).content.decode()
    assert "City" in page
    assert "Gent" in page
    assert "E-mail" not in page
    person.post(page_of("1", "push"))
    assert worker() == ["done"]
    assert robaws.remote("1")["address"]["city"] == "Gent"
    assert robaws.remote("2")["address"]["city"] == "Antwerpen"
    assert customer("2").is_pending


def test_a_selection_is_pushed_without_those_that_have_nothing_to_send(robaws: Rig) -> None:
    edit_here("1", city="Gent")
    edit_here("3", city="Luik")
    person = browser("operator")
    asked = select(person, "push_chosen", "1", "2").content.decode()
    assert "1 customer holds edits." in asked
    assert "1 has none and is left out." in asked
    confirm(person, "push_chosen", "1", "2")
    assert worker() == ["done"]
    assert robaws.remote("1")["address"]["city"] == "Gent"
    assert robaws.remote("3")["address"]["city"] == "Antwerpen"


def test_a_failure_stays_on_the_page_of_the_task(robaws: Rig) -> None:
    robaws.tenant.remove("2")
    person = browser("operator")
    address = confirm(person, "sync_chosen", "1", "2")["Location"]
    worker()
    page = person.get(address).content.decode()
    assert "Robaws has no such client" in page
    assert "1 failed" in page


def test_robaws_out_of_order_is_said_and_nothing_is_tried_behind_ones_back(robaws: Rig, settings: Any) -> None:
    settings.ROBAWS_BASE_URL = "http://127.0.0.1:9"
    person = browser("operator")
    person.post(page_of("1", "sync"))
    worker()
    task = Errand.objects.get()
    assert task.state == Errand.State.FAILED
    assert task.detail


def test_a_push_while_writing_is_held_fails_with_the_reason(robaws: Rig) -> None:
    edit_here("1", city="Gent")
    Pause.objects.create(id=1, since=NOW, by="boss")
    browser("operator").post(page_of("1", "push"))
    worker()
    assert "boss" in Errand.objects.get().detail
    assert robaws.writes() == 0


def test_a_task_that_is_at_work_stops_at_its_next_step_and_the_run_says_so(robaws: Rig) -> None:
    mine = browser("operator")
    mine.post(f"{LIST}sync-all/", {"what": "sync all"})
    task = Errand.objects.get()
    Errand.objects.filter(pk=task.pk).update(started_at=NOW, state="working")
    mine.post(reverse("admin:jobs_errand_cancel", args=[task.pk]))
    Errand.objects.filter(pk=task.pk).update(state="waiting")
    assert worker() == ["cancelled"]
    task.refresh_from_db()
    assert (task.state, task.cancelled_by) == ("cancelled", "operator")


def test_undoing_a_run_puts_its_changes_back_and_says_what_stayed(robaws: Rig) -> None:
    robaws.edit("1", name="Wrong")
    robaws.edit("2", name="Wrong too")
    robaws.pull("incremental")
    run = SyncRun.objects.latest("id")
    edit_here("2", name="Mended")
    boss = browser("administrator")
    page = boss.get(f"/admin/sync/syncrun/{run.pk}/undo/").content.decode()
    assert "1 change is put back" in page
    address = boss.post(f"/admin/sync/syncrun/{run.pk}/undo/")["Location"]
    worker()
    assert (customer("1").name, customer("2").name) == ("Client 1", "Mended")
    assert "1 change was put back, 1 left as they are" in boss.get(address).content.decode()


def test_deleting_in_robaws_too_is_a_task_and_spares_what_changed_there(robaws: Rig) -> None:
    boss = browser("administrator")
    robaws.edit("2", name="Newer")
    confirm(boss, "delete_chosen", "1", "2", where="everywhere")
    worker()
    assert set(robaws.tenant.clients) == {"2", "3"}
    assert not Customer.objects.filter(robaws_client_id="1").exists()
    task = Errand.objects.get()
    assert task.detail == "1 deleted, 1 failed"
    assert task.failures[0][0] == "2"
