"""Finding a customer, on both databases: case and accents don't count, numbers are found however they are written."""

import pytest

from bconnect.customers.models import Customer
from bconnect.panel import search

pytestmark = pytest.mark.django_db

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
    listed = search.best_first(search.matching(Customer.objects.all(), term), term)
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
    assert search.matching(Customer.objects.all(), "many").count() == search.MOST
    assert search.matching(Customer.objects.all(), "many", None).count() == search.MOST + 5
