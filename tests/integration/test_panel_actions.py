"""Every action of the web UI: who may do it, what it asks first, what it does, and what is remembered of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bconnect.customers.duplicates.models import DuplicateGroup, DuplicateMember
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.jobs import errands
from bconnect.jobs.models import Errand, Pause, ScheduledJob
from bconnect.panel.rights import GROUPS
from bconnect.sync.models import Change, Conflict, QuarantinedRecord, SyncRun, Tombstone
from bconnect.webhooks.models import Delivery
from tests.integration.people import KINDS, browser, is_refused, may, worker
from tests.integration.rig import Rig, client_record, customer, edit_here

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LIST = "/admin/customers/customer/"


@pytest.fixture(autouse=True)
def _no_count_left_over() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def rig() -> Rig:
    rig = Rig([client_record(1), client_record(2), client_record(3)])
    rig.pull("full")
    return rig


def select(browser: Client, action: str, *client_ids: str, **more: Any) -> Any:
    chosen = [customer(each).pk for each in client_ids]
    return browser.post(LIST, {"action": action, "_selected_action": chosen, "index": "0", **more})


def confirm(browser: Client, action: str, *client_ids: str, **more: Any) -> Any:
    return select(browser, action, *client_ids, confirmed="1", **more)


def page_of(client_id: str, action: str) -> str:
    return f"{LIST}{customer(client_id).pk}/{action}/"


def conflict(client_id: str = "1", field: str = "email") -> Conflict:
    found = customer(client_id)
    return Conflict.objects.create(
        customer=found, field=field, base=getattr(found, field), ours=getattr(found, field), theirs="x@y.be", since=NOW
    )


# --- who may do what -----------------------------------------------------------------------------------

Attempt = tuple[str, str, dict[str, Any]]


def attempts() -> dict[str, Attempt]:
    """Every action: the least kind of person who may do it, where, and with what."""
    one, event = conflict(), Delivery.objects.create(robaws_id="e1", status="failed", payload={"data": {}})
    held = QuarantinedRecord.objects.create(
        key="3", robaws_client_id="3", reason="odd", first_seen_at=NOW, last_seen_at=NOW
    )
    run = SyncRun.objects.latest("id")
    task = Errand.objects.create(kind="sync all", by="somebody else", asked_at=NOW)
    pk, chosen = customer("1").pk, {"index": "0", "confirmed": "1"}
    edit_here("1", city="Gent")
    edit_here("2", is_active=False)
    secret = "correct horse battery"
    return {
        "sync all": ("operator", f"{LIST}sync-all/", {"what": "sync all"}),
        "push all": ("operator", f"{LIST}push-all/", {}),
        "sync one": ("operator", page_of("1", "sync"), {}),
        "push one": ("operator", page_of("1", "push"), {}),
        "push some": ("operator", LIST, {**chosen, "action": "push_chosen", "_selected_action": pk}),
        "sync some": ("operator", LIST, {**chosen, "action": "sync_chosen", "_selected_action": pk}),
        "mark inactive": ("operator", LIST, {**chosen, "action": "mark_inactive", "_selected_action": pk}),
        "mark active": (
            "operator",
            LIST,
            {**chosen, "action": "mark_active", "_selected_action": customer("2").pk},
        ),
        "delete": (
            "administrator",
            LIST,
            {**chosen, "action": "delete_chosen", "_selected_action": pk, "where": "here"},
        ),
        "delete one": ("administrator", page_of("1", "delete"), {"confirmed": "1", "where": "everywhere"}),
        "new customer": ("operator", f"{LIST}add/", {"name": "New"}),
        "quick customer": ("operator", f"{LIST}quick/", {"name": "New"}),
        "decide": (
            "operator",
            f"/admin/sync/conflict/decide/{pk}/",
            {f"take-{one.pk}": "theirs", f"seen-{one.pk}": json.dumps([one.ours, one.theirs])},
        ),
        "decide some": (
            "operator",
            "/admin/sync/conflict/",
            {**chosen, "action": "take_theirs", "_selected_action": one.pk},
        ),
        "retry": (
            "operator",
            "/admin/sync/quarantinedrecord/",
            {**chosen, "action": "retry", "_selected_action": held.pk},
        ),
        "find duplicates": ("operator", f"{LIST}find-duplicates/", {}),
        "undo": ("administrator", f"/admin/sync/syncrun/{run.pk}/undo/", {}),
        "replay": (
            "operator",
            "/admin/webhooks/delivery/",
            {**chosen, "action": "replay", "_selected_action": event.pk},
        ),
        "stop": ("administrator", reverse("admin:jobs_errand_cancel", args=[task.pk]), {}),
        "pause": ("administrator", reverse("admin:jobs_pause"), {"reason": "stock-taking"}),
        "users": (
            "administrator",
            "/admin/auth/user/add/",
            {"username": "new", "usable_password": "true", "password1": secret, "password2": secret},
        ),
    }  # fmt: skip


ACTIONS = (
    "sync all", "push all", "find duplicates", "sync one", "push one", "push some", "sync some", "mark inactive",
    "mark active", "delete", "delete one", "new customer", "quick customer", "decide", "decide some", "retry",
    "undo", "replay", "stop", "pause", "users",
)  # fmt: skip


def everything() -> list[Any]:
    """What an action could change: equal twice means that nothing happened."""
    counts = [model._default_manager.count() for model in (Errand, Change, Customer, Tombstone, User, LogEntry, Pause)]
    open_ones = Conflict.objects.filter(resolved_at=None).count()
    stopped = Errand.objects.exclude(cancelled_by="").count()
    return [
        *counts,
        open_ones,
        stopped,
        Delivery.objects.filter(status="failed").count(),
        Customer.objects.filter(is_active=True).count(),
    ]


def test_every_action_is_in_the_table(rig: Rig) -> None:
    assert set(attempts()) == set(ACTIONS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_done_by_those_who_may_and_refused_to_all_others(rig: Rig, name: str, kind: str) -> None:
    least, address, posted = attempts()[name]
    person = browser(kind)
    before = everything()
    response = person.post(address, posted)
    if may(kind, least):
        assert response.status_code in (201, 302)
        assert not is_refused(response)
        assert everything() != before
    else:
        # A list that does not offer the action shows itself again and does nothing.
        assert is_refused(response) or "action" in posted
        assert everything() == before


@pytest.mark.parametrize("name", ACTIONS)
def test_a_link_to_an_action_changes_nothing(rig: Rig, name: str) -> None:
    _, address, posted = attempts()[name]
    person = browser("superuser")
    before = everything()
    person.get(address, posted)
    assert everything() == before


def test_an_action_without_the_token_of_this_site_is_refused(rig: Rig) -> None:
    person = Client(enforce_csrf_checks=True)
    person.force_login(User.objects.create_superuser("boss"))
    assert person.post(f"{LIST}sync-all/", {"what": "sync all"}).status_code == 403
    assert not Errand.objects.exists()


def test_the_groups_grow_from_viewer_to_administrator() -> None:
    rights = [set(GROUPS[name]) for name in ("Viewer", "Operator", "Administrator")]
    assert rights[0] < rights[1] < rights[2]
    for name, wanted in GROUPS.items():
        group = Group.objects.get(name=name)
        held = {f"{each.content_type.app_label}.{each.codename}" for each in group.permissions.all()}
        assert held == {f"{right.model.partition('.')[0]}.{right.codename}" for right in wanted}


def test_an_administrator_can_not_make_themselves_a_superuser(rig: Rig) -> None:
    boss = browser("administrator")
    me = User.objects.get(username="administrator")
    address = reverse("admin:auth_user_change", args=[me.pk])
    assert boss.get(address).status_code == 200
    boss.post(address, {"username": "administrator", "is_staff": "on", "is_active": "on", "is_superuser": "on"})
    me.refresh_from_db()
    assert me.is_superuser is False
    root = User.objects.create_superuser("root")
    assert boss.post(reverse("admin:auth_user_change", args=[root.pk]), {"username": "mine"}).status_code == 403
    assert boss.post(reverse("admin:auth_user_password_change", args=[root.pk]), {}).status_code == 403


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


# --- the login -----------------------------------------------------------------------------------------


def test_guessing_passwords_closes_the_door_for_that_name_alone() -> None:
    User.objects.create_superuser("boss", password="a good one")
    User.objects.create_superuser("other", password="a good one")
    login = reverse("admin:login")
    for _ in range(10):
        Client().post(login, {"username": "boss", "password": "a guess"})
    locked = Client().post(login, {"username": "boss", "password": "a good one"})
    assert locked.status_code == 429
    assert b"closed for 15 minutes" in locked.content
    assert Client().post(login, {"username": "other", "password": "a good one"}).status_code == 302


def test_errands_that_ended_are_forgotten_in_time(rig: Rig) -> None:
    old = Errand.objects.create(kind="push", by="x", asked_at=NOW, state="done", ended_at=NOW)
    Errand.objects.create(kind="push", by="x", asked_at=NOW)
    assert list(errands.old(NOW + timedelta(days=1))) == [old]
