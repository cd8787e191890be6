"""Faults that a random history found in what was sent, and perhaps was not: whose value is it that Robaws shows?"""

from unittest import mock

import pytest

from bconnect.customers.models import Customer
from bconnect.sync.forget import forget
from bconnect.sync.models import Conflict, QuarantinedRecord, SentEdit
from bconnect.sync.pending import TooManyEditsError
from robaws.errors import QuotaSpent
from tests.integration.merging_rig import active
from tests.integration.regressions_rig import created_with_a_lost_answer
from tests.integration.rig import Rig, customer, edit_here

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    rig = Rig([active(1), active(2), active(3)], patch_forms={"json", "merge"})
    rig.pull("full")
    return rig


def test_what_a_colleague_types_is_theirs_where_robaws_refused_to_take_the_same_from_us(rig):
    """The test of our JSON Patch had failed, so nothing of it was made."""
    edit_here("1", city="Brugge")

    def meanwhile() -> None:
        edit_here("1", city="Aalst")
        rig.edit("1", address={"city": "Brugge"})

    rig.before_patch(meanwhile)
    rig.push()
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.ours, conflict.theirs, rig.remote("1")["address"]["city"]) == ("Aalst", "Brugge", "Brugge")


def a_colleague_types_the_same_and_it_is_theirs(rig: Rig) -> None:
    edit_here("1", city="Aalst")
    rig.edit("1", address={"city": "Brugge"})
    rig.pull()
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.ours, conflict.theirs) == ("Aalst", "Brugge")


def test_what_a_colleague_types_is_theirs_where_robaws_takes_no_patch_of_ours(rig):
    edit_here("1", city="Brugge")
    rig.answer_instead("PATCH", "/api/v2/clients/1", 415)
    rig.push()
    rig.answer_as_before()
    a_colleague_types_the_same_and_it_is_theirs(rig)


def test_what_a_colleague_types_is_theirs_where_the_day_was_spent_before_ours_was_sent(rig):
    edit_here("1", city="Brugge")
    spent = QuotaSpent(mode="live", remaining=0, reserve=500)
    unsent = mock.patch("bconnect.sync.patching.RobawsClient.patch_client", side_effect=spent)
    with unsent, pytest.raises(QuotaSpent):
        rig.push()
    a_colleague_types_the_same_and_it_is_theirs(rig)


def test_a_creation_that_may_have_become_a_client_nobody_can_read_waits(rig):
    new, made = created_with_a_lost_answer(rig)
    Customer.objects.filter(robaws_client_id=made).delete()
    unreadable = {**rig.remote(made), "name": None}
    rig.answer_once_with("GET", "/api/v2/clients", {"items": [unreadable], "totalItems": 1}, lambda: None)
    rig.pull()
    assert [each.robaws_client_id for each in QuarantinedRecord.objects.all()] == [made]
    tally = rig.push(allow_twins=True)
    assert "not all new clients could be read: mend those in quarantine" in tally.failures[0].reason
    rig.pull()
    rig.push(allow_twins=True)
    new.refresh_from_db()
    assert (new.robaws_client_id, len(rig.tenant.clients)) == (made, 4)


@pytest.mark.parametrize("sent", ["arrived", "was written over"])
def test_what_a_colleague_types_is_theirs_though_we_had_sent_the_same_once(rig, sent):
    """The answer to that had got lost. Robaws showed what became of it since, so it is under way no more."""
    edit_here("1", city="Gent")
    rig.faults("reset-after@PATCH:1", *[f"500@GET,#{number}" for number in range(2, 7)])
    rig.push()
    rig.faults()
    if sent == "arrived":
        rig.pull()
    rig.policy = "robaws"
    for city in ("Aalst", "Gent"):
        rig.clock.pass_(60)
        rig.edit("1", address={"city": city})
        rig.pull()
        assert customer("1").city == city
    rig.push()
    assert rig.remote("1")["address"]["city"] == "Gent"
    assert not Customer.objects.filter(is_pending=True).exists()


