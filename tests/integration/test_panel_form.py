"""The forms of the web UI: what a save of a customer does and what it refuses, and the intake's."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bconnect.customers.fields import COLUMNS
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync.models import Conflict
from tests.integration.people import browser as browser_of
from tests.integration.people import change_page
from tests.integration.rig import client_record, customer, edit_here, pulled

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return browser_of("superuser")


def opened(browser: Client, client_id: str) -> dict[str, Any]:
    """What the form of this customer would post if nothing were typed."""
    form = browser.get(change_page(client_id)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def save(browser: Client, client_id: str, posted: dict[str, Any], **typed: Any) -> Any:
    return browser.post(change_page(client_id), {**posted, **typed})


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def test_a_save_without_a_change_changes_nothing(admin: Client) -> None:
    pulled(client_record(1, tel="03/206 45 67", name="  Trailing "))
    before = Customer.objects.values().get()
    assert save(admin, "1", opened(admin, "1")).status_code == 302
    assert Customer.objects.values().get() == before


def test_an_edit_is_stored_in_its_normal_form_and_waits_for_the_push(admin: Client) -> None:
    pulled()
    assert save(admin, "1", opened(admin, "1"), phone="0475 12 34 56", role="BROKER").status_code == 302
    saved = customer("1")
    assert (saved.phone, saved.role, saved.is_pending) == ("+32475123456", "BROKER", True)
    assert saved.base["role"] == "FORWARDER"


def test_a_cleared_field_becomes_null(admin: Client) -> None:
    pulled()
    save(admin, "1", opened(admin, "1"), email="")
    assert customer("1").email is None
    assert customer("1").is_pending


@pytest.mark.parametrize(
    ("column", "typed", "word"),
    [("email", "no mail", "e-mail"), ("phone", "12", "phone"), ("vat_number", "BE0123456789", "VAT")],
)
def test_a_senseless_value_is_refused_in_words(admin: Client, column: str, typed: str, word: str) -> None:
    pulled()
    response = save(admin, "1", opened(admin, "1"), **{column: typed})
    assert word in errors(response)[column][0]
    assert not customer("1").is_pending


def test_a_refused_save_says_at_its_top_which_fields_are_wrong_and_leads_to_them(admin: Client) -> None:
    pulled()
    page = save(admin, "1", opened(admin, "1"), email="no mail", vat_number="BE0123456789").content.decode()
    top = page[page.index("bc-errornote") : page.index('id="id_name"')]
    for column in ("email", "vat_number"):
        assert f'<a href="#id_{column}">' in top
    assert "it needs the form name@firm.be" in top


def test_a_senseless_value_that_robaws_holds_does_not_block_a_save(admin: Client) -> None:
    pulled(client_record(1, email="n/a at all", tel="geen", vatNumber="BE 1"))
    assert save(admin, "1", opened(admin, "1"), name="Better").status_code == 302
    assert (customer("1").name, customer("1").email) == ("Better", "n/a at all")


def test_the_country_code_follows_the_country(admin: Client) -> None:
    pulled()
    save(admin, "1", opened(admin, "1"), country="Frankrijk")
    assert customer("1").country_code == "FR"


def test_a_role_that_nobody_configured_is_offered_and_kept(admin: Client) -> None:
    pulled(client_record(1, extraFields={"Role": {"stringValue": "T-T TANKS"}}))
    posted = opened(admin, "1")
    assert posted["role"] == "T-T TANKS"
    save(admin, "1", posted, city="Gent")
    assert (customer("1").role, customer("1").city) == ("T-T TANKS", "Gent")


def test_what_the_sync_changed_while_the_form_was_open_stays(admin: Client) -> None:
    rig = pulled()
    posted = opened(admin, "1")
    rig.edit("1", email="new@robaws.be")
    rig.pull()
    assert save(admin, "1", posted, city="Gent").status_code == 302
    assert (customer("1").email, customer("1").city) == ("new@robaws.be", "Gent")
    assert Customer.objects.get().base["email"] == "new@robaws.be"


def test_a_save_writes_the_edited_columns_and_no_other(admin: Client) -> None:
    pulled()
    posted = opened(admin, "1")
    with CaptureQueriesContext(connection) as captured:
        save(admin, "1", posted, city="Gent")
    (update,) = [each["sql"] for each in captured if each["sql"].startswith('UPDATE "robaws_customers_cache"')]
    assert re.findall(r'"(\w+)" = ', update.split(" WHERE ")[0]) == ["city", "updated_at"]


def test_a_save_over_a_newer_value_shows_both_and_the_next_one_decides(admin: Client) -> None:
    rig = pulled()
    posted = opened(admin, "1")
    rig.edit("1", email="theirs@robaws.be")
    rig.pull()
    response = save(admin, "1", posted, email="mine@here.be")
    assert "theirs@robaws.be" in errors(response)["email"][0]
    assert "mine@here.be" in errors(response)["email"][0]
    assert customer("1").email == "theirs@robaws.be"

    again = {**posted, "snapshot": response.context["adminform"].form["snapshot"].value()}
    assert save(admin, "1", again, email="mine@here.be").status_code == 302
    assert (customer("1").email, customer("1").is_pending) == ("mine@here.be", True)


def test_the_second_save_undoes_nothing_that_came_meanwhile(admin: Client) -> None:
    rig = pulled()
    posted = opened(admin, "1")
    rig.edit("1", email="theirs@robaws.be", name="New name")
    rig.pull()
    response = save(admin, "1", posted, email="mine@here.be")
    again = {**posted, "snapshot": response.context["adminform"].form["snapshot"].value()}
    save(admin, "1", again, email="mine@here.be")
    assert (customer("1").email, customer("1").name) == ("mine@here.be", "New name")


@pytest.mark.parametrize("snapshot", ["", "forged", None])
def test_a_form_without_what_was_seen_is_refused(admin: Client, snapshot: str | None) -> None:
    pulled(client_record(1), client_record(2))
    of_another = opened(admin, "2")["snapshot"]
    response = save(admin, "1", opened(admin, "1"), name="Mine", snapshot=of_another if snapshot is None else snapshot)
    assert "load the page again" in errors(response)["__all__"][0]
    assert customer("1").name == "Client 1"


def test_the_page_shows_both_sides_of_a_field_that_differs(admin: Client) -> None:
    rig = pulled()
    Customer.objects.filter(robaws_client_id="1").update(email="ours@x.be", city="Gent")
    rig.edit("1", email="theirs@x.be")
    rig.pull()
    page = admin.get(change_page("1"))
    shown = {each.column: (each.base, each.ours, each.theirs) for each in page.context["page"].differences}
    assert shown == {
        "email": ("info@client1.be", "ours@x.be", "theirs@x.be"),
        "city": ("Antwerpen", "Gent", "Antwerpen"),
    }
    assert page.context["page"].state.key == "conflict"
    assert b"theirs@x.be" in page.content


def test_a_customer_in_step_shows_no_difference_and_a_link_to_robaws(admin: Client) -> None:
    pulled(client_record(1, tel="03/206 45 67"))
    page = admin.get(change_page("1"))
    assert page.context["page"].differences == []
    assert "/#/objectRef/CLIENT:1" in page.content.decode()


def test_the_page_says_when_news_came_in_and_not_when_it_was_looked_at(admin: Client) -> None:
    rig = pulled()
    rig.clock.pass_(3600)
    before = customer("1").last_synced_at
    rig.pull("one", "1")
    assert customer("1").last_synced_at == before
    shown = admin.get(change_page("1")).content.decode()
    assert "Last news from Robaws" in shown
    assert "Last synced" not in shown
    assert "A sync that finds nothing new leaves it" in shown
    columns = admin.get(reverse("admin:customers_customer_columns")).content.decode()
    assert "Last news from Robaws" in columns
    exported = admin.get(reverse("admin:customers_customer_export", args=["csv"]))
    head = next(iter(exported)).decode()  # type: ignore[call-overload]
    assert "Last synced" in head


def test_a_new_customer_gets_an_id_of_our_own_and_waits_for_the_push(admin: Client) -> None:
    add = reverse("admin:customers_customer_add")
    assert admin.get(add).status_code == 200
    assert admin.post(add, {"name": "Fresh NV", "phone": "03 206 45 67", "is_active": "on"}).status_code == 302
    made = Customer.objects.get()
    assert (made.is_new, made.is_pending, made.phone) == (True, True, "+3232064567")
    assert admin.get(reverse("admin:customers_customer_change", args=[made.pk])).status_code == 200


def test_a_customer_with_intakes_is_not_deleted(admin: Client) -> None:
    pulled()
    Intake.objects.create(robaws_client_id="1")
    delete = reverse("admin:customers_customer_delete", args=[customer("1").pk])
    assert "1 customer has intakes and can&#x27;t be deleted" in admin.get(delete).content.decode()
    admin.post(delete, {"confirmed": "1", "where": "here"})
    assert Customer.objects.exists()


def test_whoever_deletes_a_customer_is_told_what_is_undecided_and_unsent(admin: Client) -> None:
    rig = pulled(client_record(1), client_record(2))
    for each in ("1", "2"):
        edit_here(each, email="ours@x.be")
    rig.edit("1", email="theirs@x.be")
    rig.pull()
    asked = {each: admin.get(f"{change_page(each)[:-7]}delete/").content.decode() for each in ("1", "2")}
    assert "1 conflict is open: it goes with its customer, undecided." in asked["1"]
    assert "conflict is open" not in asked["2"]
    assert all("1 customer holds edits that Robaws has not got: they are lost." in each for each in asked.values())
    rig.policy = "robaws"
    rig.pull("full")
    assert "they are lost" not in admin.get(f"{change_page('1')[:-7]}delete/").content.decode()


def test_a_customer_without_intakes_is_deleted_with_its_conflicts_and_stays_away(admin: Client) -> None:
    rig = pulled()
    Conflict.objects.create(customer=customer("1"), field="name", since=rig.clock.now())
    admin.post(reverse("admin:customers_customer_delete", args=[customer("1").pk]), {"confirmed": "1", "where": "here"})
    rig.pull("full")
    assert not Customer.objects.exists()


def test_the_form_knows_every_synced_field(admin: Client) -> None:
    pulled()
    assert set(COLUMNS) <= set(admin.get(change_page("1")).context["adminform"].form.fields)


# --- intakes -------------------------------------------------------------------------------------------


def test_the_customer_select_answers_with_what_the_form_fills_in(admin: Client) -> None:
    pulled(client_record(1, name="Aeon Shipping LLC"), client_record(2, name="Other"))
    answer = admin.get(reverse("admin:customers_customer_select"), {"term": "aeon"}).json()
    assert answer["results"] == [
        {
            "id": "1",
            "text": "Aeon Shipping LLC (FORWARDER) – Antwerpen",
            "name": "Aeon Shipping LLC",
            "email": "info@client1.be",
            "phone": "",
            "warning": "",
        }
    ]


def test_the_customer_select_warns_of_the_blacklisted_and_the_inactive(admin: Client) -> None:
    blacklisted = {"Role": {"stringValue": "BLACKLISTED"}}
    pulled(client_record(1, extraFields=blacklisted), client_record(2, isActive=False))
    results = admin.get(reverse("admin:customers_customer_select")).json()["results"]
    assert [each["warning"] for each in results] == ["Client 1 is BLACKLISTED.", "Client 2 is inactive."]


def test_the_customer_select_gives_fifty_and_says_that_there_are_more(admin: Client) -> None:
    pulled(*(client_record(n) for n in range(1, 53)))
    answer = admin.get(reverse("admin:customers_customer_select"), {"term": "client"}).json()
    assert (len(answer["results"]), answer["pagination"]["more"]) == (50, True)


def new_intake(browser: Client, **typed: str) -> Any:
    posted = {"robaws_client_id": "1", "status": "pending", "priority": "normal", **typed}
    return browser.post(reverse("admin:intakes_intake_add"), posted, follow=True)


def test_an_intake_takes_empty_contact_fields_from_its_customer_and_keeps_typed_ones(admin: Client) -> None:
    pulled()
    new_intake(admin, contact_email="typed@x.be")
    made = Intake.objects.get()
    assert (made.customer_name, made.contact_email) == ("Client 1", "typed@x.be")
    assert b"Client 1" in admin.get(reverse("admin:intakes_intake_change", args=[made.pk])).content


def test_an_intake_for_a_blacklisted_customer_warns(admin: Client) -> None:
    pulled(client_record(1, extraFields={"Role": {"stringValue": "BLACKLISTED"}}))
    assert "Client 1 is BLACKLISTED." in new_intake(admin).content.decode()


def test_an_intake_for_nobody_we_know_is_refused(admin: Client) -> None:
    response = new_intake(admin)
    assert "No customer has the client id 1" in response.content.decode()
    assert not Intake.objects.exists()
