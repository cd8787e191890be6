"""Faults that a random history found where a merge takes an address over, or its undo puts one back: it goes as one."""

import pytest

from bconnect.customers.models import Customer
from bconnect.sync import merging, unmerge
from bconnect.sync.merge_plan import CannotMergeError
from bconnect.sync.models import Change, Conflict
from bconnect.sync.undo import undo
from tests.integration.merging_rig import DELETE, active, in_robaws, merge_here, values
from tests.integration.merging_rig import undo as undo_merge
from tests.integration.regressions_rig import NO_ADDRESS, one_without_an_address, undo_last_run
from tests.integration.rig import Rig, customer, edit_here

pytestmark = pytest.mark.django_db

LINE = ("street", "street_number", "address")


@pytest.fixture
def rig() -> Rig:
    return one_without_an_address()


@pytest.mark.parametrize("column", LINE)
def test_a_street_its_number_and_the_address_are_taken_from_one_customer(rig, column):
    merge_here(rig, "3", taken={column: "3"})
    assert values("1", *LINE) == {"street": "Kerkstraat", "street_number": "3", "address": "Kerkstraat 3"}


def test_a_country_and_its_code_are_taken_from_one_customer(rig):
    edit_here("3", country_code="NL")
    merge_here(rig, "3", taken={"country_code": "3"})
    rig.push()
    assert rig.remote("1")["address"]["country"] == "Netherlands"


def test_a_line_is_not_put_together_from_two(rig):
    edit_here("3", street="Meir", address="Meir 3")
    with pytest.raises(CannotMergeError, match="take all of them from one customer"):
        merging.preview("1", ["3"], {"street": "3", "address": "1"})


def test_of_alike_values_it_does_not_matter_whose_was_chosen(rig):
    rig.edit("3", address={"addressLine1": "Kerkstraat 1", "addressLine2": "hal B"})
    rig.pull()
    merge_here(rig, "3", taken={"street": "1", "street_number": "1", "address": "3"})
    assert customer("1").address == "Kerkstraat 1\nhal B"


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        ({"address": "Meir 12\nhal B"}, "Meir 12"),
        ({"street": "Meir"}, "Meir 1"),
        ({"street_number": "9"}, "Kerkstraat 9"),
    ],
)
def test_an_edit_of_the_address_that_is_taken_over_is_what_arrives(rig, edit, line):
    """It had not been pushed yet: the other columns still said what was before."""
    edit_here("1", **edit)
    merge_here(rig, "1", into="2")
    rig.push()
    assert rig.remote("2")["address"]["addressLine1"] == line


@pytest.mark.parametrize(("edit", "line"), [({"address": "Meir 12"}, "Meir 12"), ({"street": "Meir"}, "Meir 1")])
def test_an_edit_of_the_address_that_was_taken_over_is_what_arrives(rig, edit, line):
    merge_here(rig, "1", into="2")
    edit_here("2", **edit)
    rig.push()
    assert rig.remote("2")["address"]["addressLine1"] == line
    assert customer("2").address == line


def test_an_edit_of_the_country_that_was_taken_over_is_what_arrives(rig):
    merge_here(rig, "1", into="2")
    edit_here("2", country="Netherlands")
    rig.push()
    assert (rig.remote("2")["address"]["country"], customer("2").country_code) == ("Netherlands", "NL")


def test_an_edit_of_one_that_is_to_be_made_anew_is_what_arrives(rig):
    record = in_robaws(rig, merge_here(rig, "3", into="1", in_robaws=DELETE))
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    made_anew = Customer.objects.get(name="Client 3")
    Customer.objects.filter(pk=made_anew.pk).update(address="Meir 12")
    rig.push(allow_twins=True)
    made_anew.refresh_from_db()
    assert rig.remote(made_anew.robaws_client_id)["address"]["addressLine1"] == "Meir 12"


def test_an_address_that_was_edited_in_part_since_stays_when_the_merge_is_undone(rig):
    record = merge_here(rig, "1", into="2")
    edit_here("2", street_number="7")
    undone = undo_merge(rig, record)
    assert values("2", *LINE) == {"street": "Kerkstraat", "street_number": "7", "address": "Kerkstraat 7"}
    assert customer("2").city == "Antwerpen"
    assert any("city" in each for each in undone.left)


@pytest.mark.parametrize(("edit", "line"), [({"address": "Meir 12\nhal B"}, "Meir 12"), ({"street": "Meir"}, "Meir 1")])
def test_an_edit_of_the_address_that_another_one_replaced_is_what_arrives_after_the_undo(rig, edit, line):
    edit_here("1", **edit)
    record = in_robaws(rig, merge_here(rig, "3", taken={"address": "3"}))
    assert rig.remote("1")["address"]["addressLine1"] == "Kerkstraat 3"
    undo_merge(rig, record)
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == line


