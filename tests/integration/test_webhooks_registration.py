"""Registered, listed, rotated, ended: in Robaws and here, whatever gets lost between the two."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bconnect.jobs.models import Errand
from bconnect.jobs.outcome import Ended
from bconnect.jobs.pause import PausedError, pause
from bconnect.jobs.slices import Slice
from bconnect.sync import cipher
from bconnect.webhooks import errands
from bconnect.webhooks.endpoints import (
    OLD_SECRET_FOR,
    DuplicateError,
    LeftOverError,
    StillCountsError,
    UnknownWebhookError,
    compared,
    deactivate,
    register,
    rotate,
)
from bconnect.webhooks.keyring import active_secrets
from bconnect.webhooks.models import WebhookConfiguration
from robaws.errors import RobawsError
from tests.integration.rig import Rig

pytestmark = pytest.mark.django_db

HERE = "https://bconnect.test/api/webhooks/robaws/customers"
EVENTS = ["client.created", "client.updated"]


def registered(rig: Rig, url: str = HERE, **options: Any) -> tuple[WebhookConfiguration, str]:
    return register(rig.client(), url, EVENTS, now=rig.clock.now(), **options)


def marks(rig: Rig) -> dict[str, list[str]]:
    listed = compared(rig.client().list_webhook_endpoints())
    return {each.webhook_id: [mark.code for mark in each.marks] for each in listed}


def test_a_registration_is_known_on_both_sides_with_the_secret_encrypted():
    rig = Rig()
    made, secret = registered(rig)
    (endpoint,) = rig.tenant.webhooks.endpoints
    assert (endpoint.id, endpoint.url, list(endpoint.events), endpoint.secret) == (
        made.webhook_id,
        HERE,
        EVENTS,
        secret,
    )
    assert secret not in made.secret
    assert cipher.decrypt(made.secret) == secret
    assert marks(rig) == {made.webhook_id: []}


def test_a_secret_goes_into_no_log(caplog: pytest.LogCaptureFixture):
    rig = Rig()
    with caplog.at_level(logging.DEBUG):
        made, secret = registered(rig)
        _, newer = rotate(rig.client(), made.webhook_id, now=rig.clock.now())
    assert secret not in caplog.text
    assert newer not in caplog.text


@pytest.mark.parametrize("url", [HERE, HERE + "/", HERE.replace("https://b", "https://B")])
def test_a_second_registration_of_the_same_address_is_refused_unless_forced(url):
    rig = Rig()
    registered(rig)
    with pytest.raises(DuplicateError, match="--force"):
        registered(rig, url)
    assert len(rig.tenant.webhooks.endpoints) == 1
    registered(rig, url, force=True)
    assert len(rig.tenant.webhooks.endpoints) == 2


def test_an_address_that_only_robaws_knows_of_is_a_duplicate_too():
    rig = Rig()
    rig.tenant.webhooks.register(HERE, tuple(EVENTS))
    with pytest.raises(DuplicateError):
        registered(rig)


def test_after_a_deactivation_the_address_can_be_registered_again():
    rig = Rig()
    first, _ = registered(rig)
    deactivate(rig.client(), first.webhook_id, now=rig.clock.now())
    registered(rig)
    assert WebhookConfiguration.objects.filter(is_active=True).count() == 1


def test_a_deactivated_webhook_is_gone_in_robaws_and_its_secret_counts_no_more():
    rig = Rig()
    made, _ = registered(rig)
    deactivate(rig.client(), made.webhook_id, now=rig.clock.now())
    assert rig.tenant.webhooks.endpoints == []
    assert active_secrets(rig.clock.now()) == ()


def test_a_webhook_that_robaws_lost_can_be_deactivated():
    rig = Rig()
    made, _ = registered(rig)
    rig.tenant.webhooks.unregister(made.webhook_id)
    assert marks(rig) == {made.webhook_id: ["endpoint_missing"]}
    deactivate(rig.client(), made.webhook_id, now=rig.clock.now())
    assert marks(rig) == {made.webhook_id: []}


def test_while_robaws_does_not_answer_nothing_is_deactivated():
    rig = Rig()
    made, secret = registered(rig)
    rig.faults("500")
    with pytest.raises(RobawsError):
        deactivate(rig.client(), made.webhook_id, now=rig.clock.now())
    assert active_secrets(rig.clock.now()) == (secret,)


def test_another_programs_webhook_is_removed_only_by_force():
    rig = Rig()
    other = rig.tenant.webhooks.register("https://other.test", ("article.updated",))
    assert marks(rig) == {other.id: ["only_in_robaws"]}
    with pytest.raises(UnknownWebhookError):
        deactivate(rig.client(), other.id, now=rig.clock.now())
    deactivate(rig.client(), other.id, now=rig.clock.now(), force=True)
    assert rig.tenant.webhooks.endpoints == []


def test_after_a_rotation_both_secrets_count_for_a_day_and_then_the_new_one():
    rig = Rig()
    made, old = registered(rig)
    rotated, new = rotate(rig.client(), made.webhook_id, now=rig.clock.now())
    assert [endpoint.id for endpoint in rig.tenant.webhooks.endpoints] == [rotated.webhook_id]
    assert set(active_secrets(rig.clock.now())) == {old, new}
    assert active_secrets(rig.clock.now() + OLD_SECRET_FOR + timedelta(seconds=1)) == (new,)


def test_while_the_secret_before_counts_only_force_rotates_again():
    rig = Rig()
    made, first = registered(rig)
    rotated, second = rotate(rig.client(), made.webhook_id, now=rig.clock.now())
    with pytest.raises(StillCountsError, match="--force"):
        rotate(rig.client(), rotated.webhook_id, now=rig.clock.now())
    assert set(active_secrets(rig.clock.now())) == {first, second}
    assert [endpoint.id for endpoint in rig.tenant.webhooks.endpoints] == [rotated.webhook_id]
    forced, third = rotate(rig.client(), rotated.webhook_id, now=rig.clock.now(), force=True)
    assert set(active_secrets(rig.clock.now())) == {second, third}
    rig.clock.pass_(OLD_SECRET_FOR.total_seconds() + 1)
    rotate(rig.client(), forced.webhook_id, now=rig.clock.now())


def test_a_rotation_whose_old_registration_stays_says_so_and_keeps_the_new_secret():
    rig = Rig()
    made, old = registered(rig)
    rig.faults("500@DELETE")
    with pytest.raises(LeftOverError, match="--force"):
        rotate(rig.client(), made.webhook_id, now=rig.clock.now())
    rig.faults()
    ours = WebhookConfiguration.objects.get()
    assert set(active_secrets(rig.clock.now())) == {old, cipher.decrypt(ours.secret)}
    assert marks(rig)[ours.webhook_id] == ["endpoint_doubled"]


@pytest.mark.parametrize("webhook_id", ["99", "1"])
def test_only_an_active_webhook_of_ours_can_be_rotated(webhook_id):
    rig = Rig()
    made, _ = registered(rig)
    deactivate(rig.client(), made.webhook_id, now=rig.clock.now())
    with pytest.raises(UnknownWebhookError):
        rotate(rig.client(), webhook_id, now=rig.clock.now())


def test_a_suspended_endpoint_and_other_events_are_marked():
    rig = Rig()
    made, _ = registered(rig)
    rig.tenant.webhooks.endpoints[0].suspended = True
    WebhookConfiguration.objects.update(events=["client.created"])
    assert marks(rig) == {made.webhook_id: ["endpoint_differs", "endpoint_suspended"]}


@pytest.mark.parametrize("forced", [{}, {"force": True}])
def test_while_writing_is_held_nothing_is_registered_renewed_or_removed(forced):
    rig = Rig()
    made, _ = registered(rig)
    pause("somebody", "stock-taking", rig.clock.now())
    before = list(rig.tenant.webhooks.endpoints)
    with pytest.raises(PausedError, match="stock-taking"):
        registered(rig, "https://other.test", **forced)
    with pytest.raises(PausedError):
        rotate(rig.client(), made.webhook_id, now=rig.clock.now())
    with pytest.raises(PausedError):
        deactivate(rig.client(), made.webhook_id, now=rig.clock.now(), **forced)
    assert rig.tenant.webhooks.endpoints == before


@pytest.mark.parametrize("work", [errands.register, errands.rotate, errands.deactivate])
def test_a_task_that_is_asked_for_meanwhile_fails_with_the_reason(work):
    pause("somebody", "stock-taking", timezone.now())
    asked = Errand(kind="webhook", by="ann", arguments={"url": HERE, "webhook_id": "1"})
    outcome = work(asked, Slice(50))
    assert outcome.ended is Ended.FAILED
    assert "stock-taking" in outcome.detail
