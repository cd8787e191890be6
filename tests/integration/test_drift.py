"""What webhooks told of and what only a pull found, day by day. On both databases."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from bconnect.operations import drift
from bconnect.sync.models import SyncRun
from bconnect.webhooks import trial
from bconnect.webhooks.models import Delivery, Status, WebhookConfiguration
from tests.integration.upkeep_rig import DAY, NOW, pulled, registered_webhook, told

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 21)


@pytest.fixture
def registered() -> WebhookConfiguration:
    return registered_webhook()


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
