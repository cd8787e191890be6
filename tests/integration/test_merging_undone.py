"""A merge that is cut off and done again, or taken back: everybody is as before, on both sides."""

from collections.abc import Callable
from typing import Any

import pytest

from bconnect.customers.duplicates import decisions
from bconnect.customers.duplicates.models import NotDuplicate
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync import unmerge
from bconnect.sync.models import Change, Conflict, Merge, MergedCustomer, Redirect
from robaws.simulator import Request, Response
from tests.integration.merging_rig import DEACTIVATE, DELETE, Killed, in_robaws, merge_here, noordzee, undo
from tests.integration.rig import Rig, customer, edit_here, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return noordzee()


# --- cut off and done again ---------------------------------------------------------------------------------


REQUESTS = 8
"""The survivor is read and sent; both others are read, sent, and read again."""


def test_no_request_is_left_out_of_those_it_is_killed_at(rig):
    record = merge_here(rig, "2", "3")
    assert not killed_at(rig, REQUESTS + 1, lambda: in_robaws(rig, record), after=False)


def killed_at(rig: Rig, request: int, work: Callable[[], Any], *, after: bool) -> bool:
    """Whether there was such a request to be killed at."""
    handle, count = rig.robaws.handle, 0

    def counted(asked: Request) -> Response:
        nonlocal count
        count += 1
        if count == request and not after:
            raise Killed
        response = handle(asked)
        if count == request:
            raise Killed
        return response

    rig.robaws.handle = counted  # type: ignore[method-assign]
    try:
        work()
    except Killed:
        return True
    finally:
        rig.robaws.handle = handle  # type: ignore[method-assign]
    return False


@pytest.mark.parametrize("after", [False, True], ids=["before it arrives", "after it was done"])
@pytest.mark.parametrize("choice", [DEACTIVATE, DELETE])
@pytest.mark.parametrize("request_number", range(1, REQUESTS + 1))
def test_killed_at_any_request_and_run_again_it_ends_the_same(rig, choice, request_number, after):
    record = merge_here(rig, "2", "3", in_robaws=choice)
    killed_at(rig, request_number, lambda: in_robaws(rig, record), after=after)
    record = in_robaws(rig, record)
    assert record.state == Merge.State.DONE
    assert rig.remote("1")["vatNumber"] == "BE0403019261"
    left = {each for each, client in rig.tenant.clients.items() if client.get("isActive") is not False}
    assert left == {"1", "4"}
    writes = rig.writes()
    assert in_robaws(rig, record).state == Merge.State.DONE
    rig.pull("full")
    rig.push()
    assert rig.writes() == writes
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("after", [False, True], ids=["before it arrives", "after it was done"])
@pytest.mark.parametrize("choice", [DEACTIVATE, DELETE])
@pytest.mark.parametrize("request_number", range(1, REQUESTS + 1))
def test_killed_at_any_request_it_can_be_undone(rig, choice, request_number, after):
    record = merge_here(rig, "2", "3", in_robaws=choice)
    killed_at(rig, request_number, lambda: in_robaws(rig, record), after=after)
    undo(rig, record)
    rig.pull("full")
    rig.push()
    assert_as_before(rig)


def assert_as_before(rig: Rig) -> None:
    """Four customers with their own values, intakes and ids, all active on both sides, and nothing pending."""
    rows = {row.name: row for row in Customer.objects.all()}
    assert set(rows) == {"Noordzee Transport BV", "Noordzee Transport", "Noordzee Transp.", "Somebody else"}
    assert rows["Noordzee Transport BV"].vat_number is None
    assert rows["Noordzee Transp."].vat_number == "BE0403019261"
    assert rows["Noordzee Transport"].phone == "+3232064567"
    assert all(row.is_active and not row.is_pending for row in rows.values())
    intakes = {name: Intake.objects.filter(robaws_client_id=row.robaws_client_id).count() for name, row in rows.items()}
    assert intakes["Noordzee Transport"] == 2
    assert intakes["Noordzee Transp."] == intakes["Noordzee Transport BV"] == 1
    for name, row in rows.items():
        there = rig.remote(row.robaws_client_id)
        assert there["name"] == name
        assert there.get("isActive") is not False
        assert (there.get("vatNumber") or None) == row.vat_number
    assert len(rig.tenant.clients) == 4


# --- undo ---------------------------------------------------------------------------------------------------


def test_undone_before_anything_reached_robaws_all_rows_are_as_they_were(rig):
    edit_here("2", city="Gent")
    ignored = ("fingerprint", "updated_at")
    before = [{k: v for k, v in row.items() if k not in ignored} for row in snapshot()]
    record = merge_here(rig, "2", "3")
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert [{k: v for k, v in row.items() if k not in ignored} for row in snapshot()] == before
    assert not Redirect.objects.exists()


