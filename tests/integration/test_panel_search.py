"""Finding a customer, on both databases: case and accents don't count, numbers are found however they are written."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from bconnect.customers.models import Customer
from bconnect.panel import search
from bconnect.sync.models import Redirect
from tests.integration.people import browser as browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_count_left_over")]

CUSTOMERS = (
    ("1", "Müller & Söhne", "info@muller.de", "+4930123456", "DE123456789", "Köln"),
    ("2", "MULLER BV", None, "+32475123456", "BE0123456749", "Antwerpen"),
    ("3", "Transports Léon", "leon@transports.fr", "0473/ 52.52-30", None, "Liège"),
    ("4", "ÉCLAIR SPRL", None, None, None, "Saint-Étienne"),
    ("5", "100% Cars_*?[x]", None, None, None, "O'Hara \\ Sons"),
    ("6", "Ægir Shipping ŁÓDŹ", None, None, None, "Łódź"),
)


@pytest.fixture(autouse=True)
def customers() -> None:
    columns = ("robaws_client_id", "name", "email", "phone", "vat_number", "city")
    for values in CUSTOMERS:
        Customer.objects.create(**dict(zip(columns, values, strict=True)))


def found(term: str) -> list[str]:
    listed = search.matching(Customer.objects.all(), term).best_first()
    return list(listed.values_list("robaws_client_id", flat=True))


@pytest.mark.parametrize(
    ("term", "ids"),
    [
        ("muller", {"1", "2"}),
        ("MÜLLER", {"1", "2"}),
        ("söhne müll", {"1"}),
        ("leon", {"3"}),
        ("liege", {"3"}),
        ("eclair", {"4"}),
        ("éclair", {"4"}),
        ("saint-etienne", {"4"}),
        ("aegir", set()),
        ("agir", {"6"}),
        ("lodz", {"6"}),
        ("łódź", {"6"}),
        ("0475 12", {"2"}),
        ("+32 (0)475/12.34.56", {"2"}),
        ("00 32 475 12", {"2"}),
        ("0473 52 52", {"3"}),
        ("BE 0123.456.749", {"2"}),
        ("be0123", {"2"}),
        ("@muller.de", {"1"}),
        ("100%", {"5"}),
        ("cars_*", {"5"}),
        ("?[x]", {"5"}),
        ("o'hara \\", {"5"}),
        ("%", set()),
        ("__", set()),
        ("nobody", set()),
        ("mu", {"1", "2"}),
        ("4", {"4"}),
    ],
)
def test_a_customer_is_found(term: str, ids: set[str]) -> None:
    assert set(found(term)) == ids


def test_names_that_begin_with_the_term_come_first() -> None:
    Customer.objects.create(robaws_client_id="7", name="Aannemer Léon")
    Customer.objects.create(robaws_client_id="8", name="Zwart", email="leon@zwart.be")
    Customer.objects.create(robaws_client_id="9", name="Leonard")
    assert found("leon") == ["9", "7", "3", "8"]


def test_an_edit_by_any_way_is_found_at_once() -> None:
    Customer.objects.filter(robaws_client_id="4").update(name="Tonnerre", phone="04 75 99 88 77")
    assert found("tonnerre") == ["4"]
    assert found("0475998877") == ["4"]
    assert found("eclair") == []


def test_more_hits_than_anybody_reads_are_cut_in_the_list_and_not_in_an_export() -> None:
    Customer.objects.bulk_create(
        Customer(robaws_client_id=f"many{number}", name=f"Many {number}") for number in range(search.MOST + 5)
    )
    cut, whole = (search.matching(Customer.objects.all(), "many", most) for most in (search.MOST, None))
    assert (cut.customers.count(), cut.is_cut) == (search.MOST, True)
    assert (whole.customers.count(), whole.is_cut) == (search.MOST + 5, False)


def make_many(number: int) -> None:
    Customer.objects.bulk_create(
        Customer(robaws_client_id=f"m{each}", name=f"Firm {each}", email=f"info@{each}.be") for each in range(number)
    )


def test_the_best_of_more_than_are_listed_are_listed_however_late_they_came() -> None:
    make_many(search.MOST + 20)
    Customer.objects.create(robaws_client_id="late", name="Info Logistics BV")
    assert found("info")[0] == "late"
    Customer.objects.create(robaws_client_id="info", name="Zzz")
    assert found("info")[:2] == ["info", "late"]
    assert len(found("info")) == search.MOST


@pytest.mark.parametrize("term", ["info", "a name of more than twenty-four letters", "x" * 22 + "%y"])
def test_beginnings_have_an_index_of_their_own_on_postgresql(term: str) -> None:
    Customer.objects.create(robaws_client_id="7", name=f"{term} & Co")
    Customer.objects.create(robaws_client_id="8", name=f"The {term}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    begins = Customer.objects.filter(search_text__begins=term)
    assert [each.robaws_client_id for each in begins] == ["7"]
    if connection.vendor == "postgresql":
        assert "customers_beginnings" in begins.order_by().explain()


def test_the_list_says_that_there_are_more_and_what_to_do() -> None:
    make_many(search.MOST + 1)
    browser, address = browser_of("superuser"), reverse("admin:customers_customer_changelist")
    html = browser.get(address + "?q=firm").content.decode()
    assert re.search(r"500\+\s+customers", html)
    assert "type more, or use a filter" in html
    exactly = browser.get(address + "?q=m499").content.decode()
    assert "500+" not in exactly
    assert "type more" not in exactly


@pytest.mark.parametrize("term", ["bv", "BV", "NV", "bv nv"])
def test_a_word_of_two_letters_is_found_where_it_stands_alone(term: str) -> None:
    Customer.objects.create(robaws_client_id="7", name="Peeters BV (ex NV)", city="Gent")
    Customer.objects.create(robaws_client_id="8", name="Abvv Unvoll", city="Gent")
    assert "7" in found(term)
    assert "8" not in found(term)


@pytest.mark.parametrize("written", ["O'Brien", "O’Brien", "O‘Brien", "O´Brien"])
@pytest.mark.parametrize("term", ["o'brien", "O’Brien", "o‘brien transp", "O´BRI"])
def test_every_apostrophe_finds_every_other(written: str, term: str) -> None:
    Customer.objects.create(robaws_client_id="7", name=f"{written} Transport")
    Customer.objects.create(robaws_client_id="8", name=f"Müller & {written} Transport")
    assert found(term) == ["7", "8"]


@pytest.mark.parametrize("term", ["+32", "+32 4", "04", "0475", "00 324"])
def test_few_digits_are_looked_for_where_a_phone_number_begins(term: str) -> None:
    assert found(term) == ["2"]


def test_whom_an_id_means_comes_first() -> None:
    Customer.objects.create(robaws_client_id="7", name="Aaa", phone="+32475004004")
    Customer.objects.create(robaws_client_id="400", name="Zzz")
    Customer.objects.create(robaws_client_id="8", name="400 Bv")
    assert found("400") == ["400", "8", "7"]
    answer = browser_of("superuser").get(reverse("admin:customers_customer_select") + "?term=400").json()
    assert [each["id"] for each in answer["results"]] == ["400", "8", "7"]


def test_an_id_that_was_merged_away_finds_whom_it_was_merged_into() -> None:
    Redirect.objects.create(robaws_client_id="991", customer=Customer.objects.get(robaws_client_id="3"))
    assert found("991") == ["3"]
    assert [each.name for each in search.matching(Customer.objects.all(), "991", None).customers] == [CUSTOMERS[2][1]]


def test_a_search_without_a_hit_says_how_it_looks() -> None:
    html = browser_of("superuser").get(reverse("admin:customers_customer_changelist") + "?q=xq").content.decode()
    assert "One or two letters are found only as a word of their own" in html
