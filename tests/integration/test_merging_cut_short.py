"""A merge that dies in the database, that a late webhook follows, or whose survivor changes while it is sent."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection

from bconnect.customers.duplicates.models import NotDuplicate
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync import merging
from bconnect.sync.models import Change, Conflict, Lease, Merge, MergedCustomer, QuarantinedRecord, Redirect
from bconnect.webhooks.models import Status
from tests.integration.merging_rig import DEACTIVATE, DELETE, Killed, active, in_robaws, merge_here
from tests.integration.rig import customer, snapshot
from tests.integration.webhooks_rig import WebhookRig, events, statuses

pytestmark = pytest.mark.django_db
IN_EARNEST = pytest.mark.django_db(transaction=True)

NOORDZEE = [
    active(1, name="Noordzee Transport BV", tel=None),
    active(2, name="Noordzee Transport", tel="+32 3 206 45 67"),
    active(3, name="Noordzee Transp.", vatNumber="BE0403019261"),
    active(4, name="Noordzee"),
]


@pytest.fixture
def rig() -> WebhookRig:
    rig = WebhookRig(NOORDZEE)
    rig.pull("full")
    rig.clock.pass_(3600)
    for client_id in ("1", "2", "3"):
        Intake.objects.create(robaws_client_id=client_id, customer_name="Noordzee")
    return rig


def everything() -> list[Any]:
    models = (Merge, MergedCustomer, Redirect, Change, Conflict, NotDuplicate, Intake)
    return [snapshot(), *(list(model.objects.order_by("pk").values()) for model in models)]


_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


def killed_at_statement(number: int, work: Callable[[], Any]) -> bool:
    """Whether there was such a statement to be killed at."""
    numbers, is_dead = count(1), False

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal is_dead
        if not is_dead and not sql.startswith(_OF_TRANSACTIONS) and next(numbers) == number:
            is_dead = True
            raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(counted):
            work()
    except Killed:
        Lease.objects.update(holder="")  # whose process is dead holds nothing; this one lives on
        return True
    return False


@IN_EARNEST
def test_killed_at_any_statement_of_the_merge_here_nothing_has_happened(rig):
    before = everything()
    for number in count(1):
        if not killed_at_statement(number, lambda: merge_here(rig, "2", "3")):
            break
        assert everything() == before, f"statement {number}"
    assert number > 20
    assert customer("1").vat_number == "BE0403019261"
    assert Customer.objects.count() == 2


@IN_EARNEST
@pytest.mark.parametrize("choice", [DEACTIVATE, DELETE])
def test_killed_at_any_statement_of_the_steps_in_robaws_they_go_on(rig, choice):
    record = merge_here(rig, "2", "3", in_robaws=choice)
    for number in count(1, step=5):
        if not killed_at_statement(number, lambda: in_robaws(rig, record)):
            break
    assert number > 5
    assert in_robaws(rig, record).state == Merge.State.DONE
    left = {each for each, client in rig.tenant.clients.items() if client.get("isActive") is not False}
    assert left == {"1", "4"}
    assert rig.remote("1")["vatNumber"] == "BE0403019261"
    rig.pull("full")
    rig.push()
    assert Customer.objects.count() == 2


def test_late_webhooks_for_a_merged_client_bring_nothing_back(rig):
    """Told before the merge and after it, whole and as no more than an id."""
    rig.edit("2", name="Told before")
    rig.deliver()
    record = merge_here(rig, "2", "3")
    before = everything()
    rig.edit("2", name="Told after")
    rig.deliver()
    rig.tell("evt-id-only", {"id": "2"})
    rig.tell("evt-created", {**rig.remote("3"), "name": "Once more"}, "client.created")
    rig.apply()
    assert everything() == before
    assert not QuarantinedRecord.objects.exists()
    assert len(events()) == 4
    assert not {Status.FAILED, Status.RECEIVED, Status.PROCESSING} & set(statuses())
    # Its own step still sees that somebody changed it there.
    assert in_robaws(rig, record).merged.get(robaws_client_id="2").step == MergedCustomer.Step.HELD


def test_the_echo_of_our_own_deactivation_brings_nothing_back(rig):
    record = in_robaws(rig, merge_here(rig, "2", "3"))
    assert record.state == Merge.State.DONE
    before = snapshot()
    assert rig.deliver() >= 3
    rig.apply()
    rig.pull("full")
    assert [row["robaws_client_id"] for row in snapshot()] == ["1", "4"]
    assert [row["name"] for row in snapshot()] == [row["name"] for row in before]
    assert not customer("1").is_pending


def test_the_survivor_changes_in_robaws_while_it_is_being_sent(rig):
    record = merge_here(rig, "3")
    rig.before_patch(lambda: rig.edit("1", email="meanwhile@client1.be"))
    assert in_robaws(rig, record).state == Merge.State.DONE
    assert rig.remote("1")["email"] == customer("1").email == "meanwhile@client1.be"
    assert rig.remote("1")["vatNumber"] == "BE0403019261"
    assert rig.remote("3")["isActive"] is False


def test_the_survivors_same_field_changes_in_robaws_while_it_is_being_sent(rig):
    record = merge_here(rig, "3")
    rig.before_patch(lambda: rig.edit("1", vatNumber="BE0400378485"))
    record = in_robaws(rig, record)
    assert record.state == Merge.State.HELD
    assert "vat_number is in conflict: decide that first" in record.error
    assert rig.remote("1")["vatNumber"] == "BE0400378485"
    assert rig.remote("3")["isActive"] is True


@pytest.mark.parametrize("other", ["3", "4"], ids=["with something to send", "with nothing to send"])
def test_the_survivor_is_deleted_in_robaws_meanwhile(rig, other):
    record = merge_here(rig, other)
    rig.tenant.remove("1")
    record = in_robaws(rig, record)
    assert record.state == Merge.State.HELD
    assert "undo the merge" in record.error
    assert rig.remote(other)["isActive"] is True
    assert merging.standing("1", [other]) == record


def test_another_is_deleted_by_somebody_just_before_we_do_it(rig):
    record = merge_here(rig, "2", in_robaws=DELETE)
    rig.answer_instead("DELETE", "/api/v2/clients/2", 404)
    record = in_robaws(rig, record)
    assert record.state == Merge.State.DONE
    assert record.merged.get().step == MergedCustomer.Step.DELETED
