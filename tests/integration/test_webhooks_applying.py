"""Stored events into the table: order, doubt, echoes, failures, workers that die. On both databases."""

import random
from contextlib import suppress
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bconnect.customers.models import Customer
from bconnect.sync.forget import forget
from bconnect.sync.models import Change, Conflict, QuarantinedRecord
from bconnect.webhooks import batch, claims
from bconnect.webhooks.models import Delivery, Status
from bconnect.webhooks.replay import failed, named, replay
from robaws.simulator import Habits
from tests.integration.rig import client_record, customer, edit_here, snapshot
from tests.integration.webhooks_rig import (
    WITH_GUID,
    WebhookRig,
    events,
    keyed_by_guid,
    pulled,
    statuses,
)

pytestmark = pytest.mark.django_db


def test_an_edit_in_robaws_arrives_without_a_single_request():
    rig = pulled()
    rig.edit("1", name="New name", address={"city": "Gent"})
    rig.deliver()
    counts = rig.apply()
    assert (customer("1").name, customer("1").city) == ("New name", "Gent")
    assert (counts.processed, rig.reads) == (1, [])
    assert not customer("1").is_pending
    assert Change.objects.filter(actor="webhook", field="name").get().new == "New name"


def test_after_events_a_full_pull_finds_every_row_as_it_should_be():
    rig = pulled(1, 2, 3)
    for number in (1, 2, 3):
        rig.edit(str(number), name=f"New {number}", extraFields={"Role": {"stringValue": "POV"}})
    rig.deliver()
    rig.apply()
    before = snapshot()
    assert rig.pull("full").unchanged == 3
    assert snapshot() == before


def test_a_new_client_is_created():
    rig = pulled()
    new_id = rig.tenant.add(client_record(2, name="New here"))
    rig.deliver()
    rig.apply()
    assert customer(new_id).name == "New here"
    assert (rig.reads, customer(new_id).is_pending) == ([], False)


def test_a_stale_event_after_a_fresh_one_changes_nothing():
    rig = pulled()
    rig.edit("1", name="Old")
    (old,) = (delivery.body for delivery in rig.tenant.deliveries())
    rig.edit("1", name="Fresh")
    rig.deliver()
    rig.apply()
    before = snapshot()
    rig.store(old)
    rig.apply()
    assert snapshot() == before
    assert events()[-1].outcome == "older than what is known"


def test_fifty_events_of_one_client_are_one_change_whatever_their_order():
    rig = pulled()
    for number in range(50):
        rig.edit("1", name=f"Name {number}")
    rig.deliver(lambda bodies: random.Random(7).sample(bodies, len(bodies)))
    counts = rig.apply(10)
    assert customer("1").name == "Name 49"
    assert (counts.processed, rig.reads) == (50, [])
    assert Change.objects.filter(field="name").count() == 1


def test_fifty_doubtful_events_of_one_client_cost_one_read():
    rig = pulled(habits=Habits(partial=1.0))
    for number in range(50):
        rig.edit("1", email=f"n{number}@client.be")
    rig.deliver()
    rig.apply(10)
    assert rig.reads == ["1"]
    assert customer("1").email == "n49@client.be"


def test_a_repeat_is_stored_once():
    rig = pulled(habits=Habits(repeat=1.0))
    rig.edit("1", name="New")
    assert rig.deliver() == 2
    assert len(events()) == 1


def test_an_event_already_applied_is_not_applied_again_by_its_repeat():
    rig = pulled()
    rig.edit("1", name="New")
    (body,) = (delivery.body for delivery in rig.tenant.deliveries())
    rig.store(body)
    rig.apply()
    before = events()[0].processed_at
    rig.clock.pass_(60)
    rig.store(body)
    assert rig.apply().taken == 0
    assert events()[0].processed_at == before


# --- what a payload leaves open ----------------------------------------------------------------------


def test_a_partial_payload_of_a_known_client_is_completed_and_wipes_nothing():
    rig = pulled(habits=Habits(partial=1.0))
    before = customer("1")
    rig.edit("1", name="New name")
    rig.deliver()
    rig.apply()
    after = customer("1")
    assert after.name == "New name"
    assert (after.role, after.email, after.street) == (before.role, before.email, before.street)
    assert rig.reads == ["1"]


def test_a_partial_payload_of_an_unknown_client_is_completed_before_it_is_created():
    rig = pulled(habits=Habits(partial=1.0))
    rig.tenant.add(client_record(2))
    rig.deliver()
    rig.apply()
    assert (customer("2").role, customer("2").city, rig.reads) == ("FORWARDER", "Antwerpen", ["2"])


@pytest.mark.parametrize("is_configured", [True, False])
def test_a_role_keyed_by_guid_is_taken_and_metadata_stay_as_reads_give_them(is_configured):
    rig = pulled(habits=Habits(guid_keys=True))
    if is_configured:
        rig.mapping = WITH_GUID
    rig.edit("1", extraFields={"Role": {"stringValue": "POV"}, "Level": {"type": "INTEGER", "integerValue": 3}})
    rig.deliver()
    rig.apply()
    fields = (customer("1").metadata or {})["extraFields"]
    assert customer("1").role == "POV"
    assert fields["Role"] == {"type": "SELECT", "group": None, "stringValue": "POV"}
    assert fields.keys() <= {"Role", "Level"}
    assert rig.reads == ([] if is_configured else ["1"])