def test_a_customer_that_is_deleted_while_it_becomes_a_client_does_not_come_back(rig):
    new = Customer.objects.create(name="Nieuw NV", email="a@nieuw.be")
    made = active(4, name="Nieuw NV", email="a@nieuw.be")

    def meanwhile() -> None:
        forget(new, who="me", now=rig.clock.now())
        rig.tenant.add(made)

    rig.answer_once_with("POST", "/api/v2/clients", made, meanwhile)
    tally = rig.push(allow_twins=True)
    assert "it was deleted here while it became client 4 in Robaws" in tally.failures[0].reason
    rig.pull("full")
    assert set(Customer.objects.values_list("robaws_client_id", flat=True)) == {"1", "2", "3"}


def taken_back_after_a_lost_answer(rig: Rig, fault: str = "reset-after@PATCH") -> str:
    """The city that stood there before and stands here again; "Brugge" was sent, and nobody heard what became of it."""
    before: str = customer("1").city
    edit_here("1", city="Brugge")
    rig.faults(fault)
    rig.push()
    rig.faults()
    edit_here("1", city=before)
    return before


@pytest.mark.parametrize("has_arrived", [True, False])
def test_an_edit_that_is_taken_back_after_its_answer_was_lost_stays_taken_back(rig, has_arrived):
    """Found as 11503848: nothing was pending, so what was under way was forgotten, and counted as a colleague's."""
    before = taken_back_after_a_lost_answer(rig, "reset-after@PATCH" if has_arrived else "reset@PATCH")
    assert rig.remote("1")["address"]["city"] == ("Brugge" if has_arrived else before)
    rig.push()
    rig.pull()
    assert (customer("1").city, rig.remote("1")["address"]["city"]) == (before, before)
    assert not SentEdit.objects.exists()
    a_colleague_types_the_same_and_it_is_theirs(rig)


def test_a_client_that_is_gone_is_no_failure_where_only_its_last_write_is_looked_up(rig):
    taken_back_after_a_lost_answer(rig)
    rig.tenant.remove("1")
    assert rig.push().errors == 0
    rig.clock.pass_(1)
    rig.pull("full")
    requests = rig.tenant.stats.requests
    rig.push()
    assert rig.tenant.stats.requests == requests


def test_what_was_sent_stays_ours_until_somebody_has_seen_it_also_where_more_is_sent_meanwhile(rig):
    """Found as 11503927: the next push, which read the client without its custom fields, put its own in the place."""
    before = customer("1").role
    edit_here("1", role="BROKER", currency="USD")
    rig.faults("reset-after@PATCH")
    rig.push()
    edit_here("1", role=before, mobile="+32475123456")
    rig.faults("no-extra-fields@GET")
    rig.push()
    rig.faults()
    edit_here("1", role="RORO")
    rig.push()
    assert not Conflict.objects.exists()
    assert rig.remote("1")["extraFields"]["Role"]["stringValue"] == "RORO"


def test_who_is_looked_at_may_turn_out_to_be_sent_and_counts_among_the_many(rig):
    """Found as 13000111."""
    taken_back_after_a_lost_answer(rig)
    edit_here("2", city="Gent")
    with mock.patch("bconnect.sync.pending.COUNT_ALLOWED", 1), pytest.raises(TooManyEditsError):
        rig.push()
    assert rig.remote("2")["address"]["city"] != "Gent"


def test_a_role_that_never_arrived_and_was_taken_back_is_looked_up_once():
    """Robaws' custom fields are shown, and no role among them: then there is none to wait for."""
    rig = Rig([active(1, extraFields={"Sector": {"stringValue": "sector 1"}})], patch_forms={"json"})
    rig.pull("full")
    edit_here("1", role="BROKER")
    rig.faults("reset@PATCH")
    rig.push()
    rig.faults()
    edit_here("1", role=None)
    rig.push()
    assert not SentEdit.objects.exists()
