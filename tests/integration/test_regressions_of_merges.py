"""Faults that a random history found in merges, and in what takes a merge or a run back."""

from unittest import mock

import pytest
from django.db import connection

from bconnect.customers.models import Customer
from bconnect.sync import merging, unmerge
from bconnect.sync.forget import ChangedMeanwhileError, delete_everywhere
from bconnect.sync.merge_job import waiting
from bconnect.sync.models import Change, Merge
from bconnect.sync.undo import undo
from tests.integration.merging_rig import DELETE, active, in_robaws, means, merge_here, steps
from tests.integration.merging_rig import undo as undo_merge
from tests.integration.regressions_rig import created_with_a_lost_answer, one_without_an_address, undo_last_run
from tests.integration.rig import Rig, customer, edit_here
from tests.integration.webhooks_rig import WebhookRig

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return one_without_an_address()


# --- what nobody has been shown -----------------------------------------------------------------------


def test_who_says_go_on_anyway_means_the_changes_they_were_told_of(rig):
    record = merge_here(rig, "3", in_robaws=DELETE)
    rig.edit("3", email="new@client3.be")
    assert steps(in_robaws(rig, record, anyway=True)) == ["held"]
    assert "email changed in Robaws" in record.merged.get().error
    assert steps(in_robaws(rig, record, anyway=True)) == ["deleted"]


