"""Several workers over the stored events, and those that die: whatever happens, it ends where Robaws is."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bconnect.customers.models import Customer
from bconnect.webhooks import batch, claims
from bconnect.webhooks.models import Delivery, Status
from robaws.simulator import Habits
from tests.integration.rig import client_record, customer, edit_here, snapshot
from tests.integration.webhooks_rig import WITH_GUID, WebhookRig, events, keyed_by_guid, pulled, statuses

pytestmark = pytest.mark.django_db


# --- several workers, and those that die -------------------------------------------------------------


def test_what_a_killed_worker_held_is_taken_over_when_its_claim_ends():
    rig = pulled()
    rig.edit("1", name="New")
    rig.deliver()
    assert claims.claim(100, rig.clock.now()) is not None
    assert (rig.apply().taken, statuses()) == (0, ["processing"])
    rig.clock.pass_(batch.CLAIM_FOR.total_seconds() + 1)
    assert rig.apply().processed == 1
    assert customer("1").name == "New"


def test_a_worker_killed_between_the_rows_and_the_mark_does_no_harm():
    rig = pulled()
    rig.edit("1", name="New")
    rig.deliver()
    rig.apply()
    edit_here("1", name="Edited after that")
    Delivery.objects.update(status=Status.RECEIVED, next_attempt_at=rig.clock.now())
    before = snapshot()
    rig.apply()
    assert snapshot() == before


def test_two_claims_never_hold_the_same_event():
    rig = pulled(*range(1, 11))
    for number in range(1, 11):
        rig.edit(str(number), name="New")
    rig.deliver()
    first, second = claims.claim(4, rig.clock.now()), claims.claim(100, rig.clock.now())
    assert first is not None
    assert second is not None
    assert (len(first.events), len(second.events)) == (4, 6)
    assert not {event.pk for event in first.events} & {event.pk for event in second.events}


def test_a_worker_that_lost_its_claim_leaves_the_event_to_the_other():
    rig = pulled()
    rig.edit("1", name="New")
    rig.deliver()
    slow = claims.claim(100, rig.clock.now())
    rig.clock.pass_(batch.CLAIM_FOR.total_seconds() + 1)
    fast = claims.claim(100, rig.clock.now())
    assert slow is not None
    assert fast is not None
    assert slow.end(slow.events, Status.PROCESSED, "late", rig.clock.now()) == 0
    assert slow.fail(slow.events, "late", rig.clock.now()) == (0, 0)
    assert fast.end(fast.events, Status.PROCESSED, "in time", rig.clock.now()) == 1


class Killed(BaseException):
    """The worker's process ends here, without a chance to write anything down."""


def _doubtful(rig: WebhookRig, *numbers: int) -> None:
    for number in numbers:
        rig.tell(f"e{number}", {"id": str(number), "name": "Doubtful"})


def test_an_event_that_ends_every_worker_is_given_up_and_takes_no_other_with_it():
    rig = pulled(*range(1, 7))
    _doubtful(rig, *range(1, 7))
    deaths = 0

    def read(client_id: str) -> Any:
        if client_id == "3":
            raise Killed
        return rig.remote(client_id)

    while set(statuses()) & {"received", "processing"}:
        with suppress(Killed):
            while rig.inbox(read).apply(100).taken:
                pass
            break
        deaths += 1
        rig.clock.pass_(batch.CLAIM_FOR.total_seconds() + 1)
    ended = {event.robaws_id: (event.status, event.retry_count) for event in events()}
    assert ended.pop("e3") == ("failed", batch.ATTEMPTS)
    assert {status for status, _ in ended.values()} == {"processed"}
    assert deaths == batch.ATTEMPTS
    assert "workers ended" in Delivery.objects.get(robaws_id="e3").error_message


def test_new_events_do_not_wait_for_what_was_tried_in_vain():
    rig = pulled(1, 2)
    _doubtful(rig, 1)
    rig.faults("500")
    rig.apply()
    rig.clock.pass_(60)
    rig.edit("2", name="New")
    rig.deliver()
    assert (rig.inbox().apply(100).processed, customer("2").name) == (1, "New")


def test_while_robaws_does_not_answer_one_event_asks_and_the_others_wait_without_losing_an_attempt():
    rig = pulled(*range(1, 22))
    _doubtful(rig, *range(1, 21))
    rig.faults("500")
    inbox = rig.inbox()
    assert (inbox.apply(100).again, len(rig.reads)) == (20, 1)
    assert sorted(event.retry_count for event in events()) == [0] * 19 + [1]
    rig.edit("21", name="New")
    rig.deliver()
    assert inbox.apply(100).processed == 1
    assert (customer("21").name, len(rig.reads)) == ("New", 1)
    rig.faults()
    rig.clock.pass_(60)
    while inbox.apply(100).taken:
        pass
    assert set(statuses()) == {"processed"}


