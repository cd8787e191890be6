"""Faults that a random history found where a creation was cut off: no client is made twice, and no edit is lost."""

import pytest

from bconnect.customers.models import Customer, new_client_id
from bconnect.intakes.models import Intake
from bconnect.sync import unmerge
from bconnect.sync.forget import ChangedMeanwhileError, delete_everywhere
from bconnect.sync.merge_plan import CannotMergeError
from bconnect.sync.models import Change, Conflict, CreateIntent, Merge
from robaws.client import wire_timestamp
from tests.integration.merging_rig import KEEP, merge_here
from tests.integration.regressions_rig import rig_with
from tests.integration.rig import Clock, Rig, client_record, customer, edit_here

pytestmark = pytest.mark.django_db


def lose_the_answer(rig: Rig, **values: str) -> None:
    """A customer made here whose client was created as client 2; the answer got lost, and so does a look for it."""
    Customer.objects.create(robaws_client_id=new_client_id(), name="New customer", **values)
    rig.faults("reset-after@POST:1", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    rig.push()


def test_a_cut_off_creation_is_not_sent_again_while_new_clients_can_not_all_be_read():
    rig = rig_with()
    lose_the_answer(rig, email="new@new.be")
    rig.faults("odd-null=0.99@GET")
    tally = rig.push()
    assert "could be read" in tally.failures[-1].reason
    rig.faults()
    assert rig.push().created == 1
    assert sorted(rig.tenant.clients) == ["1", "2"]
    assert customer("2").name == "New customer"


def cut_off_creation(rig: Rig) -> None:
    """The same, and then a pull brought the client in."""
    lose_the_answer(rig)
    rig.faults()
    rig.pull("full")


def test_a_creation_that_was_cut_off_is_not_sent_again_though_the_client_was_edited_here_meanwhile():
    rig = rig_with()
    cut_off_creation(rig)
    edit_here("2", name="Renamed here")
    tally = rig.push()
    assert sorted(rig.tenant.clients) == ["1", "2"]
    assert "may have become client 2" in tally.failures[-1].reason


def test_a_creation_that_was_cut_off_is_not_sent_again_though_the_client_was_renamed_in_robaws():
    rig = rig_with()
    cut_off_creation(rig)
    rig.edit("2", name="Renamed there")
    rig.pull("full")
    tally = rig.push()
    assert sorted(rig.tenant.clients) == ["1", "2"]
    assert "may have become client 2" in tally.failures[-1].reason


def test_what_robaws_had_filled_in_when_a_cut_off_creation_is_found_stands_in_the_history():
    rig = rig_with()
    lose_the_answer(rig)
    rig.faults()
    rig.edit("2", email="new@new.be")
    rig.push()
    changes = Change.objects.filter(customer__robaws_client_id="2").values_list("field", "old", "new", "source")
    assert {("name", None, "New customer", "bconnect"), ("email", None, "new@new.be", "robaws")} <= set(changes)


def undo_merge_here(rig: Rig, record: Merge) -> None:
    """Here alone; the next push carries it."""
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())


def held(rig: Rig) -> Customer:
    """A customer made here, with an intake; a push holds it back, since a client that was pulled may be it."""
    rig.clock.pass_(60)
    cut_off_creation(rig)
    rig.edit("2", name="Renamed there")
    rig.pull("full")
    new = Customer.objects.get(name="New customer")
    Customer.objects.filter(pk=new.pk).update(email="new@new.be")
    Intake.objects.create(robaws_client_id=new.robaws_client_id, customer_name="New")
    assert "may have become client 2: merge them" in rig.push().failures[-1].reason
    return new


def test_a_creation_that_is_held_back_ends_by_a_merge_into_the_client_it_became():
    rig = rig_with()
    new = held(rig)
    record = merge_here(rig, new.robaws_client_id, into="2", in_robaws=KEEP)
    rig.push()
    assert rig.remote("2")["email"] == "new@new.be"
    assert Intake.objects.get().robaws_client_id == "2"
    assert sorted(rig.tenant.clients) == ["1", "2"]
    assert not CreateIntent.objects.exists()
    undo_merge_here(rig, record)
    for _ in range(2):
        assert "may have become client 2" in rig.push().failures[-1].reason
    assert sorted(rig.tenant.clients) == ["1", "2"]
    assert rig.push(client_id=new.robaws_client_id, allow_twins=True, is_decided=True).created == 1
    rig.push()
    assert rig.remote("3")["email"] == "new@new.be"
    assert rig.remote("2")["email"] is None
    assert Intake.objects.get().robaws_client_id == "3"


