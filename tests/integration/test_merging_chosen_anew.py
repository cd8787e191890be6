"""After a merge somebody wants something else to become of the others in Robaws."""

import pytest

from bconnect.customers.models import Customer
from bconnect.sync import merging
from bconnect.sync.models import Merge
from tests.integration.merging_rig import DEACTIVATE, DELETE, KEEP, in_robaws, merge_here, noordzee, steps, undo
from tests.integration.rig import Rig, edit_here

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return noordzee()


def chosen(rig: Rig, first: Merge.InRobaws, then: Merge.InRobaws) -> Merge:
    record = in_robaws(rig, merge_here(rig, "2", in_robaws=first))
    assert record.state == Merge.State.DONE
    merging.choose(record, then)
    return record


def test_others_that_were_kept_are_deactivated_when_that_is_asked_for(rig):
    assert steps(in_robaws(rig, chosen(rig, KEEP, DEACTIVATE))) == ["deactivated"]
    assert rig.remote("2")["isActive"] is False


@pytest.mark.parametrize("first", [KEEP, DEACTIVATE])
def test_others_that_were_kept_or_deactivated_are_deleted_when_that_is_asked_for(rig, first):
    record = in_robaws(rig, chosen(rig, first, DELETE))
    assert (record.state, steps(record)) == (Merge.State.DONE, ["deleted"])
    assert "2" not in rig.tenant.clients
    undo(rig, record)
    assert Customer.objects.get(name="Noordzee Transport").is_active


def test_what_was_deactivated_stays_so_when_it_is_to_be_kept(rig):
    assert steps(in_robaws(rig, chosen(rig, DEACTIVATE, KEEP))) == ["deactivated"]


def test_the_survivor_is_seen_in_robaws_once_more_before_they_go(rig):
    record = chosen(rig, KEEP, DELETE)
    edit_here("1", email="no address")
    rig.answer_instead("PATCH", "/api/v2/clients/1", 400)
    assert in_robaws(rig, record).state == Merge.State.HELD
    assert "2" in rig.tenant.clients


def test_a_customer_that_robaws_never_knew_has_no_step_whatever_is_chosen(rig):
    new = Customer.objects.create(name="Noordzee")
    record = in_robaws(rig, merge_here(rig, new.robaws_client_id, in_robaws=KEEP))
    merging.choose(record, DELETE)
    assert steps(in_robaws(rig, record)) == ["none"]


def test_a_merge_that_was_undone_leaves_the_others_alone_whatever_is_chosen(rig):
    record = in_robaws(rig, merge_here(rig, "2", in_robaws=KEEP))
    undo(rig, record)
    record.refresh_from_db()
    merging.choose(record, DELETE)
    in_robaws(rig, record)
    assert "2" in rig.tenant.clients
