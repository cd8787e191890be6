"""The push as a whole, against a tenant in memory, on both databases."""

import pytest
from django.core.management import call_command
from django.db import connection

from bconnect.customers.models import Customer
from bconnect.sync.models import Change, ParkedEdit, SyncRun
from bconnect.sync.pending import TooManyEditsError
from bconnect.sync.push_tally import RobawsDownError
from tests.integration.push_rig import five, rest
from tests.integration.rig import Rig, client_record, customer, edit_here

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return five()


# --- only what changed travels -----------------------------------------------------------------------


def test_nothing_pending_means_no_request(rig):
    tally = rig.push()
    assert (tally.pushed, rig.requests) == (0, 0)


def test_an_edit_is_sent_once_and_alone(rig):
    edit_here("1", city="Gent")
    assert (rig.push().pushed, rig.requests) == (1, 2)
    assert rig.remote("1")["address"]["city"] == "Gent"
    assert rig.remote("1")["address"]["addressLine1"] == "Kerkstraat 1"
    assert not customer("1").is_pending
    assert customer("1").last_pushed_to_robaws_at == rig.clock.now()
    assert customer("2").last_pushed_to_robaws_at is None
    assert (rig.push().pushed, rig.requests) == (0, 0)


def test_an_edit_by_plain_sql_is_an_edit(rig):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE robaws_customers_cache SET email = 'new@client1.be' WHERE robaws_client_id = '1'")
    rig.push()
    assert rig.remote("1")["email"] == "new@client1.be"


EDITS = [
    ("name", "Other name", ("name",), "Other name"),
    ("role", "BROKER", ("extraFields", "Role", "stringValue"), "BROKER"),
    ("role", None, ("extraFields", "Role", "stringValue"), None),
    ("email", "New@Client.be", ("email",), "new@client.be"),
    ("email", None, ("email",), None),
    ("phone", "03 206 45 67", ("tel",), "+3232064567"),
    ("mobile", "0475 12 34 56", ("gsm",), "+32475123456"),
    ("street", "Meir", ("address", "addressLine1"), "Meir 1"),
    ("street_number", "5 bus 2", ("address", "addressLine1"), "Kerkstraat 5 bus 2"),
    ("address", "Meir 7\nbus 3", ("address", "addressLine2"), "bus 3"),
    ("city", None, ("address", "city"), None),
    ("postal_code", "9000", ("address", "postalCode"), "9000"),
    ("country", "Nederland", ("address", "country"), "Netherlands"),
    ("country_code", "NL", ("address", "country"), "Netherlands"),
    ("vat_number", "BE 0403.019.261", ("vatNumber",), "BE0403019261"),
    ("website", "www.client.be", ("website",), "www.client.be"),
    ("language", "fr", ("language",), "fr"),
    ("currency", "USD", ("currency",), "USD"),
    ("client_type", "individual", ("clientType",), "individual"),
]


@pytest.mark.parametrize(("column", "value", "path", "expected"), EDITS)
def test_every_field_arrives_and_then_both_sides_rest(rig, column, value, path, expected):
    edit_here("1", **{column: value})
    assert rig.push().pushed == 1
    held = rig.remote("1")
    for key in path:
        held = held[key]
    assert held == expected
    rest(rig)


def test_is_active_travels_both_ways_where_robaws_knows_it():
    rig = Rig([client_record(n, isActive=True) for n in (1, 2)])
    rig.pull("full")
    edit_here("1", is_active=False)
    rig.edit("2", isActive=False)
    rig.push()
    rig.pull()
    assert rig.remote("1")["isActive"] is False
    assert customer("2").is_active is False
    rest(rig)


def test_a_normalised_spelling_is_never_sent():
    rig = Rig([client_record(1, tel="03/206.45.67", vatNumber="BE 0403.019.261", email="INFO@Client.BE")])
    rig.pull("full")
    edit_here("1", phone="0032 3 206 45 67", vat_number="0403.019.261", country="Belgique")
    tally = rig.push()
    assert (tally.pushed, tally.unchanged, rig.requests) == (0, 1, 0)
    assert not customer("1").is_pending
    rest(rig)


def test_the_address_goes_back_in_the_shape_it_came_in():
    rig = Rig(
        [client_record(1, address={"street": "Kerkstraat", "streetNumber": "1", "city": "Gent", "country": "BE"})]
    )
    rig.pull("full")
    edit_here("1", street_number="12", country="France")
    rig.push()
    assert rig.remote("1")["address"]["streetNumber"] == "12"
    assert rig.remote("1")["address"]["street"] == "Kerkstraat"
    assert rig.remote("1")["address"]["country"] == "FR"
    assert rig.remote("1")["address"].get("addressLine1") is None