def test_a_customer_that_is_merged_while_somebody_deletes_it_is_not_deleted_in_robaws(rig):
    doomed = customer("3")
    rig.answer_once_with("GET", "/api/v2/clients/3", rig.remote("3"), lambda: merge_here(rig, "3"))
    with rig.client() as client, pytest.raises(ChangedMeanwhileError, match="merged into 1 meanwhile"):
        delete_everywhere(client, doomed, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert "3" in rig.tenant.clients


def test_one_that_was_gone_and_comes_back_after_the_undo_is_active_again(rig):
    record = merge_here(rig, "3")
    record_there = dict(rig.remote("3"))
    rig.tenant.remove("3")
    record = in_robaws(rig, record)
    assert steps(record) == ["gone"]
    undo_merge(rig, record)
    assert not customer("3").is_active
    rig.tenant.add(record_there)
    rig.pull("full")
    undone = undo_last_run(rig)
    assert "the client is in Robaws again" in {each.reason for each in undone.left}
    rig.push()
    assert (customer("3").is_active, rig.remote("3")["isActive"]) == (True, True)


def test_a_late_replica_does_not_make_the_undone_deactivation_stand():
    """The process had died before it could say so in Robaws; the replica had not even seen the deactivation yet."""
    rig = Rig([active(1), active(2), active(3)], patch_forms={"json", "merge"}, replica_lag_s=600.0)
    rig.clock.pass_(1000)
    rig.pull("full")
    record = in_robaws(rig, merge_here(rig, "3"))
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.pull("full")
    rig.clock.pass_(1000)
    rig.pull()
    rig.push()
    assert (customer("3").is_active, rig.remote("3")["isActive"]) == (True, True)


def test_a_webhook_for_one_that_is_back_from_a_merge_is_taken_in_by_a_live_read():
    rig = WebhookRig([active(1), active(2), active(3)])
    rig.pull("full")
    record = in_robaws(rig, merge_here(rig, "3", in_robaws=Merge.InRobaws.KEEP))
    rig.edit("3", email="new@client3.be")
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.deliver()
    rig.apply()
    assert customer("3").email == "new@client3.be"


def test_a_step_that_was_stopped_after_somebody_said_go_on_goes_on(rig):
    record = merge_here(rig, "3")
    rig.edit("3", email="new@client3.be")
    in_robaws(rig, record)
    rig.after_patch(mock.Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        in_robaws(rig, record, anyway=True)
    assert record.merged.get().error, "it does not wait without a reason"
    assert steps(in_robaws(rig, record, anyway=True)) == ["deactivated"]


def test_a_merge_whose_last_step_was_done_is_over_although_nobody_wrote_that_down(rig):
    record = merge_here(rig, "3")
    rig.edit("3", email="new@client3.be")
    in_robaws(rig, record)
    stopped = mock.patch("bconnect.sync.merge_steps._settle", side_effect=KeyboardInterrupt)
    with stopped, pytest.raises(KeyboardInterrupt):
        in_robaws(rig, record, anyway=True)
    assert [each.pk for each in waiting()] == [record.pk]
    assert in_robaws(rig, record).state == Merge.State.DONE
    assert waiting() == []


def test_one_that_is_seen_to_be_back_is_held_also_where_the_merge_cannot_be_undone(rig):
    record = merge_here(rig, "3", in_robaws=DELETE)
    record_there = dict(rig.remote("3"))
    in_robaws(rig, record)
    merge_here(rig, "1", into="2")
    rig.tenant.add(record_there)
    with pytest.raises(unmerge.CannotUndoError):
        undo_merge(rig, record)
    record.refresh_from_db()
    assert (record.state, steps(record)) == (Merge.State.HELD, ["held"])


@pytest.mark.parametrize("choice", [Merge.InRobaws.DEACTIVATE, Merge.InRobaws.KEEP])
def test_one_that_was_deleted_unheard_is_made_anew_though_something_else_was_chosen_since(rig, choice):
    record = merge_here(rig, "3", in_robaws=DELETE)
    rig.faults("reset-after@DELETE")
    record = in_robaws(rig, record)
    rig.faults()
    assert steps(record) == ["waiting"]
    assert "3" not in rig.tenant.clients
    merging.choose(record, choice)
    undo_merge(rig, in_robaws(rig, record))
    assert steps(record) == ["deleted"]
    anew = Customer.objects.get(name="Client 3")
    assert anew.is_active
    assert rig.remote(anew.robaws_client_id)["name"] == "Client 3"


@pytest.mark.parametrize("goes_on", [True, False])
def test_one_that_was_deactivated_unheard_is_active_again_though_it_was_to_be_kept_since(rig, goes_on):
    """Found as 18001078."""
    record = merge_here(rig, "3")
    rig.faults("reset-after@PATCH,/api/v2/clients/3", *[f"500@GET,/api/v2/clients/3,#{n}" for n in range(2, 9)])
    record = in_robaws(rig, record)
    rig.faults()
    assert rig.remote("3")["isActive"] is False
    assert steps(record) == ["waiting"]
    merging.choose(record, Merge.InRobaws.KEEP)
    undo_merge(rig, in_robaws(rig, record) if goes_on else record)
    assert rig.remote("3")["isActive"] is True
    assert customer("3").is_active


# --- runs taken back ----------------------------------------------------------------------------------


def test_a_run_is_not_taken_back_on_the_survivor_of_a_merge_that_happens_meanwhile(rig):
    edit_here("1", city="Gent")
    rig.push()
    rig.edit("3", address={"city": "Gent"})
    rig.pull()
    run, waiting = Change.objects.latest("id").run, [lambda: merge_here(rig, "3")]

    def meanwhile(execute, sql, params, many, context):
        if waiting and sql.startswith("SELECT") and Change._meta.db_table in sql:
            waiting.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        undone = undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert [each.reason for each in undone.left] == ["its customer was merged into this one since"]
    assert customer("1").city == "Gent"


def test_a_run_that_saw_a_client_come_back_is_not_taken_back_by_deactivating_it(rig):
    record = dict(rig.tenant.clients["1"])
    rig.tenant.remove("1")
    rig.clock.pass_(60)
    rig.pull("full", allow_mass_deactivation=True)
    assert not customer("1").is_active
    rig.clock.pass_(60)
    rig.tenant.add(record)
    rig.pull("full")
    assert customer("1").is_active
    undone = undo_last_run(rig)
    assert [each.reason for each in undone.left] == ["the client is in Robaws again"]
    assert customer("1").is_active


# --- nothing twice ------------------------------------------------------------------------------------


def test_a_creation_whose_copy_was_merged_deleted_and_made_anew_is_not_sent_again(rig):
    new, copy = created_with_a_lost_answer(rig)
    record = in_robaws(rig, merge_here(rig, copy, into="2", in_robaws=DELETE))
    undo_merge(rig, record)
    anew = Customer.objects.exclude(pk=new.pk).get(name="Nieuw NV").robaws_client_id
    tally = rig.push(allow_twins=True)
    assert f"is {anew} since that was undone: merge the two" in tally.failures[0].reason
    assert [each["name"] for each in rig.tenant.clients.values()].count("Nieuw NV") == 1
    assert Merge.objects.get().state == Merge.State.UNDONE


def test_a_creation_does_not_get_the_client_that_its_own_copy_was_made_anew_as(rig):
    new, copy = created_with_a_lost_answer(rig)
    record = in_robaws(rig, merge_here(rig, copy, into="2", in_robaws=DELETE))
    rig.clock.pass_(3600)
    rig.faults("reset-after@POST,x1", *[f"500@GET,/api/v2/clients,#{number}" for number in range(2, 9)])
    with means(rig) as around:
        undone = unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
        assert unmerge.push_restored(undone, around)
    rig.faults()
    (made,) = (each["id"] for each in rig.tenant.clients.values() if each["name"] == "Nieuw NV")
    for _ in range(2):
        rig.push(allow_twins=True)
    assert Customer.objects.get(robaws_client_id=made).pk != new.pk
    assert [each["name"] for each in rig.tenant.clients.values()].count("Nieuw NV") == 1


def test_a_creation_whose_copy_was_merged_twice_is_not_sent_again(rig):
    _, copy = created_with_a_lost_answer(rig)
    undo_merge(rig, in_robaws(rig, merge_here(rig, copy, into="2", in_robaws=DELETE)))
    anew = Customer.objects.known_to_robaws().get(name="Nieuw NV").robaws_client_id
    rig.clock.pass_(3600)
    merge_here(rig, anew, into="2")
    tally = rig.push(allow_twins=True)
    assert f"it may have become client {copy}, which was merged twice" in tally.failures[0].reason
    assert [each["name"] for each in rig.tenant.clients.values()].count("Nieuw NV") == 1


def test_a_creation_is_not_sent_again_though_one_that_was_created_too_was_merged_into_its_copy(rig):
    Customer.objects.create(name="Ander NV", email="b@ander.be")
    rig.push(allow_twins=True)
    created = Customer.objects.get(name="Ander NV").robaws_client_id
    _, copy = created_with_a_lost_answer(rig)
    merge_here(rig, created, into=copy)
    tally = rig.push(allow_twins=True)
    assert f"it may have become client {copy}" in tally.failures[0].reason
    assert set(rig.tenant.clients) == {"1", "2", "3", created, copy}
