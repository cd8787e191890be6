"""The loop over the inbox: it goes on whatever happens, and ends when it is told to."""

import threading
import time
from typing import Any

import pytest
from django.test import Client

from bconnect.webhooks import inbox, trial
from bconnect.webhooks.applying import Counts, Inbox
from bconnect.webhooks.models import Delivery
from tests.integration.rig import client_record, customer
from tests.integration.webhooks_rig import URL, pulled, statuses


class Failing(Inbox):
    """An inbox whose rounds fail so often, then stops the loop."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop, self.rounds = stop, 0

    def apply(self, limit: int) -> Counts:
        self.rounds += 1
        if self.rounds == 3:
            self._stop.set()
        raise RuntimeError("customer data that must not be logged")


@pytest.mark.django_db
def test_a_round_that_fails_does_not_end_the_loop_and_logs_no_data(caplog: pytest.LogCaptureFixture):
    stop = threading.Event()
    failing = Failing(stop)
    inbox.work_until(stop, failing, idle_s=0, after_error_s=0)
    assert failing.rounds == 3
    assert "RuntimeError in apply" in caplog.text
    assert "customer data" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_events_are_applied_while_it_runs_and_it_ends_soon_after_it_is_told_to():
    stop = threading.Event()
    thread = threading.Thread(target=inbox.run_inbox, args=(stop, 0.05))
    rig = pulled()
    rig.edit("1", name="New")
    rig.deliver()
    thread.start()
    deadline = time.monotonic() + 180
    while statuses() != ["processed"] and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert customer("1").name == "New"


@pytest.mark.django_db
def test_without_a_login_only_what_needs_a_read_waits(settings: Any):
    settings.ROBAWS_API_KEY = ""
    rig = pulled()
    rig.edit("1", name="New")
    rig.deliver()
    rig.tell("e2", {"id": "2", "name": "Partial"})
    counts = inbox.apply_events()
    assert (counts.processed, counts.again) == (1, 1)
    assert "ROBAWS_API_KEY" in Delivery.objects.get(robaws_id="e2").error_message


def test_the_test_event_is_a_whole_client_and_of_no_type_that_is_applied():
    event = trial.event("e1")
    assert event["event"] == "bconnect.test"
    assert event["data"].keys() >= {"id", "name", "address", "extraFields", "updatedAt"}


@pytest.mark.django_db
def test_a_page_of_personal_data_is_not_what_an_unsigned_caller_gets():
    answer = Client().post(URL, client_record(1), content_type="application/json")
    assert (answer.status_code, answer.content) == (401, b'{"error": "not signed"}')