def test_no_address_is_taken_over_where_that_of_the_survivor_is_in_conflict(rig):
    """The street would be sent, the address would wait: half of each."""
    edit_here("1", address="Meir 7\nhal B")
    rig.edit("1", address={"addressLine1": "Meir 7"})
    rig.pull()
    assert Conflict.objects.get().field == "address"
    with pytest.raises(CannotMergeError, match="address of 1 are in conflict with Robaws: decide that first"):
        merge_here(rig, "3", taken={"address": "3"})
    merge_here(rig, "3")
    assert customer("1").address == "Meir 7\nhal B"


def test_an_address_whose_country_a_push_has_settled_goes_back_too(rig):
    edit_here("1", country="Netherlands")
    record = in_robaws(rig, merge_here(rig, "3", taken={"address": "3"}))
    assert values("1", "street_number", "country_code") == {"street_number": "3", "country_code": "NL"}
    assert not undo_merge(rig, record).left
    assert values("1", "street_number", "country_code") == {"street_number": "1", "country_code": "NL"}


def test_an_address_goes_back_although_robaws_has_changed_what_was_not_taken_over(rig):
    record = merge_here(rig, "3", taken={"address": "3"})
    rig.edit("1", address={"addressLine1": "Meir 1"})
    rig.pull()
    undo_merge(rig, record)
    rig.pull("full")
    assert values("1", *LINE) == {"street": "Meir", "street_number": "1", "address": "Meir 1"}
    assert not Conflict.objects.filter(resolved_at=None).exists()


def test_an_address_stays_where_somebody_here_has_changed_and_sent_what_was_not_taken_over(rig):
    edit_here("3", country_code="NL")
    record = in_robaws(rig, merge_here(rig, "3", taken={"country_code": "3"}))
    edit_here("1", street="Meir")
    rig.push()
    undone = undo_merge(rig, record)
    assert values("1", "street", "country_code") == {"street": "Meir", "country_code": "NL"}
    assert any("country" in each for each in undone.left)


@pytest.mark.parametrize(
    ("there", "name", "code"),
    [
        ({"country": "Belgium", "countryCode": "FR"}, "France", "FR"),
        ({"country": "France", "countryCode": "BE"}, "Belgium", "BE"),
    ],
)
def test_a_country_that_contradicts_itself_is_taken_over_as_one(rig, there, name, code):
    """Half of it arrived, and the other came into conflict, or was lost."""
    rig.edit("1", address=there)
    rig.pull()
    record = in_robaws(rig, merge_here(rig, "1", into="2"))
    assert values("2", "country", "country_code") == {"country": name, "country_code": code}
    assert rig.remote("2")["address"]["country"] == name
    assert not Conflict.objects.exists()
    assert not undo_merge(rig, record).left
    assert values("2", "country", "country_code", "city") == {"country": None, "country_code": None, "city": None}
    assert values("1", "country", "country_code") == {"country": there["country"], "country_code": there["countryCode"]}


def test_a_country_that_contradicts_itself_stays_so_where_it_is_kept(rig):
    rig.edit("1", address={"country": "France", "countryCode": "BE"})
    rig.pull()
    merge_here(rig, "3")
    assert values("1", "country", "country_code") == {"country": "France", "country_code": "BE"}
    assert not customer("1").is_pending


def test_half_a_line_is_not_put_back_where_both_sides_had_changed_the_other_half_alike(rig):
    edit_here("1", street="Meir")
    rig.edit("1", address={"addressLine1": "Meir 1"})
    rig.pull()
    run = Change.objects.get(field="address").run
    undone = undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert [(each.field, each.reason) for each in undone.left] == [
        ("address", "it is part of one address, of which street, street_number stays")
    ]
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Meir 1"


def test_what_an_undo_wrote_into_one_that_was_merged_is_no_reason_against_an_edit_of_the_survivor():
    rig = Rig([active(1, address={**NO_ADDRESS, "addressLine1": "Meir 1", "city": "Brugge"}), active(2)])
    rig.pull("full")
    rig.edit("2", address={"country": "France"})
    rig.pull()
    undo_last_run(rig)
    assert values("2", "country", "country_code") == {"country": "Belgium", "country_code": "BE"}
    edit_here("1", country_code="BE")
    merge_here(rig, "2")
    rig.push()
    assert rig.remote("1")["address"]["country"] == "Belgium"
    assert values("1", "country", "country_code") == {"country": "Belgium", "country_code": "BE"}


def test_half_of_an_address_that_a_colleague_has_written_too_stays_when_the_merge_is_undone(rig):
    """The conflict is about the other half, and ends with the merge."""
    record = merge_here(rig, "1", into="2")
    rig.edit("2", address={"addressLine1": "Kerkstraat 12"})
    rig.pull()
    assert customer("2").conflicts.filter(resolved_at=None).count() == 2
    assert "street of the survivor was written in Robaws too, and stays 'Kerkstraat'" in undo_merge(rig, record).left
    assert tuple(values("2", *LINE).values()) == ("Kerkstraat", "12", "Kerkstraat 12")
    assert rig.remote("2")["address"]["addressLine1"] == "Kerkstraat 12"
    assert not customer("2").is_pending
