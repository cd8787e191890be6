"""Retention, metrics and the watch over the engine, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_q.models import Task
from pytest_django import Settings

from bconnect.customers.models import Customer
from bconnect.jobs import pause
from bconnect.jobs.models import ScheduledJob
from bconnect.operations import retention
from bconnect.operations.models import UnannouncedChange
from bconnect.operations.processes import Watch
from bconnect.sync.models import RequestLimit, SyncRun
from bconnect.webhooks.models import Delivery, Status
from tests.integration.upkeep_rig import DAY, NOW, pulled, told

pytestmark = pytest.mark.django_db


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
