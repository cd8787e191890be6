"""The actions of the web UI: what each asks first, what it does, and what is remembered of it."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from bconnect.customers.duplicates.models import DuplicateGroup, DuplicateMember
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.jobs import errands
from bconnect.jobs.models import Errand, ScheduledJob
from bconnect.sync.models import Change, CreateIntent, Tombstone
from tests.integration.panel_rig import LIST, NOW, confirm, page_of, select
from tests.integration.people import browser, is_refused, worker
from tests.integration.rig import Rig, client_record, customer, edit_here, pulled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_count_left_over")]


@pytest.fixture
def rig() -> Rig:
    return pulled(client_record(1), client_record(2), client_record(3))


# --- sync and push -------------------------------------------------------------------------------------


def test_a_task_says_so_where_no_worker_is_running(rig: Rig) -> None:
    person = browser("operator")
    address = person.post(f"{LIST}sync-all/", {"what": "sync all"})["Location"]
    assert "No background worker is running" in person.get(address).content.decode()
    ScheduledJob.objects.create(name="tick", last_due_at=timezone.now())
    assert "No background worker is running" not in person.get(address).content.decode()


def test_asking_twice_for_the_same_makes_one_task(rig: Rig) -> None:
    person = browser("operator")
    for _ in range(2):
        person.post(page_of("1", "sync"))
    person.post(page_of("2", "sync"))
    assert Errand.objects.count() == 2


def test_very_many_edits_at_once_are_sent_only_after_another_look(settings: Any) -> None:
    rig = Rig([client_record(number) for number in range(1, 101)])
    rig.pull("full")
    Customer.objects.filter(robaws_client_id__lte="7").update(city="Gent")
    person = browser("administrator")
    assert "looks like an accident" in person.get(f"{LIST}push-all/").content.decode()
    person.post(f"{LIST}push-all/")
    assert not Errand.objects.exists()
    person.post(f"{LIST}push-all/", {"yes_all": "on"})
    assert Errand.objects.get().arguments == {"yes_all": True}


# --- stopping and undoing ------------------------------------------------------------------------------


def test_a_task_is_stopped_by_who_asked_for_it_and_not_by_another(rig: Rig) -> None:
    mine = browser("operator")
    mine.post(f"{LIST}sync-all/", {"what": "sync all"})
    task = Errand.objects.get()
    stop = reverse("admin:jobs_errand_cancel", args=[task.pk])
    assert is_refused(browser("viewer").post(stop))
    mine.post(stop)
    task.refresh_from_db()
    assert (task.state, task.cancelled_by) == ("cancelled", "operator")
    assert errands.worker_is_there(NOW) is False
    assert worker() == []


def test_errands_that_ended_are_forgotten_in_time(rig: Rig) -> None:
    old = Errand.objects.create(kind="push", by="x", asked_at=NOW, state="done", ended_at=NOW)
    Errand.objects.create(kind="push", by="x", asked_at=NOW)
    assert list(errands.old(NOW + timedelta(days=1))) == [old]


# --- selections ----------------------------------------------------------------------------------------


def test_marking_inactive_asks_first_and_is_written_in_the_history(rig: Rig) -> None:
    person = browser("operator")
    assert "2 customers are changed here" in select(person, "mark_inactive", "1", "2").content.decode()
    assert customer("1").is_active
    confirm(person, "mark_inactive", "1", "2")
    assert [customer(each).is_active for each in "123"] == [False, False, True]
    change = Change.objects.get(customer=customer("1"))
    assert (change.field, change.old, change.new, change.actor) == ("is_active", True, False, "operator")
    assert change.source == Change.Source.EDITED
    assert customer("1").is_pending


def test_deleting_here_leaves_those_with_intakes_and_never_brings_the_others_back(rig: Rig) -> None:
    Intake.objects.create(robaws_client_id="1")
    boss = browser("administrator")
    asked = select(boss, "delete_chosen", "1", "2").content.decode()
    assert "1 customer is deleted." in asked
    assert "1 customer has intakes" in asked
    confirm(boss, "delete_chosen", "1", "2", where="here")
    rig.pull("full")
    assert set(Customer.objects.values_list("robaws_client_id", flat=True)) == {"1", "3"}
    assert Tombstone.objects.get().deleted_by == "administrator"
    assert "2" in rig.tenant.clients


def test_who_deletes_a_customer_whose_creation_was_cut_off_is_told_that_it_may_come_back(rig: Rig) -> None:
    boss = browser("administrator")
    assert "cut off" not in select(boss, "delete_chosen", "1", "2").content.decode()
    CreateIntent.objects.create(customer=customer("1"), values={"name": "Client 1"}, written_at=NOW)
    asked = select(boss, "delete_chosen", "1", "2").content.decode()
    assert "The creation of 1 customer in Robaws was cut off" in asked


def test_only_who_may_delete_in_robaws_is_offered_it(rig: Rig) -> None:
    boss = browser("administrator")
    Group.objects.get(name="Administrator").permissions.remove(
        *Group.objects.get(name="Administrator").permissions.filter(codename="order_delete")
    )
    assert "everywhere" not in select(boss, "delete_chosen", "1").content.decode()
    confirm(boss, "delete_chosen", "1", where="everywhere")
    assert Customer.objects.count() == 3
    assert not Errand.objects.exists()


def test_the_list_shows_those_with_likely_duplicates(rig: Rig) -> None:
    DuplicateMember.objects.create(
        group=DuplicateGroup.objects.create(score=90, reasons=[], size=2, name="x", found_at=NOW),
        customer_id=customer("2").pk,
    )
    viewer = browser("viewer")
    shown = {each.robaws_client_id for each in viewer.get(f"{LIST}?duplicates=yes").context["cl"].result_list}
    others = {each.robaws_client_id for each in viewer.get(f"{LIST}?duplicates=no").context["cl"].result_list}
    assert (shown, others) == ({"2"}, {"1", "3"})


# --- export --------------------------------------------------------------------------------------------


def exported(kind: str, query: str = "") -> bytes:
    response = browser("viewer").get(f"{LIST}export.{kind}?{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_an_export_holds_what_the_list_shows_and_nothing_else(rig: Rig) -> None:
    edit_here("2", country="Nederland")
    lines = exported("csv", "q=client&country__icontains=nederl").decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Client id,Name,Role,E-mail")
    assert [line.split(",")[1] for line in lines[1:]] == ["Client 2"]


def test_no_cell_of_an_export_is_a_formula_and_a_phone_number_stays_one(rig: Rig) -> None:
    edit_here("1", name="=cmd|' /C calc'!A0", city="-2+3", phone="+32475123456")
    text = exported("csv", "q=calc").decode("utf-8-sig")
    assert "'=cmd|" in text
    assert "'-2+3" in text
    assert ",+32475123456," in text
    with ZipFile(BytesIO(exported("xlsx", "q=calc"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=cmd|" in sheet
    assert "<f>" not in sheet


def test_who_took_an_export_is_remembered(rig: Rig) -> None:
    exported("csv")
    assert LogEntry.objects.get().change_message == "Exported as csv: all"
    assert browser("nobody").get(f"{LIST}export.csv").status_code == 403


# --- the list ------------------------------------------------------------------------------------------


def test_everybody_chooses_their_own_columns(rig: Rig) -> None:
    one, other = browser("viewer"), browser("operator")
    one.post(f"{LIST}columns/", {"columns": ["client_id", "city"]})
    assert list(one.get(LIST).context["cl"].list_display) == ["bold_name", "client_id", "city"]
    assert "client_id" not in other.get(LIST).context["cl"].list_display


def test_a_filter_that_is_on_can_be_taken_off_alone(rig: Rig) -> None:
    page = browser("viewer").get(f"{LIST}?q=client&sync=in_step&role=FORWARDER&role=POV")
    chips = {str(chip.label): chip.url for chip in page.context["tools"].chips}
    assert set(chips) == {"“client”", "in step", "FORWARDER", "POV"}
    assert chips["POV"] == "?q=client&sync=in_step&role=FORWARDER"


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", ("Alles synchroniseren", "Klanten", "gelijk")), ("fr", ("Tout synchroniser", "Clients", "en phase"))],
)
def test_the_ui_speaks_the_readers_language(rig: Rig, language: str, words: tuple[str, ...]) -> None:
    page = browser("operator").get(LIST, headers={"accept-language": language}).content.decode()
    assert [word for word in words if word not in page] == []
    form = browser("operator").get(page_of("1", "change"), headers={"accept-language": language})
    assert form.context["adminform"].form.fields["city"].label == {"nl": "Plaats", "fr": "Ville"}[language]