def test_a_refusal_of_one_client_keeps_no_other_from_being_read():
    rig = pulled(1, 2, 3)
    _doubtful(rig, 1, 2, 3)
    rig.faults("400@GET:1")
    counts = rig.inbox().apply(100)
    assert (counts.processed, counts.again, len(rig.reads)) == (2, 1, 3)


def test_a_worker_that_is_asked_to_end_hands_back_what_would_have_to_be_read():
    rig = pulled(1, 2, 3)
    rig.edit("3", name="New")
    rig.deliver()
    _doubtful(rig, 1, 2)
    counts = rig.inbox(is_stopping=lambda: len(rig.reads) == 1).apply(100)
    assert (counts.processed, counts.again, len(rig.reads)) == (2, 1, 1)
    assert rig.apply().processed == 1
    assert {event.retry_count for event in events()} == {0}


def test_events_wait_for_no_claim_to_end_when_the_database_failed_in_their_batch():
    rig = pulled(1, 2)
    _doubtful(rig, 1, 2)

    def read(client_id: str) -> Any:
        raise OperationalError("deadlock detected")

    with pytest.raises(OperationalError):
        rig.inbox(read).apply(100)
    assert (statuses(), {event.retry_count for event in events()}) == (["received"] * 2, {0})
    assert rig.apply().processed == 2


def test_after_an_error_that_nobody_expected_each_event_is_tried_alone():
    rig = pulled(1, 2)
    _doubtful(rig, 1, 2)

    def read(client_id: str) -> Any:
        raise ZeroDivisionError("some bug")

    with pytest.raises(ZeroDivisionError):
        rig.inbox(read).apply(100)
    assert [event.retry_count for event in events()] == [1, 1]
    rig.clock.pass_(60)
    assert [rig.inbox().apply(100).processed for _ in range(3)] == [1, 1, 0]


def test_a_slow_batch_keeps_hold_of_what_it_has_not_come_to_yet():
    rig = pulled(*range(1, 6))
    _doubtful(rig, *range(1, 6))
    taken_over: list[object] = []

    def read(client_id: str) -> Any:
        rig.clock.pass_(60)
        taken_over.append(claims.claim(100, rig.clock.now()))
        return rig.remote(client_id)

    assert rig.inbox(read).apply(100).processed == 5
    assert taken_over == [None] * 5


def test_looking_for_work_uses_the_partial_index():
    plan = claims.open_events().filter(robaws_client_id="1").explain()
    by_id = claims.open_events().order_by("id").explain()
    if connection.vendor == "sqlite":
        assert "webhooks_open_client" in plan
        assert "webhooks_open" in by_id


# --- whatever happens --------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_shuffled_repeated_partial_and_lost_events_end_where_robaws_is(data: st.DataObject):
    Customer.objects.all().delete()
    Delivery.objects.all().delete()
    habits = Habits(
        partial=data.draw(st.sampled_from([0.0, 0.3])),
        repeat=data.draw(st.sampled_from([0.0, 0.5])),
        guid_keys=data.draw(st.booleans()),
    )
    rig: WebhookRig = pulled(1, 2, 3, habits=habits, seed=data.draw(st.integers(0, 99)))
    rig.mapping = data.draw(st.sampled_from([rig.mapping, WITH_GUID]))
    for step in range(data.draw(st.integers(1, 12))):
        client_id = data.draw(st.sampled_from(["1", "2", "3"]))
        field = data.draw(st.sampled_from(["name", "email", "role"]))
        change = {"role": {"extraFields": {"Role": {"stringValue": f"ROLE {step}"}}}, "name": {"name": f"Name {step}"}}
        rig.edit(client_id, **change.get(field, {"email": f"mail{step}@x.be"}))
        if data.draw(st.booleans()):
            rig.deliver(lambda bodies: data.draw(st.permutations(bodies)))
            rig.apply(data.draw(st.integers(1, 5)))
    rig.deliver(lambda bodies: data.draw(st.permutations(bodies)))
    rig.apply(data.draw(st.integers(1, 5)))
    for client_id in ("1", "2", "3"):
        theirs, ours = rig.remote(client_id), customer(client_id)
        assert (ours.name, ours.email) == (theirs["name"], theirs["email"])
        assert ours.role == theirs["extraFields"]["Role"]["stringValue"]
        assert not ours.is_pending
    assert set(statuses()) == {"processed"}
    rig.pull("full")
    before = snapshot()
    rig.pull("full")
    assert snapshot() == before


def test_guids_of_a_record_are_those_of_the_simulator():
    assert keyed_by_guid(client_record(1))["extraFields"] == {WITH_GUID.role_guid: {"stringValue": "FORWARDER"}}
