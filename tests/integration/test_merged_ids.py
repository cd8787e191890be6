"""The id of a customer that was merged goes on to be used by others, and leads to the survivor."""

import pytest

from bconnect.customers import references
from bconnect.intakes.models import Intake
from bconnect.jobs.slices import Slice
from bconnect.sync import latecomers, merge_job, quarantine, unmerge
from bconnect.sync.forget import StillInUseError, forget
from bconnect.sync.models import Merge, Redirect
from tests.integration.merging_rig import merge_here, noordzee, undo
from tests.integration.rig import Rig, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return noordzee()


def late_intake(client_id: str) -> None:
    """Saved by another program, which does not know of the merge."""
    Intake.objects.create(robaws_client_id=client_id, customer_name="late")


def refused(rig: Rig, *client_ids: str) -> None:
    """Robaws shows them without a name: they are in quarantine."""
    for client_id in client_ids:
        rig.edit(client_id, name=None)
    rig.pull()
    assert quarantine.client_ids() == {*client_ids}


def test_a_survivor_is_not_deleted_while_an_intake_bears_a_merged_id(rig):
    merge_here(rig, "3", into="4")
    merge_here(rig, "4", into="1")
    Intake.objects.all().delete()
    late_intake("3")
    with pytest.raises(StillInUseError, match="1 intake refers to customer 1"):
        forget(customer("1"), who="me", now=rig.clock.now())
    assert references.in_use("2") == ""


def test_an_intake_that_bears_a_merged_id_moves_with_the_next_merge_and_back_when_that_is_undone(rig):
    merge_here(rig, "3", into="4")
    late_intake("3")
    record = merge_here(rig, "4", into="1")
    assert Intake.objects.get(customer_name="late").robaws_client_id == "1"
    undo(rig, record)
    assert Intake.objects.get(customer_name="late").robaws_client_id == "4"


def test_an_intake_that_bears_a_merged_id_is_moved_to_the_survivor_and_back_by_undos(rig):
    first, second = merge_here(rig, "3", into="4"), merge_here(rig, "4", into="1")
    late_intake("3")
    Merge.objects.update(state=Merge.State.DONE)
    merge_job.continue_merges(Slice(50))
    late = Intake.objects.filter(customer_name="late")
    ways = [late.get().robaws_client_id]
    for record in (second, first):
        undo(rig, record)
        ways.append(late.get().robaws_client_id)
    assert ways == ["1", "4", "3"]


def test_an_intake_of_nobody_known_here_is_left_alone(rig):
    late_intake("77")
    merge_here(rig, "3", into="4")
    Intake.objects.create(robaws_client_id="2", customer_name="another's")
    latecomers.gather()
    assert set(Intake.objects.values_list("robaws_client_id", flat=True)) == {"77", "1", "2", "4"}


def test_the_refused_records_of_those_merged_or_deleted_leave_the_quarantine(rig):
    refused(rig, "2", "3", "4")
    Intake.objects.all().delete()
    merge_here(rig, "2")
    assert quarantine.client_ids() == {"3", "4"}
    forget(customer("3"), who="me", now=rig.clock.now())
    assert quarantine.client_ids() == {"4"}


@pytest.mark.parametrize("kind", ["full", "incremental"])
def test_one_that_is_left_over_leaves_when_the_client_comes_in(rig, kind):
    refused(rig, "2")
    Redirect.objects.create(robaws_client_id="2", customer=customer("1"))  # as versions before left it
    rig.pull(kind)
    assert quarantine.client_ids() == set()


def test_a_refused_record_is_refused_again_after_the_merge_was_undone(rig):
    refused(rig, "2")
    unmerge.undo(merge_here(rig, "2"), tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.pull()
    assert quarantine.client_ids() == {"2"}
