"""Stored events that can't be applied: tried again, given up, and applied again when somebody asks."""

from datetime import timedelta
from typing import Any

import pytest

from bconnect.sync.models import QuarantinedRecord
from bconnect.webhooks import batch
from bconnect.webhooks.replay import failed, named, replay
from tests.integration.rig import customer, snapshot
from tests.integration.webhooks_rig import events, pulled, statuses

pytestmark = pytest.mark.django_db


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
