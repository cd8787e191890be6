"""Faults that a random history found where both sides change one address: it is decided on as one, and sent as one."""

import pytest

from bconnect.sync.models import Conflict
from bconnect.sync.resolve import Take, resolve
from tests.integration.regressions_rig import rig_with, undo_last_run
from tests.integration.rig import Rig, customer, edit_here

pytestmark = pytest.mark.django_db


def test_a_street_waits_while_its_number_is_in_conflict():
    rig = rig_with()
    edit_here("1", street="Meir", street_number="12")
    rig.edit("1", address={"addressLine1": "Kerkstraat 99"})
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Kerkstraat 99"
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.field, conflict.ours, conflict.theirs) == ("street_number", "12", "99")
    assert customer("1").street_number == "12"
    resolve(conflict.pk, Take.OURS, None, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Meir 12"


def both_change_the_address(rig: Rig) -> None:
    """Somebody here corrects the number, and a colleague writes down that the customer has moved."""
    edit_here("1", address="Kerkstraat 2", street_number="2")
    rig.edit("1", address={"addressLine1": "Grote Markt 1", "addressLine2": "hal B"})
    rig.push()


@pytest.mark.parametrize(
    ("take", "value", "line"),
    [
        (Take.OURS, None, "Kerkstraat 2"),
        (Take.THEIRS, None, "Grote Markt 1"),
        (Take.VALUE, "Grote Markt 2", "Grote Markt 2"),
    ],
)
def test_of_two_addresses_one_is_decided_on_and_not_half_of_each(take, value, line):
    rig = rig_with()
    both_change_the_address(rig)
    assert rig.remote("1")["address"]["addressLine1"] == "Grote Markt 1"
    conflict = Conflict.objects.get(resolved_at=None)
    resolve(conflict.pk, take, value, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.push()
    street, number = line.rsplit(" ", 1)
    assert rig.remote("1")["address"]["addressLine1"] == line
    told = customer("1")
    assert (told.address.split("\n")[0], told.street, told.street_number) == (line, street, number)
    assert not told.is_pending
    assert not Conflict.objects.filter(resolved_at=None).exists()


@pytest.mark.parametrize(("winner", "line"), [("bconnect", "Kerkstraat 2"), ("robaws", "Grote Markt 1")])
def test_whose_address_wins_by_the_policy_wins_all_of_the_line(winner, line):
    rig = rig_with()
    rig.policy = winner
    both_change_the_address(rig)
    rig.push()
    street, number = line.rsplit(" ", 1)
    assert rig.remote("1")["address"]["addressLine1"] == line
    told = customer("1")
    assert (told.street, told.street_number, told.is_pending) == (street, number, False)


@pytest.mark.parametrize("number", ["7", "2"], ids=["another number", "the number of before"])
@pytest.mark.parametrize("first", ["a run was undone", "our policy won", "ours was decided on"])
def test_an_address_that_is_taken_back_takes_its_street_along(first, number):
    rig = rig_with(address={"addressLine1": "Kerkstraat 2"})
    if first != "a run was undone":
        rig.policy = "bconnect" if first == "our policy won" else "manual"
        edit_here("1", address=f"Meir {number}")
        rig.edit("1", address={"addressLine1": "Grote Markt 1", "addressLine2": "hal B"})
        rig.pull()
        for conflict in Conflict.objects.filter(resolved_at=None):
            resolve(conflict.pk, Take.OURS, None, tenant=rig.mapping, who="me", now=rig.clock.now())
        assert (customer("1").street, customer("1").street_number) == ("Meir", number)
    else:
        edit_here("1", address="Grote Markt 1\nhal B")
        rig.push()
        undo_last_run(rig)
        assert customer("1").street == "Kerkstraat"
    edit_here("1", address="Grote Markt 1\nhal B")
    rig.push()
    there = rig.remote("1")["address"]
    assert (there["addressLine1"], there["addressLine2"]) == ("Grote Markt 1", "hal B")
    assert not customer("1").is_pending


@pytest.mark.parametrize(("take", "there"), [(Take.OURS, "FR"), (Take.THEIRS, "NL")])
def test_a_country_waits_while_its_code_is_in_conflict(take, there):
    rig = rig_with(address={"city": "Gent", "country": "Belgium", "countryCode": "BE"})
    edit_here("1", country="France", country_code="FR")
    rig.edit("1", address={"countryCode": "NL"})
    rig.push()
    assert rig.remote("1")["address"]["countryCode"] == "NL"
    assert rig.remote("1")["address"]["country"] == "Belgium"
    for conflict in Conflict.objects.filter(resolved_at=None):
        resolve(conflict.pk, take, None, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.push()
    assert rig.remote("1")["address"]["countryCode"] == there


HALVES = [("country", "France", {"countryCode": "NL"}), ("country_code", "FR", {"country": "Nederland"})]


@pytest.mark.parametrize(("column", "value", "theirs"), HALVES, ids=["our name", "our code"])
@pytest.mark.parametrize(("take", "there"), [(Take.OURS, "FR"), (Take.THEIRS, "NL")])
def test_of_a_country_whose_name_and_code_were_changed_apart_one_is_decided_on(column, value, theirs, take, there):
    rig = rig_with(address={"city": "Gent", "country": "Belgium", "countryCode": "BE"})
    edit_here("1", **{column: value})
    rig.edit("1", address=theirs)
    for again in (rig.push, rig.pull, rig.push):
        again()
        conflict = Conflict.objects.get(resolved_at=None)
        assert (conflict.field, conflict.ours) == (column, value)
        assert rig.remote("1")["address"] == {"city": "Gent", "country": "Belgium", "countryCode": "BE"} | theirs
    resolve(conflict.pk, take, None, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.push()
    assert not Conflict.objects.filter(resolved_at=None).exists()
    shown = rig.remote("1")["address"]
    if take is Take.OURS:
        assert (shown["country"], shown["countryCode"]) == ("France", there)
    else:
        assert shown == {"city": "Gent", "country": "Belgium", "countryCode": "BE"} | theirs
    assert not customer("1").is_pending


@pytest.mark.parametrize(("winner", "there"), [("bconnect", "FR"), ("robaws", "NL")])
def test_whose_country_wins_by_the_policy_wins_both_halves(winner, there):
    rig = rig_with(address={"city": "Gent", "country": "Belgium", "countryCode": "BE"})
    rig.policy = winner
    edit_here("1", country="France")
    rig.edit("1", address={"countryCode": "NL"})
    for _ in range(2):
        rig.push()
        assert rig.remote("1")["address"]["countryCode"] == there
        assert not Conflict.objects.exists()
        assert not customer("1").is_pending


def test_a_country_whose_other_half_was_sent_from_here_is_in_no_conflict():
    """Our push answered for both; the name was edited again before anybody heard of it."""
    rig = rig_with(address={"city": "Gent", "country": "Belgium", "countryCode": "BE"})
    edit_here("1", country="France")
    rig.faults("reset-after@PATCH:1")
    rig.push()
    edit_here("1", country="Netherlands")
    rig.faults()
    rig.push()
    assert not Conflict.objects.exists()
    assert rig.remote("1")["address"]["countryCode"] == "NL"


def test_a_street_that_was_decided_on_is_sent_with_its_address():
    rig = rig_with()
    edit_here("1", street="Meir")
    rig.edit("1", address={"addressLine1": "Grote Markt 1"})
    rig.pull()
    conflict = Conflict.objects.get(resolved_at=None)
    resolve(conflict.pk, Take.VALUE, "Nieuwstraat", tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Nieuwstraat 1"


def test_a_country_that_an_undo_once_wrote_may_be_typed_again():
    rig = rig_with()
    rig.edit("1", address={"country": "Frankrijk"})
    rig.pull()
    undo_last_run(rig)
    rig.push()
    edit_here("1", country_code="NL")
    rig.push()
    edit_here("1", country_code="BE")
    rig.push()
    assert (customer("1").country_code, customer("1").country) == ("BE", "Belgium")
    assert rig.remote("1")["address"]["country"] in ("Belgium", "België")


def test_a_number_typed_while_the_address_is_in_conflict_stays_an_edit():
    rig = rig_with()
    both_change_the_address(rig)
    edit_here("1", street_number="7")
    conflict = Conflict.objects.get(resolved_at=None)
    resolve(conflict.pk, Take.THEIRS, None, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Grote Markt 7"
