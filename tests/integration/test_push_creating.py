"""A customer made here becomes a client, once, whatever happens to the answer."""

import pytest

from bconnect.customers.models import Customer, new_client_id
from bconnect.intakes.models import Intake
from bconnect.sync.models import CreateIntent
from tests.integration.push_rig import five, rest
from tests.integration.rig import Rig, client_record, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return five()


def make(**columns) -> str:
    new_id = new_client_id()
    Customer.objects.create(robaws_client_id=new_id, **{"name": "New customer", **columns})
    return new_id


def test_a_new_customer_is_created_once_with_all_that_refers_to_it(rig):
    new_id = make(email="new@new.be", street="Meir", street_number="1", city="Antwerpen", country_code="BE", role="POV")
    Intake.objects.create(robaws_client_id=new_id)
    assert rig.push().created == 1
    held = rig.remote("6")
    assert (held["name"], held["email"], held["address"]["addressLine1"]) == ("New customer", "new@new.be", "Meir 1")
    assert held["extraFields"]["Role"]["stringValue"] == "POV"
    assert Intake.objects.get().robaws_client_id == "6"
    assert customer("6").is_pending is False
    assert not CreateIntent.objects.exists()
    rest(rig)
    assert Customer.objects.count() == 6


def test_a_twin_is_held_for_a_person(rig):
    new_id = make(email="info@client3.be")
    tally = rig.push()
    assert (tally.created, tally.errors) == (0, 1)
    assert "3 Client 3 (same e-mail)" in tally.failures[0].reason
    assert rig.writes() == 0
    assert rig.push(allow_twins=True).created == 1
    assert not Customer.objects.filter(robaws_client_id=new_id).exists()


def test_a_twin_that_appeared_in_robaws_since_the_last_pull_is_seen(rig):
    rig.clock.pass_(600)
    rig.tenant.add(client_record(77, email="new@new.be", updatedAt="2026-03-02T08:10:00.000Z"))
    make(email="new@new.be")
    assert rig.push().errors == 1
    assert rig.writes() == 0


@pytest.mark.parametrize(
    "fault",
    [
        "reset-after@POST:1",
        "500-after@POST:1",
        "html-after@POST:1",
        "hang-after@POST:1",
        "cut@POST:1",
        "no-body@POST:1",
    ],
)
def test_a_lost_answer_to_a_creation_never_makes_a_second_client(rig, fault):
    new_id = make(email="new@new.be")
    Intake.objects.create(robaws_client_id=new_id)
    rig.faults(fault)
    rig.push()
    rig.faults()
    rig.clock.pass_(60)
    rig.push()
    rig.pull("full")
    assert sorted(rig.tenant.clients) == ["1", "2", "3", "4", "5", "6"]
    assert Customer.objects.count() == 6
    assert Intake.objects.get().robaws_client_id == "6"
    rest(rig)


def test_a_creation_that_never_arrived_is_sent_again_by_the_next_run(rig):
    make(email="new@new.be")
    rig.faults("reset@POST:1")
    rig.push()
    assert len(rig.tenant.clients) == 5
    rig.faults()
    assert rig.push().created == 1
    assert len(rig.tenant.clients) == 6


def test_a_pull_that_brings_our_own_client_first_makes_no_second_row(rig):
    make(email="new@new.be")
    rig.faults("reset-after@POST:1", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    assert rig.push().errors == 1, "neither the answer nor the look for the client came through"
    rig.faults()
    rig.pull("full")
    assert Customer.objects.count() == 7, "our new row, and the pull's copy of the client it became"
    rig.push()
    assert Customer.objects.count() == 6
    assert len(rig.tenant.clients) == 6


def test_a_client_is_not_created_before_its_twins_are_known():
    rig = Rig([client_record(1)])
    make()
    tally = rig.push()
    assert "full sync" in tally.failures[0].reason
    assert rig.writes() == 0
