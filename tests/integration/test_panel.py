"""The web UI, page by page: who may see what, how many questions a page asks, and what the first page shows."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync.models import Change, Conflict, QuarantinedRecord, SyncRun
from tests.integration.panel_rig import NOW
from tests.integration.people import change_page
from tests.integration.rig import client_record, customer, pulled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_count_left_over")]

LISTS = (
    "admin:index",
    "admin:customers_customer_changelist",
    "admin:intakes_intake_changelist",
    "admin:sync_syncrun_changelist",
    "admin:sync_conflict_changelist",
    "admin:sync_quarantinedrecord_changelist",
)


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client


@pytest.fixture
def viewer() -> Client:
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(user)
    return client


# --- who may see what ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_a_stranger_is_sent_to_the_login(name: str) -> None:
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]


@pytest.mark.parametrize("name", LISTS)
def test_every_page_opens_on_an_empty_and_on_a_filled_database(admin: Client, name: str) -> None:
    assert admin.get(reverse(name)).status_code == 200
    fill(3)
    assert admin.get(reverse(name)).status_code == 200


def test_a_page_names_the_way_to_it_without_djangos_name_of_the_app(admin: Client) -> None:
    pulled()
    pages = (reverse("admin:customers_customer_changelist"), change_page("1"))
    ways = [re.findall(r'tracking-tight">([^<]*)<', admin.get(each).content.decode()) for each in pages]
    assert ways == [["Customers"], ["Customers", str(customer("1"))]]


def test_a_viewer_reads_every_page_and_changes_nothing(viewer: Client) -> None:
    pulled()
    for name in LISTS:
        assert viewer.get(reverse(name)).status_code == 200
    page = viewer.get(change_page("1"))
    assert page.status_code == 200
    assert b"Open in Robaws" in page.content
    assert viewer.post(change_page("1"), {"name": "Mine"}).status_code == 403
    assert viewer.get(reverse("admin:customers_customer_add")).status_code == 403
    assert viewer.post(reverse("admin:customers_customer_delete", args=[customer("1").pk])).status_code == 403
    assert customer("1").name == "Client 1"


def test_staff_without_any_right_see_neither_customers_nor_their_names() -> None:
    pulled()
    browser = Client()
    browser.force_login(User.objects.create_user("nobody", is_staff=True))
    assert browser.get(reverse("admin:customers_customer_changelist")).status_code == 403
    assert browser.get(reverse("admin:customers_customer_select")).status_code == 403
    board = browser.get(reverse("admin:index")).context["dashboard"]
    assert (board.customers, board.roles, board.states, board.runs, board.waiting) == (0, [], [], [], [])
    assert board.first_step == ""


@pytest.mark.parametrize("name", ["sync_syncrun", "sync_conflict", "sync_quarantinedrecord"])
def test_not_even_an_administrator_edits_what_the_sync_writes(admin: Client, name: str) -> None:
    fill(1)
    model = {"sync_syncrun": SyncRun, "sync_conflict": Conflict, "sync_quarantinedrecord": QuarantinedRecord}[name]
    pk = model.objects.values_list("pk", flat=True)[0]
    page = admin.get(reverse(f"admin:{name}_change", args=[pk]), follow=True)
    assert page.status_code == 200
    assert admin.post(reverse(f"admin:{name}_change", args=[pk]), {}).status_code == 403
    assert admin.post(reverse(f"admin:{name}_delete", args=[pk])).status_code == 403
    assert admin.get(reverse(f"admin:{name}_add")).status_code == 403


def test_the_server_says_that_it_lives_and_that_the_database_answers() -> None:
    assert Client().get("/healthz").content == b"ok\n"
    assert Client().get("/readyz").content == b"ok\n"


def test_cookies_are_secure_over_https_and_work_over_http() -> None:
    assert not Client().get("/admin/login/").cookies["csrftoken"]["secure"]
    assert Client().get("/admin/login/", secure=True).cookies["csrftoken"]["secure"]


# --- what a page asks and shows ------------------------------------------------------------------------


def fill(n: int) -> None:
    """`n` of everything, so that every page has rows."""
    start = Customer.objects.count()
    rows = [
        Customer(
            robaws_client_id=f"{start + i}",
            name=f"Name {start + i}",
            role=f"ROLE {i}",
            last_synced_at=NOW,
            issues={"phone": "phone.invalid"},
        )
        for i in range(n)
    ]
    customers = Customer.objects.bulk_create(rows)
    run = SyncRun.objects.create(kind="full", status="done", started_at=NOW, finished_at=NOW)
    for each in customers:
        Intake.objects.create(robaws_client_id=each.robaws_client_id, customer_name=each.name)
        Conflict.objects.create(customer=each, field="name", base="A", ours="B", theirs="C", since=NOW)
        Change.objects.create(customer=each, field="city", old=None, new="Gent", source="robaws", run=run)
        Change.objects.create(customer=customers[0], field="city", old=None, new="Gent", source="robaws", run=run)
        QuarantinedRecord.objects.create(
            key=each.robaws_client_id, reason="its name is empty", data={"id": 1}, first_seen_at=NOW, last_seen_at=NOW
        )
        SyncRun.objects.create(kind="full", status="failed", started_at=NOW, error="no")


def queries_of(browser: Client, address: str) -> int:
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_asks_no_more_of_the_database_when_there_are_more_rows(admin: Client, name: str) -> None:
    fill(2)
    few = queries_of(admin, reverse(name))
    fill(20)
    # Of these, up to eight fill the caches of the side bar; the first page has a dozen figures besides.
    assert queries_of(admin, reverse(name)) == few <= (35 if name == "admin:index" else 16)


def test_the_pages_of_a_customer_and_a_run_ask_no_more_when_there_is_more_to_show(admin: Client) -> None:
    fill(2)
    first = Customer.objects.order_by("id")[0]
    run = SyncRun.objects.order_by("id")[0]
    pages = [
        reverse("admin:customers_customer_change", args=[first.pk]),
        reverse("admin:sync_syncrun_change", args=[run.pk]),
    ]
    for page in pages:
        admin.get(page)  # what is asked for once in a process is asked for now
    few = [queries_of(admin, page) for page in pages]
    for _ in range(15):
        Intake.objects.create(robaws_client_id=first.robaws_client_id)
        Change.objects.create(customer=Customer.objects.latest("id"), field="city", source="robaws", run=run)
        Change.objects.create(customer=first, field="city", source="robaws", run=run)
    assert [queries_of(admin, page) for page in pages] == few


def test_what_robaws_holds_is_never_taken_for_html(admin: Client) -> None:
    evil = "<script>alert(1)</script>"
    rig = pulled(client_record(1, name=f"N{evil}", email=f"a{evil}", extraFields={"Role": {"stringValue": f"R{evil}"}}))
    Customer.objects.filter(robaws_client_id="1").update(city=f"C{evil}")
    rig.edit("1", address={"city": f"D{evil}"})
    rig.pull()
    Intake.objects.create(robaws_client_id="1", customer_name=evil, service_type=evil)
    for address in (reverse("admin:customers_customer_changelist"), change_page("1"), *map(reverse, LISTS)):
        assert "<script>alert" not in admin.get(address).content.decode().lower()


# --- the dashboard -------------------------------------------------------------------------------------


def test_an_empty_dashboard_says_what_to_do_next(admin: Client) -> None:
    assert "bconnect sync_customers --full" in admin.get(reverse("admin:index")).content.decode()


def test_the_dashboard_counts_roles_states_and_what_waits(admin: Client) -> None:
    rig = pulled(*(client_record(n) for n in range(1, 4)), client_record(4, name=""))
    Customer.objects.filter(robaws_client_id="2").update(city="Gent")
    Customer.objects.filter(robaws_client_id="3").update(email="ours@x.be")
    rig.edit("3", email="theirs@x.be")
    rig.pull()
    board = admin.get(reverse("admin:index")).context["dashboard"]
    assert board.customers == 3
    assert [(bar.label, bar.count) for bar in board.roles] == [("FORWARDER", 3)]
    assert {str(bar.label): bar.count for bar in board.states} == {"in step": 1, "edited here": 1, "conflict": 1}
    assert [each.count for each in board.waiting] == [1, 1, 0, 0, 0]
    assert len(board.runs) == 2
    assert board.first_step == ""


def test_no_page_asks_another_host_for_anything(admin: Client) -> None:
    fill(2)
    for name in LISTS:
        html = admin.get(reverse(name)).content.decode()
        assert not [part for part in html.split('src="')[1:] if not part.startswith("/")]
        assert not [part for part in html.split("<link")[1:] if 'href="http' in part.split(">")[0]]
