"""Each way in which webhooks don't work is a reason; where they work there is none."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from bconnect.webhooks import health, store, trial
from bconnect.webhooks.endpoints import register
from bconnect.webhooks.models import Delivery, Status
from bconnect.webhooks.refusals import WHY
from robaws.signature import Reason
from tests.integration.webhooks_rig import EVENTS, URL, WebhookRig, pulled

pytestmark = pytest.mark.django_db

HERE = "https://bconnect.test" + URL


@pytest.fixture
def rig() -> WebhookRig:
    """Registered the day before yesterday, with one event applied just now."""
    rig = pulled(1, 2)
    for endpoint in rig.tenant.webhooks.endpoints:
        rig.tenant.webhooks.unregister(endpoint.id)
    register(rig.client(), HERE, ["client.updated"], now=rig.clock.now())
    rig.clock.pass_(48 * 3600)
    rig.edit("1", name="New")
    rig.deliver()
    rig.apply()
    return rig


def reasons(rig: WebhookRig) -> list[str]:
    found = health.check(rig.clock.now(), rig.client().list_webhook_endpoints())
    assert found.is_healthy == (not found.reasons)
    return [reason.code for reason in found.reasons]


def test_webhooks_that_work_give_no_reason(rig):
    assert reasons(rig) == []


def test_no_registration_is_a_reason():
    rig = WebhookRig()
    assert reasons(rig) == ["none_registered"]


def test_a_day_of_silence_is_a_reason(rig):
    rig.clock.pass_(25 * 3600)
    assert reasons(rig) == ["silent"]


def test_a_test_call_of_our_own_does_not_end_the_silence(rig):
    rig.clock.pass_(25 * 3600)
    rig.store(orjson.dumps(trial.event("t1")))
    assert reasons(rig) == ["silent"]


def test_silence_right_after_the_registration_is_none():
    rig = pulled()
    rig.tenant.webhooks.unregister("1")
    register(rig.client(), HERE, ["client.updated"], now=rig.clock.now())
    assert reasons(rig) == []


def test_failed_events_are_a_reason(rig):
    Delivery.objects.update(status=Status.FAILED)
    assert reasons(rig) == ["failing"]


def test_an_event_that_nobody_begins_is_a_reason_after_a_while(rig):
    rig.edit("2", name="New")
    rig.deliver()
    assert reasons(rig) == []
    rig.clock.pass_(601)
    assert reasons(rig) == ["waiting"]


def test_an_event_that_waits_for_its_next_attempt_is_none(rig):
    rig.faults("500")
    rig.tell("e1", {"id": "1", "name": "Doubtful"})
    rig.apply()
    rig.faults()
    rig.clock.pass_(601)
    assert reasons(rig) == []


def test_an_event_begun_and_never_ended_is_a_reason(rig):
    past = rig.clock.now() - timedelta(minutes=11)
    Delivery.objects.update(status=Status.PROCESSING, claimed_until=past)
    assert reasons(rig) == ["stuck"]


def test_refused_signatures_are_a_reason_until_a_call_is_accepted(rig):
    rig.clock.pass_(60)
    store.count_refused(WHY[Reason.MISMATCH], 7, rig.clock.now())
    assert reasons(rig) == ["refused"]
    rig.clock.pass_(60)
    rig.edit("2", name="New")
    rig.deliver()
    assert reasons(rig) == []


def test_an_endpoint_missing_doubled_or_suspended_in_robaws_is_a_reason(rig):
    (endpoint,) = rig.tenant.webhooks.endpoints
    endpoint.suspended = True
    assert reasons(rig) == ["endpoint_suspended"]
    endpoint.suspended = False
    rig.tenant.webhooks.register(HERE, ("client.updated",))
    assert set(reasons(rig)) == {"endpoint_doubled"}
    for each in rig.tenant.webhooks.endpoints:
        rig.tenant.webhooks.unregister(each.id)
    assert reasons(rig) == ["endpoint_missing"]


def test_a_secret_that_can_not_be_read_is_a_reason(rig, settings: Any):
    settings.SECRET_KEY = "another key"
    assert reasons(rig) == ["secret_unreadable"]


def test_robaws_being_out_of_reach_is_a_reason_and_the_rest_is_checked(rig):
    Delivery.objects.update(status=Status.FAILED)
    found = health.check(rig.clock.now(), None, "no answer")
    assert [reason.code for reason in found.reasons] == ["robaws_unreachable", "failing"]
    assert health.as_json(found)["events"] == {"failed": 1}


# --- a webhook made by hand in Robaws, its secret in ROBAWS_WEBHOOK_SECRET ---------------------------------


@pytest.fixture
def by_hand(settings: Any) -> WebhookRig:
    """Nothing is registered here; the last event came just now."""
    settings.ROBAWS_WEBHOOK_SECRET = "a secret from Robaws' own pages"
    rig = pulled(1, 2)
    rig.edit("1", name="New")
    rig.deliver()
    rig.apply()
    return rig


def test_a_webhook_made_by_hand_that_works_gives_no_reason(by_hand):
    assert reasons(by_hand) == []


def test_a_webhook_made_by_hand_is_looked_at_like_any_other(by_hand):
    by_hand.tenant.webhooks.endpoints[0].suspended = True
    assert reasons(by_hand) == ["endpoint_suspended"]
    by_hand.clock.pass_(3 * 86_400)
    assert reasons(by_hand) == ["endpoint_suspended", "silent"]


def test_another_program_s_suspended_webhook_is_not_ours_to_judge(by_hand):
    by_hand.tenant.webhooks.register("https://other.test/hook", EVENTS).suspended = True
    assert reasons(by_hand) == []


def test_a_secret_alone_makes_no_webhook(by_hand):
    by_hand.tenant.webhooks.unregister("1")
    assert reasons(by_hand) == []  # events arrive, by an address that is not known for ours
    by_hand.clock.pass_(25 * 3600)
    assert reasons(by_hand) == ["none_registered", "silent"]
    Delivery.objects.all().delete()
    assert reasons(by_hand) == ["none_registered", "silent"]


def test_right_after_the_first_run_no_event_is_missed(settings: Any):
    settings.ROBAWS_WEBHOOK_SECRET = "a secret from Robaws' own pages"
    assert reasons(pulled(1)) == []
