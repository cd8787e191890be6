"""Stored events into the table: order, doubt, echoes, and what stands here already. On both databases."""

import random

import orjson
import pytest

from bconnect.customers.models import Customer
from bconnect.sync.forget import forget
from bconnect.sync.models import Change, Conflict
from robaws.simulator import Habits
from tests.integration.rig import client_record, customer, edit_here, snapshot
from tests.integration.webhooks_rig import WITH_GUID, WebhookRig, events, pulled, statuses

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
    assert (customer("2").name, customer("2").city, statuses()) == ("A\ufffd", "Antwerpen", ["processed"])


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
