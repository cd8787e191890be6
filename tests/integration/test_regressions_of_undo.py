"""Faults that a random history found where a merge or a run was taken back, or somebody else was at work meanwhile."""

import pytest

from bconnect.customers.models import Customer
from bconnect.sync import unmerge
from bconnect.sync.forget import forget
from bconnect.sync.models import Change, Conflict, Merge, Redirect
from bconnect.sync.undo import undo
from tests.integration.merging_rig import active, in_robaws, means, merge_here
from tests.integration.merging_rig import undo as undo_merge
from tests.integration.regressions_rig import ROLE, created_with_a_lost_answer, rig_with, three, undo_last_run
from tests.integration.rig import customer, edit_here

pytestmark = pytest.mark.django_db


def test_our_own_write_is_known_again_after_its_customer_was_merged_and_given_back():
    rig = three()
    edit_here("2", city="Gent")
    rig.faults("reset-after@PATCH:1", *[f"500@GET,#{number}" for number in range(2, 9)])
    rig.push()
    rig.faults()
    assert rig.remote("2")["address"]["city"] == "Gent"
    edit_here("2", city="Aalst")
    record = in_robaws(rig, merge_here(rig, "2"))
    assert record.state == Merge.State.DONE
    undo_merge(rig, record)
    rig.pull("full")
    rig.push()
    assert not Conflict.objects.exists()
    assert rig.remote("2")["address"]["city"] == "Aalst"


def test_a_merged_client_that_robaws_shows_without_its_custom_fields_is_not_deleted():
    rig = three()
    record = merge_here(rig, "2", in_robaws=Merge.InRobaws.DELETE)
    rig.edit("2", extraFields={"Role": {**ROLE, "stringValue": "POV"}})
    rig.faults("no-extra-fields@GET,/api/v2/clients/2")
    record = in_robaws(rig, record)
    assert (record.state, record.merged.get().step) == ("open", "waiting")
    rig.faults()
    record = in_robaws(rig, record)
    assert "role changed in Robaws" in record.merged.get().error
    assert "2" in rig.tenant.clients


def test_a_survivor_that_is_merged_on_in_the_middle_of_its_steps_holds_them():
    rig = three()
    record = merge_here(rig, "2")
    rig.answer_once_with("GET", "/api/v2/clients/1", rig.remote("1"), lambda: merge_here(rig, "1", into="3"))
    record = in_robaws(rig, record)
    assert record.state == Merge.State.HELD
    assert "merged or deleted since" in record.error


def test_what_changed_in_robaws_while_a_customer_was_merged_comes_with_the_next_incremental_pull():
    """The process that undid the merge died before it could ask."""
    rig = three()
    record = merge_here(rig, "2")
    for number in (2, 3, 3):
        rig.clock.pass_(4000)
        rig.edit(str(number), email=f"at{rig.clock.seconds:.0f}@client.be")
        rig.pull()
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.clock.pass_(4000)
    rig.pull()
    assert customer("2").email == rig.remote("2")["email"]
    rig.pull()
    assert rig.requests == 1


def test_a_client_that_robaws_has_again_is_not_made_anew_by_an_undo():
    rig = three()
    record = in_robaws(rig, merge_here(rig, "2", in_robaws=Merge.InRobaws.DELETE))
    rig.tenant.add(active(2))
    undo_merge(rig, record)
    rig.pull("full")
    rig.push()
    assert set(rig.tenant.clients) == {"1", "2", "3"}
    assert customer("2").is_active


def test_what_was_merged_into_a_pulled_copy_follows_it_to_the_row_the_client_is_of():
    rig = three()
    new, copy = created_with_a_lost_answer(rig)
    record = merge_here(rig, "2", into=copy)
    rig.push(allow_twins=True)
    new.refresh_from_db()
    assert new.robaws_client_id == copy
    assert Redirect.objects.get(robaws_client_id="2").customer_id == new.pk
    assert in_robaws(rig, record).state == Merge.State.DONE
    undo_merge(rig, record)
    assert {each.robaws_client_id for each in Customer.objects.all()} == {"1", "2", "3", copy}


@pytest.mark.parametrize("put_away", ["merged", "deleted"])
def test_a_client_whose_pulled_copy_was_put_away_is_not_created_again(put_away):
    rig = three()
    new, copy = created_with_a_lost_answer(rig)
    if put_away == "merged":
        merge_here(rig, copy, into="2")
    else:
        forget(customer(copy), who="me", now=rig.clock.now())
    tally = rig.push(allow_twins=True)
    assert f"it may have become client {copy}" in tally.failures[0].reason
    assert len(rig.tenant.clients) == 4
    if put_away == "merged":
        with means(rig) as around:
            unmerge.undo(Merge.objects.get(), tenant=rig.mapping, who="me", now=rig.clock.now())
            assert around
        rig.pull("full")
        assert rig.push(allow_twins=True).errors == 0
        new.refresh_from_db()
        assert new.robaws_client_id == copy


def test_a_push_that_made_a_client_is_not_undone_by_emptying_the_customer():
    rig = three()
    new = Customer.objects.create(name="Nieuw NV", email="a@nieuw.be")
    rig.push()
    undone = undo_last_run(rig)
    assert not undone.changes
    assert {each.reason for each in undone.left} == {"the run made this client"}
    new.refresh_from_db()
    assert new.email == "a@nieuw.be"


@pytest.mark.parametrize("since", ["edited", "in conflict"])
def test_an_address_is_put_back_as_a_whole_or_not_at_all(since):
    rig = rig_with()
    if since == "in conflict":
        edit_here("1", address="Meir 12")
    rig.edit("1", address={"addressLine1": "Nieuwstraat 5", "city": "Gent"})
    rig.pull()
    if since == "edited":
        edit_here("1", street_number="7")
    undone = undo_last_run(rig)
    assert not [each.field for each in undone.changes]
    assert (customer("1").street, customer("1").city) == ("Nieuwstraat", "Gent")


def test_a_run_that_changed_one_that_was_merged_since_is_not_taken_back_on_the_survivor():
    rig = three()
    edit_here("1", city="Gent")
    rig.push()
    rig.edit("2", address={"city": "Gent"})
    rig.pull()
    run = Change.objects.latest("id").run
    merge_here(rig, "2")
    undone = undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert [each.reason for each in undone.left] == ["its customer was merged into this one since"]
    assert customer("1").city == "Gent"


def test_a_customer_that_was_deleted_since_is_no_obstacle_to_taking_a_run_back():
    rig = three()
    for number in ("1", "2"):
        rig.edit(number, email=f"new@client{number}.be")
    rig.pull()
    run = Change.objects.latest("id").run
    forget(customer("1"), who="me", now=rig.clock.now())
    assert len(undo(run, tenant=rig.mapping, who="me", now=rig.clock.now()).changes) == 1
