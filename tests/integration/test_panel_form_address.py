"""The customer form and what says one thing: a country's name and code, a line's street, number and address."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bconnect.customers.models import Customer
from bconnect.sync.models import Change
from bconnect.sync.preview import Previewer
from bconnect.sync.preview_report import preview_summary
from bconnect.sync.reconcile import Policy
from tests.integration.panel_rig import page_of
from tests.integration.people import browser as browser_of
from tests.integration.rig import Rig, client_record, customer, edit_here, pulled
from tests.integration.test_panel_form import errors, opened, save

pytestmark = pytest.mark.django_db

BELGIUM = {"addressLine1": "Kerkstraat 1", "city": "Gent", "country": "Belgium", "countryCode": "BE"}
APART = {"street": "Kerkstraat", "streetNumber": "1", "city": "Gent", "country": "Belgium"}


@pytest.fixture
def admin() -> Client:
    return browser_of("superuser")


def in_belgium(**address: Any) -> Rig:
    return pulled(client_record(1, address=BELGIUM | address))


def country_of(client_id: str = "1") -> tuple[str | None, str | None]:
    found = customer(client_id)
    return found.country, found.country_code


@pytest.mark.parametrize(
    ("typed", "column", "word"),
    [
        ({"country_code": "ZZ"}, "country_code", "No country has this code"),
        ({"country": "Atlantis"}, "country", "No country of this name"),
        ({"country": "Frankrijk", "country_code": "ZZ"}, "country_code", "No country has this code"),
        ({"country": "Frankrijk", "country_code": "NL"}, "country_code", "two countries"),
    ],
)
def test_a_country_that_is_none_is_refused_and_nothing_is_cleared(
    admin: Client, typed: dict[str, str], column: str, word: str
) -> None:
    in_belgium()
    response = save(admin, "1", opened(admin, "1"), **typed)
    assert word in errors(response)[column][0]
    assert set(errors(response)) == {column}
    assert (country_of(), customer("1").is_pending) == (("Belgium", "BE"), False)


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ({"country_code": "fr"}, ("France", "FR")),
        ({"country": "Frankrijk"}, ("France", "FR")),
        ({"country": "Frankrijk", "country_code": ""}, ("France", "FR")),
        ({"country": "", "country_code": "FR"}, ("France", "FR")),
        ({"country": "Nederland", "country_code": "nl"}, ("Netherlands", "NL")),
        ({"country": ""}, (None, None)),
    ],
)
def test_the_other_half_of_a_country_follows(admin: Client, typed: dict[str, str], country: tuple[str, str]) -> None:
    in_belgium()
    assert save(admin, "1", opened(admin, "1"), **typed).status_code == 302
    assert country_of() == country


def test_a_country_that_robaws_holds_is_not_complained_about_and_can_be_taken_back(admin: Client) -> None:
    in_belgium(country="Atlantis", countryCode=None)
    assert save(admin, "1", opened(admin, "1"), name="Better").status_code == 302
    assert save(admin, "1", opened(admin, "1"), country="Frankrijk").status_code == 302
    assert country_of() == ("France", "FR")
    assert save(admin, "1", opened(admin, "1"), country="Atlantis").status_code == 302
    assert country_of() == ("Atlantis", None)


def test_a_name_and_a_code_that_contradict_each_other_in_robaws_are_not_complained_about(admin: Client) -> None:
    in_belgium(countryCode="NL")
    assert save(admin, "1", opened(admin, "1"), city="Aalst").status_code == 302
    assert country_of() == ("Belgium", "NL")


def line_of(client_id: str = "1") -> tuple[str | None, str | None, str | None]:
    found = customer(client_id)
    return found.address, found.street, found.street_number


@pytest.mark.parametrize("address", [BELGIUM, APART], ids=["a line", "street apart"])
@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ({"street": "Newstreet", "address": "Other street 99"}, ("Newstreet 1", "Newstreet", "1")),
        ({"street_number": "7"}, ("Kerkstraat 7", "Kerkstraat", "7")),
        ({"address": "Meir 5"}, ("Meir 5", "Meir", "5")),
        ({"street": "Meir", "street_number": "5", "address": "Meir 5"}, ("Meir 5", "Meir", "5")),
    ],
)
def test_a_saved_address_says_what_robaws_will_say(
    admin: Client, address: dict[str, str], typed: dict[str, str], line: tuple[str, str, str]
) -> None:
    rig = pulled(client_record(1, address=address))
    assert save(admin, "1", opened(admin, "1"), **typed).status_code == 302
    assert line_of() == line
    assert rig.push().pushed == 1
    assert (line_of(), customer("1").is_pending) == (line, False)


def test_the_second_line_of_an_address_stays_where_its_street_is_typed(admin: Client) -> None:
    rig = in_belgium(addressLine2="hal B")
    save(admin, "1", opened(admin, "1"), street="Meir", address="Kerkstraat 1\r\nhal C")
    assert customer("1").address == "Meir 1\nhal C"
    rig.push()
    assert (rig.remote("1")["address"]["addressLine1"], rig.remote("1")["address"]["addressLine2"]) == (
        "Meir 1",
        "hal C",
    )


def test_what_follows_is_told_apart_from_an_edit_that_comes_after(admin: Client) -> None:
    rig = in_belgium()
    save(admin, "1", opened(admin, "1"), address="Meir 5")
    sources = dict(Change.objects.values_list("field", "source"))
    assert sources == {"address": "edited", "street": "followed", "street_number": "followed"}
    edit_here("1", address="Langestraat 8")
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Langestraat 8"
    assert line_of() == ("Langestraat 8", "Langestraat", "8")


def test_a_street_that_robaws_has_no_place_for_does_not_follow(admin: Client) -> None:
    pulled(client_record(1, address="Kerkstraat 1, Gent"))
    save(admin, "1", opened(admin, "1"), address="Meir 5, Gent")
    assert line_of() == ("Meir 5, Gent", None, None)


def test_a_new_customer_has_one_address_and_one_country(admin: Client) -> None:
    typed = {"street": "Meir", "street_number": "5", "address": "Langestraat 8", "country": "Frankrijk"}
    add = reverse("admin:customers_customer_add")
    assert admin.post(add, {"name": "Fresh NV", "is_active": "on", **typed}).status_code == 302
    new = Customer.objects.get().robaws_client_id
    assert line_of(new) == ("Meir 5", "Meir", "5")
    assert country_of(new) == ("France", "FR")
    assert set(Change.objects.filter(source="followed").values_list("field", flat=True)) == {"address", "country_code"}


def promised(browser: Client, client_id: str = "1") -> dict[str, str]:
    """What the question before a push says that will be sent, by label."""
    question = browser.get(page_of(client_id, "push")).context["question"]
    return {row[0]: row[2] for row in question.table.rows} if question.table else {}


def test_before_a_push_the_page_promises_what_is_sent(admin: Client) -> None:
    rig = in_belgium()
    edit_here("1", street="Newstreet", address="Other street 99", city="Aalst")
    assert promised(admin) == {"Street": "Newstreet", "Address": "Newstreet 1", "City": "Aalst"}
    rig.push()
    assert rig.remote("1")["address"] == BELGIUM | {"addressLine1": "Newstreet 1", "city": "Aalst"}


def test_before_a_push_the_page_says_what_is_held_back_and_why(admin: Client) -> None:
    in_belgium()
    edit_here("1", country_code="ZZ", city="Aalst")
    assert promised(admin) == {"City": "Aalst"}
    assert "Not sent: no country has the code ZZ" in admin.get(page_of("1", "push")).content.decode()


def test_before_a_push_the_page_leaves_out_what_waits_with_a_conflict(admin: Client) -> None:
    rig = in_belgium()
    edit_here("1", street="Meir", street_number="5", city="Aalst")
    rig.edit("1", address={"addressLine1": "Kerkstraat 9"})
    rig.pull()
    assert promised(admin) == {"City": "Aalst"}


def test_a_dry_run_of_a_push_shows_what_is_sent() -> None:
    rig = in_belgium()
    edit_here("1", street="Newstreet", address="Other street 99", country_code="ZZ")
    with rig.client() as client:
        preview = Previewer(client, rig.mapping, Policy()).push()
    assert {each.decision.field: each.decision.local for each in preview.differences} == {
        "address": "Newstreet 1",
        "street": "Newstreet",
    }
    assert [each.reason for each in preview.tally.failures] == ["no country has the code ZZ: write one that exists"]
    summary = preview_summary(preview, 1, 0.0)
    assert (summary["pushed"], summary["failed"], summary["unchanged"]) == (1, 1, 0)
