"""What is out of order is told once, and once more when it is over. On both databases."""

import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from django.core import mail
from pytest_django import Settings

from bconnect.customers.models import Customer
from bconnect.jobs.models import ScheduledJob
from bconnect.operations import alerts, conditions, drift
from bconnect.operations.channels import JsonHook, Mail, Notice
from bconnect.operations.models import AlertState
from bconnect.sync.models import Conflict, Merge, RequestLimit
from bconnect.webhooks.models import WebhookConfiguration
from tests.integration.upkeep_rig import DAY, MINUTE, NOW, pulled, registered_webhook, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered() -> WebhookConfiguration:
    return registered_webhook()


class Listener:
    """A channel that keeps what it was told; `is_down` makes it unreachable."""

    def __init__(self, name: str = "listener") -> None:
        self.name = name
        self.heard: list[tuple[str, bool]] = []
        self.is_down = False

    def send(self, notice: Notice) -> None:
        if self.is_down:
            raise OSError("no way through")
        self.heard.append((notice.name, notice.is_over))


def test_one_notice_tells_of_each_change_of_state_and_one_of_its_end():
    listener = Listener()
    for reason in ("", "broken", "broken", "broken otherwise", "", ""):
        alerts.tell({"runs": reason}, [listener], NOW)
    assert listener.heard == [("runs", False), ("runs", True)]


def test_a_notice_that_could_not_be_sent_breaks_nothing_and_is_sent_later():
    deaf, listener = Listener("deaf"), Listener()
    deaf.is_down = True
    assert alerts.tell({"runs": "broken"}, [deaf, listener], NOW) == 1
    deaf.is_down = False
    assert alerts.tell({"runs": "broken"}, [deaf, listener], NOW) == 1
    assert (deaf.heard, listener.heard) == ([("runs", False)], [("runs", False)])


def test_what_was_over_before_anybody_could_be_told_is_not_told():
    listener = Listener()
    listener.is_down = True
    alerts.tell({"runs": "broken"}, [listener], NOW)
    listener.is_down = False
    alerts.tell({"runs": ""}, [listener], NOW)
    assert listener.heard == []


def test_since_is_the_change_of_state_and_the_detail_the_latest_reason():
    alerts.tell({"runs": "broken"}, [], NOW)
    alerts.tell({"runs": "broken otherwise"}, [], NOW + MINUTE)
    state = AlertState.objects.get()
    assert (state.since, state.detail) == (NOW, "broken otherwise")


def test_a_mail_says_what_is_out_of_order_and_that_it_is_over():
    channel = Mail(("ann@firm.test", "bob@firm.test"))
    alerts.tell({"mass guard": "300 of 4017 clients are missing"}, [channel], NOW)
    alerts.tell({"mass guard": ""}, [channel], NOW)
    first, second = mail.outbox
    assert first.to == ["ann@firm.test", "bob@firm.test"]
    assert "needs a look" in first.subject
    assert "300 of 4017" in first.body
    assert "all right again" in second.subject


def hook(*statuses: int) -> tuple[JsonHook, list[Any]]:
    """A webhook that answers with these, one after the other, and what it got."""
    got: list[Any] = []
    left = list(statuses)

    def answer(request: httpx2.Request) -> httpx2.Response:
        got.append(json.loads(request.content))
        return httpx2.Response(left.pop(0))

    return JsonHook("https://hooks.test/T0/secret", httpx2.MockTransport(answer)), got


def test_a_json_webhook_gets_the_text():
    channel, got = hook(200)
    alerts.tell({"conflicts": "2 conflicts wait"}, [channel], NOW)
    assert got == [{"text": "bconnect: conflicts – needs a look\n2 conflicts wait"}]


def test_a_json_webhook_that_refuses_is_tried_again_and_its_address_is_not_logged(caplog: pytest.LogCaptureFixture):
    channel, got = hook(500, 200)
    alerts.tell({"conflicts": "2 conflicts wait"}, [channel], NOW)
    alerts.tell({"conflicts": "2 conflicts wait"}, [channel], NOW)
    assert len(got) == 2
    assert "secret" not in caplog.text


def test_all_is_well_on_an_empty_database():
    assert set(conditions.look(NOW).values()) == {""}


def test_each_condition_names_what_is_out_of_order(settings: Settings):
    ScheduledJob.objects.create(name="full", last_due_at=NOW, outcome="guarded", detail="300 are missing")
    ScheduledJob.objects.create(name="push", last_due_at=NOW, outcome="failed", detail="the login was refused")
    ScheduledJob.objects.create(name="webhook health", last_due_at=NOW, outcome="failed", detail="no event in 24 hours")
    RequestLimit.objects.create(
        tenant=settings.ROBAWS_BASE_URL, live_remaining=600, live_resets_at=NOW.timestamp() + 60,
        replica_remaining=5, replica_resets_at=NOW.timestamp() - 60,
    )  # fmt: skip
    customer = Customer.objects.create(name="One")
    Conflict.objects.create(customer=customer, field="name", since=NOW)
    for state in (Merge.State.HELD, Merge.State.OPEN, Merge.State.DONE):
        Merge.objects.create(
            survivor=customer, survivor_before={}, fields={}, in_robaws="keep", state=state, merged_at=NOW - DAY
        )
    assert conditions.look(NOW) == {
        "scheduled runs": "push: the login was refused",
        "mass guard": "full: 300 are missing",
        "webhooks": "no event in 24 hours",
        "request quota": "600 live requests left today",
        "conflicts": "1 conflict waits for a decision",
        "merges": "merges of customers: 1 wait for somebody, 1 are late",
    }


def test_a_run_that_was_due_hours_ago_and_has_not_ended_is_told():
    ScheduledJob.objects.create(name="full", last_due_at=NOW, done_due_at=NOW - 7 * DAY, outcome="done")
    assert conditions.runs_failing(NOW + timedelta(hours=5)) == ""
    assert "full: not ended" in conditions.runs_failing(NOW + timedelta(hours=7))
    ScheduledJob.objects.update(done_due_at=NOW)
    assert conditions.runs_failing(NOW + timedelta(hours=7)) == ""


def test_changes_that_mostly_no_webhook_told_of_are_told(registered: WebhookConfiguration):
    stamp = NOW - timedelta(hours=3)
    told("1", stamp, NOW - timedelta(hours=2))
    pulled(("1", stamp), ("2", stamp))
    drift.look_at_new_runs()
    assert conditions.webhooks_unwell(NOW) == ""
    pulled(("3", stamp + MINUTE), ("4", stamp + MINUTE))
    drift.look_at_new_runs()
    assert "no webhook told of them" in conditions.webhooks_unwell(NOW)
    assert conditions.webhooks_unwell(NOW + 2 * DAY) == ""
