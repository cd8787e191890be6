"""Drift, alerts, retention and metrics, on both databases."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_q.models import Task
from pytest_django import Settings

from bconnect.customers.models import Customer
from bconnect.jobs import pause
from bconnect.jobs.models import ScheduledJob
from bconnect.operations import alerts, conditions, drift, retention
from bconnect.operations.channels import JsonHook, Mail, Notice
from bconnect.operations.models import AlertState, UnannouncedChange
from bconnect.operations.processes import Watch
from bconnect.sync.models import Conflict, Merge, RequestLimit, SyncRun
from bconnect.webhooks import trial
from bconnect.webhooks.models import Delivery, Status, WebhookConfiguration

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 21, 1, 10, tzinfo=UTC)
TODAY = date(2026, 5, 21)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


# --- drift ------------------------------------------------------------------------------------------------


@pytest.fixture
def registered() -> WebhookConfiguration:
    return WebhookConfiguration.objects.create(
        webhook_id="1", secret="-", url="https://here.test/", registered_at=NOW - 30 * DAY
    )


def pulled(*clients: tuple[str, datetime], kind: str = SyncRun.Kind.INCREMENTAL, at: datetime = NOW) -> SyncRun:
    """A pull that took these clients in, each with its `updatedAt`."""
    run = SyncRun.objects.create(
        kind=kind, status=SyncRun.Status.DONE, started_at=at - MINUTE, finished_at=at + MINUTE, watermark=at
    )
    for client_id, stamp in clients:
        values = {"name": client_id, "remote_updated_at": stamp, "last_synced_at": at}
        Customer.objects.update_or_create(robaws_client_id=client_id, defaults=values)
    return run


def told(client_id: str, stamp: datetime, at: datetime, status: Status = Status.PROCESSED) -> Delivery:
    """A webhook call of that state, received at `at`."""
    payload = {"data": {"id": client_id, "updatedAt": stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")}}
    return Delivery.objects.create(
        event_type="client.updated",
        robaws_id=f"{client_id} {stamp} {at}",
        robaws_client_id=client_id,
        payload=payload,
        status=status,
        received_at=at,
    )


def counts(days: int = 1) -> list[tuple[int, int, int]]:
    return [(day.announced, day.late, day.missed) for day in drift.report(TODAY, days)]


def test_changes_are_announced_late_or_missed(registered: WebhookConfiguration):
    stamp = NOW - timedelta(hours=3)
    told("in time", stamp, NOW - timedelta(hours=2))
    pulled(("in time", stamp), ("late", stamp), ("missed", stamp))
    assert drift.look_at_new_runs() == 2
    told("late", stamp, NOW + timedelta(hours=1))
    told("by webhook alone", stamp, NOW + timedelta(hours=1))
    assert counts() == [(2, 1, 1)]


def test_a_webhook_of_an_older_state_does_not_announce_a_newer_one(registered: WebhookConfiguration):
    told("7", NOW - timedelta(minutes=150), NOW - timedelta(minutes=150))
    pulled(("7", NOW - timedelta(hours=1)))
    drift.look_at_new_runs()
    assert counts() == [(1, 0, 1)]


def test_a_webhook_of_a_newer_state_announces_the_older_one_too(registered: WebhookConfiguration):
    told("7", NOW - timedelta(hours=1), NOW - timedelta(hours=1))
    pulled(("7", NOW - timedelta(hours=2)))
    assert drift.look_at_new_runs() == 0


def test_a_run_is_looked_at_once(registered: WebhookConfiguration):
    pulled(("7", NOW - timedelta(hours=2)))
    assert drift.look_at_new_runs() == 1
    assert drift.look_at_new_runs() == 0
    assert counts() == [(0, 0, 1)]


def test_nothing_is_missed_where_no_webhook_is_registered():
    pulled(("7", NOW - timedelta(hours=2)))
    assert drift.look_at_new_runs() == 0


def test_what_changed_before_the_first_webhook_was_registered_is_not_missed(registered: WebhookConfiguration):
    pulled(("7", NOW - 31 * DAY), kind=SyncRun.Kind.FULL)
    assert drift.look_at_new_runs() == 0


def test_a_refused_call_announces_nothing(registered: WebhookConfiguration):
    stamp = NOW - timedelta(hours=3)
    told("7", stamp, NOW - timedelta(hours=2), Status.REJECTED)
    pulled(("7", stamp))
    assert drift.look_at_new_runs() == 1


def test_a_test_call_of_our_own_announces_nothing(registered: WebhookConfiguration):
    Delivery.objects.create(
        event_type=trial.EVENT,
        robaws_id="t1",
        robaws_client_id="0",
        payload=trial.event("t1"),
        status=Status.IGNORED,
        received_at=NOW - timedelta(hours=1),
    )
    assert counts() == [(0, 0, 0)]


def test_days_are_those_of_brussels(registered: WebhookConfiguration):
    before_midnight = datetime(2026, 5, 20, 21, 59, tzinfo=UTC)
    after_midnight = datetime(2026, 5, 20, 22, 1, tzinfo=UTC)
    told("1", before_midnight, before_midnight)
    told("2", after_midnight, after_midnight)
    assert counts(days=2) == [(1, 0, 0), (1, 0, 0)]


def test_the_drift_report_is_one_json_object(registered: WebhookConfiguration, capsys: pytest.CaptureFixture[str]):
    call_command("drift_report", "--days", "2", "--json")
    report = json.loads(capsys.readouterr().out)
    assert len(report["days"]) == 2
    assert set(report["days"][0]) == {"day", "announced", "late", "missed"}
    assert report["webhooks_since"]


def test_the_drift_report_for_people_has_a_line_a_day(capsys: pytest.CaptureFixture[str]):
    call_command("drift_report", "--days", "3")
    lines = capsys.readouterr().out.splitlines()
    assert "register_webhook" in lines[0]
    assert len(lines) == 2 + 3


# --- alerts -----------------------------------------------------------------------------------------------


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


# --- retention --------------------------------------------------------------------------------------------

KEPT = retention.Kept(payloads=90 * DAY, runs=365 * DAY)


def remove_old() -> int:
    return retention.remove_old(KEPT, NOW, lambda: None)


def test_processed_payloads_go_after_their_time_and_the_rest_stays():
    old, young = NOW - 91 * DAY, NOW - 89 * DAY
    for name, at, status in (
        ("old", old, Status.PROCESSED), ("young", young, Status.PROCESSED), ("failed", old, Status.FAILED),
        ("open", old, Status.RECEIVED), ("ignored", old, Status.IGNORED),
    ):  # fmt: skip
        told(name, at, at, status)
    remove_old()
    kept = set(Delivery.objects.exclude(payload=None).values_list("robaws_client_id", flat=True))
    assert kept == {"young", "failed", "open"}
    assert Delivery.objects.count() == 5


def test_runs_and_calls_go_after_a_year_but_the_watermark_stays():
    ancient = NOW - 400 * DAY
    last = pulled(at=ancient)
    SyncRun.objects.create(kind="client", status="done", started_at=ancient, finished_at=ancient)
    young = SyncRun.objects.create(kind="client", status="done", started_at=NOW, finished_at=NOW)
    told("processed", ancient, ancient)
    told("failed", ancient, ancient, Status.FAILED)
    UnannouncedChange.objects.create(robaws_client_id="1", remote_updated_at=ancient, taken_at=ancient)
    Task.objects.create(id="1", name="a job", func="x", started=ancient, stopped=ancient, success=False)
    assert remove_old() == 5
    assert set(SyncRun.objects.values_list("id", flat=True)) == {last.pk, young.pk}
    assert list(Delivery.objects.values_list("robaws_client_id", flat=True)) == ["failed"]
    assert remove_old() == 0


def test_a_customer_and_its_history_outlive_the_run_that_made_it():
    ancient = NOW - 400 * DAY
    run = SyncRun.objects.create(kind="client", status="done", started_at=ancient, finished_at=ancient)
    customer = Customer.objects.create(name="One")
    customer.changes.create(field="name", old="A", new="One", source="robaws", run=run, at=ancient)
    remove_old()
    assert customer.changes.get().run is None


# --- metrics ----------------------------------------------------------------------------------------------


def metrics(**headers: str) -> Any:
    return Client().get("/metrics", headers=headers or None)


def number(text: str, name: str) -> float:
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(line.rpartition(" ")[2])


def test_metrics_tell_of_runs_events_edits_requests_and_jobs(settings: Settings):
    now = timezone.now()
    pulled(at=now - timedelta(hours=1))
    told("1", now, now - timedelta(minutes=10), Status.RECEIVED)
    Customer.objects.create(name="New here")
    RequestLimit.objects.create(
        tenant=settings.ROBAWS_BASE_URL, live_remaining=9000, live_resets_at=now.timestamp() + 60
    )
    ScheduledJob.objects.create(name="full", last_due_at=now, outcome="done", finished_at=now)
    pause.pause("Ann", "", now)
    answer = metrics()
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'bconnect_sync_runs{kind="incremental",status="done"} 1.0' in text
    assert 'bconnect_webhook_events{status="received"} 1.0' in text
    assert 600 <= number(text, "bconnect_webhook_oldest_unprocessed_seconds") < 700
    assert number(text, "bconnect_pending_edits") == 1
    assert number(text, "bconnect_oldest_pending_edit_seconds") >= 0
    assert 'bconnect_quota_remaining{mode="live"} 9000.0' in text
    assert 'bconnect_job_last_end_timestamp_seconds{job="full",outcome="done"}' in text
    assert number(text, "bconnect_paused") == 1


def test_metrics_are_open_to_this_machine_alone(settings: Settings):
    settings.BCONNECT_METRICS_TOKEN = "a long token"
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert metrics().status_code == 200
    assert elsewhere.get("/metrics").status_code == 403
    assert elsewhere.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 403
    assert elsewhere.get("/metrics", headers={"Authorization": "Bearer a long token"}).status_code == 200


def test_a_proxy_on_this_machine_does_not_open_the_metrics_to_the_world():
    assert metrics(**{"X-Forwarded-For": "203.0.113.9"}).status_code == 403


def test_without_a_token_nobody_elsewhere_gets_the_metrics():
    answer = Client(REMOTE_ADDR="203.0.113.9").get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 403


@pytest.mark.parametrize("word", ["post", "put", "delete"])
def test_metrics_are_only_read(word: str):
    assert getattr(Client(), word)("/metrics").status_code == 405


# --- the engine's watch -----------------------------------------------------------------------------------


def watch(*, ticked: timedelta, alive: bool = True, running_for_s: float = 1000) -> bool:
    """Whether a cluster is well that last looked so long ago."""
    now = [0.0]
    ScheduledJob.objects.update_or_create(name="tick", defaults={"last_due_at": timezone.now() - ticked})
    looks = Watch(lambda: alive, clock=lambda: now[0])
    now[0] = running_for_s
    return looks.is_well()


@pytest.mark.django_db(transaction=True)  # the watch closes connections that are in a transaction
def test_a_job_engine_that_hangs_is_noticed():
    assert watch(ticked=timedelta(minutes=1))
    assert not watch(ticked=timedelta(minutes=6))


def test_a_dead_job_engine_is_noticed_at_once():
    assert not watch(ticked=timedelta(0), alive=False, running_for_s=0)


def test_a_job_engine_that_has_just_begun_is_given_time_to_look():
    assert watch(ticked=timedelta(days=3), running_for_s=1)


@pytest.mark.parametrize("model", ["schedule", "ormq", "success", "failure"])
def test_nobody_can_have_any_function_called_by_way_of_the_engine_s_admin_pages(model: str, admin_client: Client):
    assert admin_client.get("/admin/").status_code == 200
    assert admin_client.get(f"/admin/django_q/{model}/").status_code == 404
