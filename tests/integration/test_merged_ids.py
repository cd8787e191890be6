"""The id of a customer that was merged goes on to be used by others, and leads to the survivor."""

import pytest

from bconnect.customers import references
from bconnect.intakes.models import Intake
from bconnect.sync.forget import StillInUseError, forget
from tests.integration.merging_rig import merge_here, noordzee, undo
from tests.integration.rig import Rig, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return noordzee()


def late_intake(client_id: str) -> None:
    """Saved by another program, which does not know of the merge."""
    Intake.objects.create(robaws_client_id=client_id, customer_name="late")


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