def test_absent_extra_fields_keep_the_role():
    rig = pulled()
    rig.edit("1", name="New name")
    data = {key: value for key, value in rig.remote("1").items() if key != "extraFields"}
    rig.tell("e1", data)
    rig.apply()
    assert (customer("1").name, customer("1").role) == ("New name", "FORWARDER")


def test_an_explicit_null_clears():
    rig = pulled()
    rig.edit("1", email=None)
    rig.deliver()
    rig.apply()
    assert (customer("1").email, rig.reads) == (None, [])


def test_characters_that_no_database_takes_are_replaced_and_the_rest_arrives():
    rig = pulled()
    body = orjson.dumps({"id": "e1", "event": "client.created", "data": client_record(2, name="A#", notes="B#")})
    rig.store(body.replace(b"A#", rb"A\ud83d").replace(b"B#", rb"B\u0000"))
    rig.apply()
    assert (customer("2").name, customer("2").city, statuses()) == ("A?", "Antwerpen", ["processed"])


# --- what is here already ----------------------------------------------------------------------------


def test_a_pending_edit_here_stays_and_the_rest_is_taken():
    rig = pulled()
    edit_here("1", phone="+3232064567")
    rig.edit("1", name="New name")
    rig.deliver()
    rig.apply()
    assert (customer("1").phone, customer("1").name) == ("+3232064567", "New name")
    assert customer("1").is_pending


def test_the_same_field_changed_here_and_there_is_a_conflict():
    rig = pulled()
    edit_here("1", name="Ours")
    rig.edit("1", name="Theirs")
    rig.deliver()
    rig.apply()
    conflict = Conflict.objects.get()
    assert (customer("1").name, conflict.ours, conflict.theirs) == ("Ours", "Ours", "Theirs")


@pytest.mark.parametrize("habits", [Habits(), Habits(guid_keys=True), Habits(partial=1.0)], ids=repr)
def test_the_echo_of_a_push_changes_nothing_and_makes_no_push(habits):
    rig = pulled(habits=habits)
    edit_here("1", phone="+3232064567")
    assert rig.push().pushed == 1
    writes, before = rig.writes(), snapshot()
    assert rig.deliver() == 1
    rig.apply()
    assert snapshot() == before
    assert rig.push().pushed == 0
    assert rig.writes() == writes


def _take_all(rig: WebhookRig) -> None:
    rig.deliver()
    rig.apply()


def test_the_event_of_our_own_creation_that_comes_before_its_answer_makes_no_second_customer():
    rig = pulled()
    Customer.objects.create(robaws_client_id="NEW_1", name="New customer", email="new@new.be")
    rig.after_post(lambda: _take_all(rig))
    assert rig.push().created == 1
    _take_all(rig)
    assert [each.name for each in Customer.objects.order_by("id")] == ["Client 1", "New customer"]
    assert len(rig.tenant.clients) == 2
    rig.pull("full")  # a read lists custom fields where the event of a client without any does not
    writes, before = rig.writes(), snapshot()
    assert rig.push().pushed == 0
    assert rig.pull("full").updated == 0
    assert (rig.writes(), snapshot()) == (writes, before)


def test_the_echo_of_a_push_that_comes_before_its_answer_changes_nothing_more():
    rig = pulled()
    edit_here("1", phone="+3232064567")
    rig.after_patch(lambda: _take_all(rig))
    assert rig.push().pushed == 1
    writes, before = rig.writes(), snapshot()
    assert not customer("1").is_pending
    _take_all(rig)
    assert rig.push().pushed == 0
    assert (rig.writes(), snapshot()) == (writes, before)


def test_an_edit_in_robaws_told_by_an_event_while_ours_is_pushed_is_neither_lost_nor_overwritten():
    rig = pulled()
    edit_here("1", phone="+3232064567", name="Ours")
    rig.edit("1", name="Theirs")
    rig.before_patch(lambda: _take_all(rig))
    rig.push()
    _take_all(rig)
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.ours, conflict.theirs, rig.remote("1")["name"]) == ("Ours", "Theirs", "Theirs")
    assert (customer("1").phone, customer("1").name) == ("+3232064567", "Ours")


def test_a_client_deleted_here_stays_away():
    rig = pulled()
    forget(customer("1"), who="test", now=rig.clock.now())
    rig.edit("1", name="Back?")
    rig.deliver()
    rig.apply()
    assert not Customer.objects.exists()
    assert (statuses(), rig.reads) == (["processed"], [])


