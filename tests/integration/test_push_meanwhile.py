"""What somebody in Robaws, or here, changes while a push is under way is neither lost nor overwritten."""

import pytest

from bconnect.sync.models import Conflict
from tests.integration.push_rig import five, rest
from tests.integration.rig import Rig, client_record, customer, edit_here

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return five()


def test_other_fields_changed_there_are_taken_before_ours_are_sent(rig):
    edit_here("1", city="Gent")
    rig.edit("1", name="Renamed there")
    rig.push()
    assert customer("1").name == "Renamed there"
    assert rig.remote("1")["name"] == "Renamed there"
    assert rig.remote("1")["address"]["city"] == "Gent"


def test_the_same_field_changed_there_is_a_conflict_and_nothing_is_sent(rig):
    edit_here("1", city="Gent")
    rig.edit("1", address={"city": "Brugge"})
    tally = rig.push()
    assert (tally.pushed, tally.conflicts) == (0, 1)
    assert rig.remote("1")["address"]["city"] == "Brugge"
    assert customer("1").city == "Gent"
    assert Conflict.objects.get().theirs == "Brugge"
    again = rig.push()
    assert (again.conflicts, rig.requests) == (1, 0), "a conflict waits for a person, not for Robaws"


def test_a_change_there_between_our_read_and_our_write_is_not_overwritten(rig):
    edit_here("1", city="Gent")
    rig.before_patch(lambda: rig.tenant.edit("1", {"address": {"city": "Brugge"}}))
    tally = rig.push()
    assert rig.remote("1")["address"]["city"] == "Brugge"
    assert (tally.pushed, tally.conflicts) == (0, 1)


def test_an_edit_made_here_while_ours_is_on_its_way_stays_an_edit(rig):
    edit_here("1", city="Gent")
    rig.before_patch(lambda: edit_here("1", city="Aalst"))
    rig.push()
    assert rig.remote("1")["address"]["city"] == "Gent"
    assert customer("1").city == "Aalst"
    assert customer("1").is_pending
    rig.push()
    assert rig.remote("1")["address"]["city"] == "Aalst"


def test_both_changed_alike_is_agreed_without_a_write(rig):
    edit_here("1", city="Gent")
    rig.edit("1", address={"city": "Gent"})
    tally = rig.push()
    assert (tally.pushed, tally.unchanged, rig.writes()) == (0, 1, 0)
    assert not customer("1").is_pending


def test_a_replica_that_shows_the_state_before_our_write_does_not_undo_it():
    rig = Rig([client_record(n) for n in range(1, 6)], replica_lag_s=600)
    rig.pull("full")
    edit_here("1", city="Gent")
    rig.faults("no-body@PATCH")
    rig.push()
    rig.faults()
    rig.pull("full")
    assert customer("1").city == "Gent"
    assert not customer("1").is_pending


def test_an_event_that_came_in_while_our_answer_was_on_its_way_is_not_undone(rig):
    """What a webhook brings between the PATCH and its confirmation is newer than the answer."""

    def meanwhile() -> None:
        rig.clock.pass_(1)

    def afterwards() -> None:
        rig.edit("1", name="Newer than the answer")
        rig.clock.pass_(1)
        rig.take_in("1")

    edit_here("1", city="Gent")
    rig.before_patch(meanwhile)
    rig.after_patch(afterwards)
    rig.push()
    assert customer("1").name == "Newer than the answer"
    assert rig.remote("1")["address"]["city"] == "Gent"
    rig.pull("full")
    assert (customer("1").name, customer("1").city) == ("Newer than the answer", "Gent")
    rest(rig)


def test_what_came_in_while_a_live_read_was_under_way_is_not_undone(rig):
    edit_here("1", city="Gent")
    stale = rig.remote("1")
    rig.edit("1", name="Newer than the read")

    def meanwhile() -> None:
        rig.clock.pass_(1)
        rig.take_in("1")

    rig.answer_once_with("GET", "/api/v2/clients/1", stale, meanwhile)
    rig.push()
    assert customer("1").name == "Newer than the read"
    rest(rig)