def test_whom_a_merge_was_taken_back_with_is_not_adopted_though_it_holds_all_that_was_sent():
    rig = rig_with()
    new = held(rig)
    record = merge_here(rig, new.robaws_client_id, into="2", in_robaws=KEEP, taken={"name": new.robaws_client_id})
    rig.push()
    assert rig.remote("2")["name"] == "New customer"
    undo_merge_here(rig, record)
    rig.push()
    assert Customer.objects.filter(pk=new.pk, robaws_client_id=new.robaws_client_id).exists()
    assert sorted(rig.tenant.clients) == ["1", "2"]


def test_one_that_is_being_created_is_not_merged_into_a_client_that_was_there_before():
    rig = rig_with()
    new = held(rig)
    another = Customer.objects.create(robaws_client_id=new_client_id(), name="Another one")
    for survivor in ("1", another.robaws_client_id):
        with pytest.raises(CannotMergeError, match="keep the client that it may have become"):
            merge_here(rig, new.robaws_client_id, into=survivor, in_robaws=KEEP)


def never_arrived(rig: Rig, **columns: str) -> Customer:
    """A customer made here whose creation never reached Robaws, where a colleague makes another client just then."""
    new = Customer.objects.create(robaws_client_id=new_client_id(), **columns)
    rig.faults("reset@POST", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    rig.push()
    rig.faults()
    rig.tenant.add({"name": "Somebody else", "address": {"city": "Gent"}})
    rig.pull("full")
    return new


def test_a_creation_that_never_arrived_is_not_held_up_by_a_client_that_was_made_just_then():
    rig = rig_with()
    new = never_arrived(rig, name="New customer", city="Mechelen")
    assert rig.push().created == 1
    new.refresh_from_db()
    assert rig.remote(new.robaws_client_id)["name"] == "New customer"
    assert len(rig.tenant.clients) == 3


def test_where_nothing_can_tell_them_apart_a_person_says_that_it_is_another_client():
    rig = rig_with()
    new = never_arrived(rig, name="New customer")
    assert "--client-id and --allow-twins" in rig.push(allow_twins=True).failures[-1].reason
    assert rig.push(client_id=new.robaws_client_id, allow_twins=True, is_decided=True).created == 1
    assert len(rig.tenant.clients) == 3


def test_an_edit_made_on_the_pulled_copy_outlives_the_copy():
    rig = rig_with()
    cut_off_creation(rig)
    Customer.objects.filter(robaws_client_id="2").update(city="Gent")
    rig.faults("500@PATCH")
    rig.push()
    rig.faults()
    rig.push()
    rig.push()
    assert Customer.objects.count() == 2
    assert customer("2").city == "Gent"
    assert rig.remote("2")["address"]["city"] == "Gent"


def test_a_clash_that_shows_when_a_cut_off_creation_is_found_is_kept():
    rig = rig_with()
    lose_the_answer(rig)
    rig.faults()
    rig.edit("2", address={"city": "Brugge"})
    Customer.objects.filter(name="New customer").update(city="Gent")
    rig.push()
    rig.push()
    assert rig.remote("2")["address"]["city"] == "Brugge"
    assert customer("2").city == "Gent"
    assert [(each.field, each.ours, each.theirs) for each in Conflict.objects.all()] == [("city", "Gent", "Brugge")]


def test_a_customer_whose_creation_was_cut_off_is_not_called_deleted_in_robaws_where_it_may_be():
    rig = rig_with()
    lose_the_answer(rig)
    new = Customer.objects.get(name="New customer")
    with rig.client() as client:
        with pytest.raises(ChangedMeanwhileError, match="let a push finish that first, or delete it here alone"):
            delete_everywhere(client, new, tenant=rig.mapping, who="me", now=rig.clock.now())
        rig.faults()
        rig.push()
        delete_everywhere(client, customer("2"), tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.pull("full")
    assert sorted(rig.tenant.clients) == ["1"]
    assert set(Customer.objects.values_list("robaws_client_id", flat=True)) == {"1"}


def test_a_creation_that_never_arrived_is_not_held_back_by_the_merge_of_clients_that_were_here_before():
    rig = Rig([client_record(1), client_record(2) | {"createdAt": wire_timestamp(Clock().now())}])
    rig.pull("full")
    rig.clock.pass_(1)
    Customer.objects.create(robaws_client_id=new_client_id(), name="New customer")
    rig.faults("503@POST", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    rig.push()
    assert CreateIntent.objects.exists()
    merge_here(rig, "2", in_robaws=KEEP)
    rig.faults()
    assert rig.push().created == 1
