"""What a person decides: conflicts, undoing a run, deleting a customer."""

from functools import partial

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync.forget import ChangedMeanwhileError, StillInUseError, delete_everywhere, forget
from bconnect.sync.models import Change, Conflict, SyncRun, Tombstone
from bconnect.sync.reconcile import Policy
from bconnect.sync.resolve import NoSuchConflictError, Take, resolve
from bconnect.sync.undo import undo
from tests.integration.rig import Rig, client_record, customer, edit_here

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    rig = Rig([client_record(n) for n in range(1, 6)])
    rig.pull("full")
    return rig


def in_conflict(rig: Rig) -> Conflict:
    edit_here("1", city="Gent")
    rig.edit("1", address={"city": "Brugge"})
    rig.pull()
    return Conflict.objects.get()


def decide(rig: Rig, conflict: Conflict, take: Take, value: str | None = None) -> None:
    resolve(conflict.pk, take, value, tenant=rig.mapping, who="me", now=rig.clock.now())


@pytest.mark.parametrize(
    ("take", "value", "here", "there"),
    [
        (Take.OURS, None, "Gent", "Gent"),
        (Take.THEIRS, None, "Brugge", "Brugge"),
        (Take.VALUE, "Aalst", "Aalst", "Aalst"),
        (Take.VALUE, "", None, None),
    ],
)
def test_a_decision_makes_both_sides_equal_by_the_next_push(rig, take, value, here, there):
    decide(rig, in_conflict(rig), take, value)
    rig.push()
    assert customer("1").city == here
    assert rig.remote("1")["address"]["city"] == there
    assert not customer("1").is_pending
    assert not Conflict.objects.filter(resolved_at=None).exists()


def test_a_decision_on_old_knowledge_becomes_a_new_conflict(rig):
    conflict = in_conflict(rig)
    rig.edit("1", address={"city": "Luik"})
    decide(rig, conflict, Take.OURS)
    rig.push()
    assert rig.remote("1")["address"]["city"] == "Luik"
    assert Conflict.objects.get(resolved_at=None).theirs == "Luik"


def test_a_conflict_is_decided_once(rig):
    conflict = in_conflict(rig)
    decide(rig, conflict, Take.THEIRS)
    with pytest.raises(NoSuchConflictError):
        decide(rig, conflict, Take.OURS)


def test_who_decided_is_remembered(rig):
    decide(rig, in_conflict(rig), Take.THEIRS)
    assert Conflict.objects.get().resolved_by == "me"
    change = Change.objects.filter(source="resolved").get()
    assert (change.old, change.new, change.actor) == ("Gent", "Brugge", "me")


def test_a_policy_may_differ_from_field_to_field():
    policy = Policy("manual", {"city": "robaws", "name": "bconnect"})
    assert [policy.of(column) for column in ("city", "name", "email")] == ["robaws", "bconnect", "manual"]


# --- undoing a run -----------------------------------------------------------------------------------


def test_undoing_a_pull_puts_the_old_values_back_on_both_sides(rig):
    rig.edit("1", name="Wrong", email="wrong@wrong.be")
    run, _ = rig.run("incremental")
    undone = undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert len(undone.changes) == 2
    assert customer("1").name == "Client 1"
    rig.push()
    assert rig.remote("1")["name"] == "Client 1"
    assert rig.remote("1")["email"] == "info@client1.be"


def test_undoing_a_push_takes_it_back_in_robaws(rig):
    edit_here("1", city="Gent")
    rig.push()
    undo(SyncRun.objects.get(kind="push"), tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.push()
    assert rig.remote("1")["address"]["city"] == "Antwerpen"


def test_what_was_changed_since_is_left_and_listed(rig):
    rig.edit("1", name="Wrong")
    run, _ = rig.run("incremental")
    edit_here("1", name="Better")
    undone = undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert [(left.field, left.reason) for left in undone.left] == [("name", "it was changed since, to 'Better'")]
    assert customer("1").name == "Better"


def test_undoing_twice_changes_nothing_more(rig):
    rig.edit("1", name="Wrong")
    run, _ = rig.run("incremental")
    undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert undo(run, tenant=rig.mapping, who="me", now=rig.clock.now()).changes == []


# --- deleting ----------------------------------------------------------------------------------------


def test_a_forgotten_customer_does_not_come_back(rig):
    forget(customer("2"), who="me", now=rig.clock.now())
    rig.edit("2", name="Still there")
    tally = rig.pull("full")
    assert tally.skipped == 1
    assert not Customer.objects.filter(robaws_client_id="2").exists()
    assert "2" in rig.tenant.clients


def test_deleting_everywhere_deletes_both(rig):
    with rig.client() as client:
        delete_everywhere(client, customer("2"), tenant=rig.mapping, who="me", now=rig.clock.now())
    assert "2" not in rig.tenant.clients
    assert Tombstone.objects.get().robaws_client_id == "2"
    rig.pull("full")
    assert Customer.objects.count() == 4


def test_nothing_newer_in_robaws_is_deleted(rig):
    rig.edit("2", name="Newer")
    with rig.client() as client, pytest.raises(ChangedMeanwhileError, match="another name"):
        delete_everywhere(client, customer("2"), tenant=rig.mapping, who="me", now=rig.clock.now())
    assert "2" in rig.tenant.clients
    assert customer("2")


def test_one_that_somebody_else_deletes_here_alone_meanwhile_stays_in_robaws(rig):
    doomed = customer("2")
    forgetting = partial(forget, customer("2"), who="somebody else", now=rig.clock.now())
    rig.answer_once_with("GET", "/api/v2/clients/2", rig.remote("2"), forgetting)
    with rig.client() as client, pytest.raises(ChangedMeanwhileError, match="deleted here meanwhile"):
        delete_everywhere(client, doomed, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert "2" in rig.tenant.clients


def test_a_lost_answer_to_a_delete_is_no_harm(rig):
    rig.faults("reset-after@DELETE:1")
    with rig.client() as client:
        delete_everywhere(client, customer("2"), tenant=rig.mapping, who="me", now=rig.clock.now())
    assert "2" not in rig.tenant.clients
    assert not Customer.objects.filter(robaws_client_id="2").exists()


def test_a_customer_with_intakes_cannot_be_deleted(rig):
    Intake.objects.create(robaws_client_id="2")
    with pytest.raises(StillInUseError):
        forget(customer("2"), who="me", now=rig.clock.now())
    with pytest.raises(ProtectedError), transaction.atomic():
        customer("2").delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        Customer.objects.filter(robaws_client_id="2").delete()
    assert customer("2")