def test_a_client_that_answers_404_ends_the_event_and_concludes_nothing():
    rig = pulled()
    rig.tell("e1", {"id": "1", "name": "Somebody"})
    rig.tenant.remove("1")
    before = snapshot()
    rig.apply()
    assert snapshot() == before
    assert (statuses(), events()[0].outcome) == (["processed"], "Robaws has no such client")


def test_an_event_of_a_client_marked_gone_is_asked_about_and_brings_it_back_only_if_it_is_there():
    rig = pulled(1, 2)
    rig.edit("2", name="Late news")
    rig.tenant.remove("2")
    rig.pull("full", allow_mass_deactivation=True)
    rig.deliver()
    rig.apply()
    assert (customer("2").is_active, rig.reads) == (False, ["2"])
    rig.tenant.add(client_record(2, updatedAt="2026-03-02T10:00:00.000Z"))
    rig.deliver()
    rig.apply()
    assert customer("2").is_active


def test_events_taken_while_a_full_run_goes_on_are_not_undone_by_its_pages():
    rig = pulled(*range(1, 251), replica_lag_s=600)
    rig.clock.pass_(600)
    rig.pull("full")
    # The replica, from which the pages come, does not know of these edits yet.
    for number in (1, 120, 250):
        rig.edit(str(number), name=f"New {number}")
    rig.deliver()
    rig.apply()
    edit_here("2", name="Makes the page be looked at")
    tally = rig.pull("full")
    assert [customer(str(n)).name for n in (1, 120, 250)] == ["New 1", "New 120", "New 250"]
    assert tally.skipped == 3


# --- when it goes wrong ------------------------------------------------------------------------------


def test_five_attempts_over_an_hour_then_failed_with_its_error_and_replayed_to_success():
    rig = pulled()
    rig.faults("500")
    rig.edit("1", name="New")
    rig.tell("e1", {"id": "1", "name": "New"})
    waits = []
    while statuses() == ["received"]:
        due = events()[0].next_attempt_at
        assert due is not None
        waits.append(due - rig.clock.now())
        rig.clock.pass_(max(0.0, waits[-1].total_seconds()))
        rig.apply()
    assert len(waits) == batch.ATTEMPTS == 5
    assert timedelta(minutes=55) < sum(waits, timedelta()) < timedelta(minutes=65)
    assert (events()[0].status, events()[0].retry_count) == ("failed", 5)
    assert "500" in events()[0].error_message
    assert events()[0].payload["data"]["name"] == "New"
    rig.faults()
    assert replay(failed(), rig.clock.now()) == 1
    rig.apply()
    assert (customer("1").name, statuses()) == ("New", ["processed"])
    assert events()[0].error_message == ""


def test_an_event_that_waits_for_another_attempt_is_settled_by_a_newer_one():
    rig = pulled()
    rig.tell("e1", {"id": "1", "name": "Doubtful"})
    rig.faults("500")
    rig.apply()
    rig.faults()
    rig.edit("1", name="New")
    rig.deliver()
    rig.apply()
    assert (statuses(), customer("1").name) == (["processed", "processed"], "New")


def test_a_record_that_can_not_be_taken_in_harms_only_itself():
    rig = pulled(1, 2, 3)
    rig.edit("2", name=None)
    for number in ("1", "3"):
        rig.edit(number, name=f"New {number}")
    rig.deliver()
    counts = rig.apply()
    assert (counts.processed, counts.again) == (2, 1)
    assert (customer("1").name, customer("2").name, customer("3").name) == ("New 1", "Client 2", "New 3")
    assert QuarantinedRecord.objects.get().robaws_client_id == "2"


@pytest.mark.parametrize("data", [None, [], "text", {}, {"name": "No id"}])
def test_an_event_about_no_client_fails_at_once_with_the_reason(data: Any):
    rig = pulled()
    rig.tell("e1", data)
    assert rig.apply().failed == 1
    assert (statuses(), "no client" in events()[0].error_message) == (["failed"], True)


def test_an_event_of_an_unknown_type_is_kept_and_ignored():
    rig = pulled()
    rig.tell("e1", {"id": "1", "name": "X"}, event="article.updated")
    assert (rig.apply().taken, statuses()) == (0, ["ignored"])
    assert replay(named(["e1"]), rig.clock.now()) == 1
    assert (rig.apply().ignored, statuses()) == (1, ["ignored"])


def test_replay_takes_event_ids_and_numbers_and_leaves_alone_what_waits():
    rig = pulled(1, 2, 3)
    for number in (1, 2):
        rig.tell(f"e{number}", rig.remote(str(number)))
    rig.apply()
    rig.tell("e3", rig.remote("3"))
    assert replay(named(["e1", str(events()[1].pk), "e3", "unknown"]), rig.clock.now()) == 2


def test_an_old_event_replayed_changes_nothing():
    rig = pulled()
    rig.edit("1", name="Old")
    rig.deliver()
    rig.apply()
    rig.edit("1", name="New")
    rig.deliver()
    rig.apply()
    before = snapshot()
    assert replay(named([str(events()[0].pk)]), rig.clock.now()) == 1
    rig.apply()
    assert snapshot() == before


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
