"""Faults that an examiner found where what we send does not read as it was written: it is neither refused nor doubled,
and takes nobody else's place."""

import pytest

from bconnect.customers.models import Customer, new_client_id
from bconnect.sync.models import Conflict, ParkedEdit
from tests.integration.merging_rig import values
from tests.integration.other_robaws import Habits
from tests.integration.push_rig import rest
from tests.integration.regressions_rig import rig_with
from tests.integration.rig import customer, edit_here, snapshot
from tests.integration.test_other_robaws import Rig as OtherRig
from tests.integration.test_other_robaws import rests

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("takes", [("json",), ("merge",), ("plain",)])
@pytest.mark.parametrize(
    ("edit", "members"),
    [({"city": "Gent"}, {"city": "Gent"}), ({"postal_code": "9000"}, {"postalCode": "9000"})],
)
def test_an_address_of_plain_text_is_not_replaced_by_a_city(takes, edit, members):
    rig = OtherRig(Habits(takes=takes))
    rig.robaws.edit("1", {"address": "Kerkstraat 5\nAchterhuis"})
    rig.pull("full")
    edit_here("1", **edit)
    rig.push()
    told = rig.robaws.clients["1"]
    assert told["address"] == "Kerkstraat 5\nAchterhuis"
    assert {key: told[key] for key in members} == members
    rests(rig)


@pytest.mark.parametrize("takes", [("json",), ("merge",)])
def test_a_country_beside_an_address_of_plain_text_leaves_it_alone(takes):
    rig = OtherRig(Habits(takes=takes))
    rig.robaws.edit("1", {"address": "Kerkstraat 5"})
    rig.pull("full")
    edit_here("1", country_code="NL")
    rig.push()
    assert rig.robaws.clients["1"]["address"] == "Kerkstraat 5"
    assert rig.robaws.clients["1"]["country"] in ("NL", "Netherlands")
    rests(rig)


@pytest.mark.parametrize("number", ["z/n", "s/n", "A", "bus 4", "1er étage", "Km 5", "12 A 3"])
def test_a_number_that_is_none_becomes_part_of_the_street_and_nobody_complains(number):
    rig = rig_with()
    street = customer("1").street
    edit_here("1", street_number=number)
    tally = rig.push()
    assert (tally.pushed, tally.errors) == (1, 0)
    assert rig.remote("1")["address"]["addressLine1"] == f"{street} {number}"
    assert " ".join(filter(None, values("1", "street", "street_number").values())) == f"{street} {number}"
    assert not ParkedEdit.objects.exists()
    rest(rig)
    assert not Conflict.objects.exists()
    assert not customer("1").is_pending


@pytest.mark.parametrize("fault", ["reset-after@PATCH:1", "500@PATCH"])
def test_an_odd_number_whose_answer_got_lost_is_no_conflict_with_ourselves(fault):
    rig = rig_with()
    edit_here("1", street_number="z/n")
    rig.faults(fault, *(f"500@GET,#{nth}" for nth in range(3, 9)))
    rig.push()
    rig.faults()
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Kerkstraat z/n"
    rest(rig)
    assert not Conflict.objects.exists()
    assert not customer("1").is_pending


def test_a_number_without_a_street_is_sent_once():
    rig = rig_with()
    rig.edit("1", address={"addressLine1": None})
    rig.pull("full")
    edit_here("1", street_number="5")
    assert rig.push().errors == 0
    edit_here("1", city="Gent")
    assert rig.push().errors == 0
    assert rig.remote("1")["address"]["addressLine1"] == "5"
    rest(rig)
    assert not Conflict.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"country": "Belgium", "country_code": "NL"},
        {"street": "Kerkstraat", "street_number": "z/n"},
        {"street_number": "5"},
    ],
    ids=["country", "no number", "number alone"],
)
def test_a_creation_without_an_answer_is_found_though_robaws_shows_it_otherwise(odd):
    rig = rig_with()
    Customer.objects.create(robaws_client_id=new_client_id(), name="New customer", email="new@new.be", **odd)
    rig.faults("reset-after@POST:1", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    rig.push()
    rig.faults()
    tally = rig.push()
    assert (tally.created, tally.errors) == (1, 0)
    assert sorted(rig.tenant.clients) == ["1", "2"]
    rest(rig)


def test_after_a_role_was_sent_to_a_tenant_with_a_list_of_fields_nothing_is_written_again():
    rig = OtherRig(Habits(custom_fields="list", takes=("merge",)))
    edit_here("1", role="BROKER")
    Customer.objects.create(robaws_client_id=new_client_id(), name="Made here", role="BROKER")
    assert rig.push().errors == 0
    before = snapshot()
    rig.pull("full")
    assert snapshot() == before


def test_a_value_that_is_too_long_for_our_column_arrives_whole():
    rig = OtherRig(Habits())
    long = f"www.client1.be/{'y' * 600}"
    edit_here("1", website=long)
    tally = rig.push()
    assert (tally.pushed, tally.errors) == (1, 0)
    assert rig.robaws.clients["1"]["website"] == long
    rests(rig)
    assert not Conflict.objects.exists()


@pytest.mark.parametrize(
    ("column", "member", "raw", "edit", "after"),
    [
        ("phone", "tel", "03 206 45 67 / 0475 22 33 44", "+3232064568", "+3232064568 / +32475223344"),
        ("phone", "tel", "03 206 45 67 / 0475 22 33 44", "+32475223344", "+32475223344"),
        ("email", "email", "a@b.be; books@b.be", "c@b.be", "c@b.be; books@b.be"),
        ("email", "email", "a@b.be; books@b.be", None, None),
    ],
)
def test_what_else_stands_in_a_field_stays_where_its_first_value_is_edited(column, member, raw, edit, after):
    rig = rig_with()
    rig.edit("1", **{member: raw})
    rig.pull("full")
    edit_here("1", **{column: edit})
    assert rig.push().errors == 0
    assert rig.remote("1")[member] == after
    assert getattr(customer("1"), column) == edit
    rest(rig)