# --- the tenant's habits -----------------------------------------------------------------------------


@pytest.mark.parametrize("forms", [{"json"}, {"merge"}, {"plain"}, {"merge", "plain"}, {"json", "merge", "plain"}])
def test_every_form_of_patch_is_found_and_remembered(forms):
    rig = Rig([client_record(n) for n in range(1, 4)], patch_forms=forms)
    rig.pull("full")
    for n in ("1", "2", "3"):
        edit_here(n, city="Gent", role="BROKER")
    assert rig.push().pushed == 3
    assert rig.requests <= 2 * 3 + 2
    for n in ("1", "2", "3"):
        assert rig.remote(n)["address"] == {**client_record(int(n))["address"], "city": "Gent"} | {
            key: rig.remote(n)["address"][key] for key in ("latitude", "longitude") if key in rig.remote(n)["address"]
        }
        assert rig.remote(n)["extraFields"]["Role"]["stringValue"] == "BROKER"
    edit_here("1", city="Aalst")
    rig.push()
    assert rig.requests == 2
    rest(rig)


# --- refusals and bad weather ------------------------------------------------------------------------


def test_a_refusal_parks_the_customer_with_robaws_words(rig):
    edit_here("1", email="new@client.be")
    edit_here("2", city="Gent")
    rig.faults("400@PATCH,/api/v2/clients/1")
    tally = rig.push()
    assert (tally.pushed, tally.errors) == (1, 1)
    assert "400" in ParkedEdit.objects.get().reason
    assert customer("1").is_pending
    assert (rig.push().errors, rig.requests) == (1, 0), "the same edit is not refused twice"
    rig.faults()
    edit_here("1", email="other@client.be")
    assert rig.push().pushed == 1
    assert not ParkedEdit.objects.exists()


@pytest.mark.parametrize(
    "fault",
    [
        "reset-after@PATCH:1",
        "500-after@PATCH:1",
        "html-after@PATCH:1",
        "hang-after@PATCH:1",
        "reset@PATCH:1",
        "cut@PATCH:1",
    ],
)
def test_a_lost_answer_to_a_patch_loses_and_doubles_nothing(rig, fault):
    edit_here("1", city="Gent")
    rig.faults(fault)
    rig.push()
    rig.faults()
    rig.push()
    assert rig.remote("1")["address"]["city"] == "Gent"
    assert not customer("1").is_pending
    rest(rig)


def test_a_run_stops_when_robaws_is_down(rig):
    rig = Rig([client_record(n) for n in range(1, 31)])
    rig.pull("full")
    Customer.objects.update(city="Gent")
    rig.faults("500@GET")
    with pytest.raises(RobawsDownError):
        rig.push(yes_all=True)
    assert SyncRun.objects.filter(kind="push").get().status == SyncRun.Status.INTERRUPTED


def test_very_many_pending_rows_stop_before_the_first_write():
    rig = Rig([client_record(n) for n in range(1, 101)])
    rig.pull("full")
    Customer.objects.update(role="BLACKLISTED")
    with pytest.raises(TooManyEditsError, match="100 of 100"):
        rig.push()
    assert rig.writes() == 0
    assert rig.push(yes_all=True).pushed == 100


def test_a_few_of_very_many_pending_rows_may_be_sent():
    rig = Rig([client_record(n) for n in range(1, 101)])
    rig.pull("full")
    Customer.objects.update(role="BLACKLISTED")
    assert rig.push(limit=50).pushed == 50
    Customer.objects.update(role="POV")
    with pytest.raises(TooManyEditsError, match="100 of 100"):
        rig.push(limit=51)


def test_limit_and_client_id_send_no_more_than_asked(rig):
    for n in range(1, 6):
        edit_here(str(n), city="Gent")
    assert rig.push(limit=2).pushed == 2
    assert rig.push(client_id="5").pushed == 1
    assert Customer.objects.pending().count() == 2


def test_what_was_sent_is_remembered(rig):
    edit_here("1", city="Gent")
    rig.push()
    change = Change.objects.get()
    assert (change.field, change.old, change.new, change.source) == ("city", "Antwerpen", "Gent", "bconnect")


@pytest.mark.parametrize("more", [(), ("--json",), ("--dry-run",)])
def test_a_push_of_a_customer_that_is_not_here_says_so(capsys, more):
    with pytest.raises(SystemExit) as caught:
        call_command("sync_customers", "--push", "--client-id", "123456789", *more)
    assert caught.value.code == 3
    assert capsys.readouterr() == ("", "bconnect: there is no customer 123456789 here\n")