def test_undone_after_deactivation_they_are_active_again_on_both_sides(rig):
    record = in_robaws(rig, merge_here(rig, "2", "3"))
    undone = undo(rig, record)
    assert undone.left == []
    assert_as_before(rig)


def test_undone_after_deletion_they_are_made_anew_and_what_is_lost_is_said(rig):
    record = in_robaws(rig, merge_here(rig, "2", "3", in_robaws=DELETE))
    undone = undo(rig, record)
    assert any("its old id, its documents" in line for line in undone.left)
    assert_as_before(rig)
    assert not {"2", "3"} & set(rig.tenant.clients)


def test_an_edit_made_since_stays_and_is_named(rig):
    record = in_robaws(rig, merge_here(rig, "2", "3"))
    edit_here("1", phone="+3232064568")
    undone = undo(rig, record)
    assert any(line.startswith("phone of the survivor was changed since") for line in undone.left)
    assert customer("1").phone == "+3232064568"


def test_an_intake_made_since_stays_with_the_survivor(rig):
    record = merge_here(rig, "2")
    Intake.objects.create(robaws_client_id="1", customer_name="new")
    undo(rig, record)
    assert Intake.objects.filter(robaws_client_id="1").count() == 2


def test_history_goes_back_to_its_owner(rig):
    edit_here("2", city="Gent")
    rig.push()
    undo(rig, merge_here(rig, "2"))
    assert Change.objects.get(field="city").customer == customer("2")


def test_an_open_conflict_of_a_merged_customer_comes_back_with_it(rig):
    edit_here("2", city="Gent")
    rig.edit("2", address={"city": "Brugge"})
    rig.pull()
    record = merge_here(rig, "2")
    assert not Conflict.objects.exists()
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    conflict = Conflict.objects.get()
    assert (conflict.customer, conflict.ours, conflict.theirs) == (customer("2"), "Gent", "Brugge")


def test_a_change_made_in_robaws_while_it_was_merged_is_taken_in_by_the_undo(rig):
    record = merge_here(rig, "2")
    rig.edit("2", tel="+32 3 206 45 99")
    rig.pull()
    undo(rig, record)
    assert customer("2").phone == "+3232064599"


def test_a_chain_is_undone_from_its_end(rig):
    first = merge_here(rig, "3", into="2")
    second = merge_here(rig, "2", into="1")
    with pytest.raises(unmerge.CannotUndoError, match=r"undo merge .* first"):
        undo(rig, first)
    undo(rig, second)
    undo(rig, first)
    rig.push()
    assert_as_before(rig)


def test_a_merge_is_undone_once(rig):
    record = merge_here(rig, "2")
    undo(rig, record)
    with pytest.raises(unmerge.CannotUndoError, match="already"):
        undo(rig, record)
    with pytest.raises(unmerge.CannotUndoError, match="no customer 2 was merged"):
        unmerge.find("2")


def test_an_undone_pair_can_be_merged_again(rig):
    undo(rig, in_robaws(rig, merge_here(rig, "2")))
    assert in_robaws(rig, merge_here(rig, "2")).state == Merge.State.DONE
    assert MergedCustomer.objects.filter(step="deactivated").count() == 2


def test_what_was_said_not_to_be_the_same_holds_for_the_survivor_too(rig):
    numbers = {each: customer(each).pk for each in ("1", "2", "3", "4")}
    decisions.are_different([numbers["2"], numbers["4"]], who="me", now=rig.clock.now())
    before = set(NotDuplicate.objects.values_list("one_id", "other_id"))
    record = merge_here(rig, "2", "3")
    assert (numbers["1"], numbers["4"]) in NotDuplicate.objects.values_list("one_id", "other_id")
    undo(rig, record)
    assert set(NotDuplicate.objects.values_list("one_id", "other_id")) == before


@pytest.mark.parametrize("is_told", [True, False], ids=["and the push sees it", "and it is pulled first"])
def test_what_a_colleague_has_written_too_stays_when_the_merge_is_undone(rig, is_told):
    record = merge_here(rig, "2")
    rig.edit("1", tel="+32 3 206 45 67")
    (rig.push if is_told else rig.pull)()
    undone = undo(rig, record)
    assert "phone of the survivor was written in Robaws too, and stays '+3232064567'" in undone.left
    assert rig.remote("1")["tel"] == "+32 3 206 45 67"
    assert customer("1").phone == "+3232064567"
    assert customer("1").website is None
    assert not customer("1").is_pending


def test_of_a_survivor_that_was_made_anew_all_was_written_here(rig):
    """It was merged on, deleted in Robaws for that, and is back: what it does not hold nobody there has cleared."""
    first = merge_here(rig, "3", into="2", taken={"website": "3"})
    assert customer("2").website is None
    later = in_robaws(rig, merge_here(rig, "2", into="1", in_robaws=DELETE))
    undo(rig, later)
    assert undo(rig, first).left == []
    assert Customer.objects.get(pk=first.survivor_id).website == "www.noordzee.be"
