"""Webhook calls: who hears what, how it is signed, what goes wrong on purpose, what is tried again."""

import orjson
import pytest
from simulated_caller import CLIENTS, START, Caller, MakeCaller, body, record

from robaws.signature import verify
from robaws.simulator import Delivery, Habits

ENDPOINTS = "/api/v2/webhook-endpoints"
BOTH = ["client.created", "client.updated"]


def register(caller: Caller, url: str = "http://127.0.0.1:9/hook", events: list[str] = BOTH) -> dict[str, str]:
    response = caller.ask("POST", ENDPOINTS, {"url": url, "events": events})
    assert response.status == 201
    registered: dict[str, str] = body(response)
    return registered


def told(delivery: Delivery) -> tuple[str, str]:
    event = orjson.loads(delivery.body)
    return event["event"], event["data"]["id"]


def test_a_secret_is_shown_once(caller: Caller) -> None:
    registered = register(caller)
    assert registered["secret"]
    listed = body(caller.ask("GET", ENDPOINTS))["items"]
    assert [(one["id"], one["url"], one["events"]) for one in listed] == [(registered["id"], registered["url"], BOTH)]
    assert "secret" not in listed[0]


def test_a_removed_endpoint_hears_nothing_more(caller: Caller) -> None:
    registered = register(caller)
    caller.tenant.edit("1", {"name": "Before"})
    assert caller.ask("DELETE", f"{ENDPOINTS}/{registered['id']}").status == 204
    caller.tenant.edit("1", {"name": "After"})
    assert caller.tenant.deliveries() == []
    assert caller.ask("DELETE", f"{ENDPOINTS}/{registered['id']}").status == 404


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, {"url", "events"}),
        ({"url": "ftp://x", "events": BOTH}, {"url"}),
        ({"url": "http://x/", "events": []}, {"events"}),
        ({"url": "http://x/", "events": ["client"]}, {"events"}),
    ],
)
def test_a_registration_needs_an_address_and_events(caller: Caller, sent: object, fields: set[str]) -> None:
    response = caller.ask("POST", ENDPOINTS, sent)
    assert response.status == 400
    assert {error["field"] for error in body(response)["errors"]} == fields


def test_a_call_carries_the_whole_client_and_a_good_signature(caller: Caller) -> None:
    registered = register(caller)
    caller.tenant.edit("3", {"name": "Renamed"})
    (delivery,) = caller.tenant.deliveries()
    event = orjson.loads(delivery.body)
    assert event["event"] == "client.updated"
    assert event["data"] == caller.tenant.clients["3"]
    header = delivery.headers(START)["Robaws-Signature"]
    assert verify(header, delivery.body, [registered["secret"]], START).ok
    assert not verify(header, delivery.body, ["other"], START).ok


def test_every_event_has_an_id_of_its_own(caller: Caller) -> None:
    register(caller)
    for number in range(5):
        caller.tenant.edit("3", {"name": f"Name {number}"})
    ids = {orjson.loads(delivery.body)["id"] for delivery in caller.tenant.deliveries()}
    assert len(ids) == 5


def test_writes_through_the_api_are_heard_as_well(caller: Caller) -> None:
    register(caller)
    caller.ask("POST", CLIENTS, {"name": "New"})
    caller.patch(3, {"name": "Renamed"})
    caller.patch(3, {"name": "Renamed"})
    caller.ask("DELETE", f"{CLIENTS}/3")
    assert [told(one) for one in caller.tenant.deliveries()] == [
        ("client.created", "11"),
        ("client.updated", "3"),
    ]


def test_an_endpoint_hears_only_the_events_it_asked_for(caller: Caller) -> None:
    register(caller, events=["client.created"])
    caller.tenant.edit("1", {"name": "X"})
    caller.tenant.add({"name": "New"})
    assert [told(one) for one in caller.tenant.deliveries()] == [("client.created", "11")]


def test_the_same_address_registered_twice_hears_everything_twice(caller: Caller) -> None:
    register(caller)
    register(caller)
    caller.tenant.edit("1", {"name": "X"})
    first, second = caller.tenant.deliveries()
    assert first.body == second.body
    assert first.secret != second.secret


def test_calls_can_be_lost_or_repeated(make: MakeCaller) -> None:
    for habits, calls in ((Habits(lose=1), 0), (Habits(repeat=1), 2), (Habits(), 1)):
        caller = make(habits=habits)
        register(caller)
        caller.tenant.edit("1", {"name": "X"})
        assert len(caller.tenant.deliveries()) == calls


def test_calls_can_overtake_each_other_in_a_repeatable_way(make: MakeCaller) -> None:
    def run(seed: int) -> list[str]:
        caller = make(habits=Habits(reorder=0.5), seed=seed)
        register(caller)
        for number in range(1, 11):
            caller.tenant.edit(str(number), {"name": "X"})
        return [told(one)[1] for one in caller.tenant.deliveries()]

    in_order = [str(number) for number in range(1, 11)]
    assert run(1) == run(1) != in_order
    assert sorted(run(1), key=int) == in_order


def test_a_delayed_call_is_due_later(make: MakeCaller) -> None:
    caller = make(habits=Habits(delay_s=5))
    register(caller)
    caller.tenant.edit("1", {"name": "X"})
    assert caller.tenant.webhooks.take_due() == 5
    caller.clock.advance(5)
    assert isinstance(caller.tenant.webhooks.take_due(), Delivery)
    assert caller.tenant.webhooks.take_due() is None


def test_extra_fields_can_be_keyed_by_guid(make: MakeCaller) -> None:
    guid = "0A1B2C3D-0000-4000-8000-000000000000"
    caller = make(habits=Habits(guid_keys=True), role_guid=guid.lower())
    register(caller)
    caller.tenant.edit("1", {"name": "X"})
    (delivery,) = caller.tenant.deliveries()
    assert orjson.loads(delivery.body)["data"]["extraFields"] == {guid: {"stringValue": "POV"}}


def test_a_payload_can_be_partial(make: MakeCaller) -> None:
    caller = make(habits=Habits(partial=1))
    register(caller)
    caller.tenant.edit("1", {"name": "X"})
    (delivery,) = caller.tenant.deliveries()
    assert orjson.loads(delivery.body)["data"] == {"id": "1", "name": "X"}


def test_a_failed_call_comes_again_with_growing_pauses_and_a_fresh_signature(make: MakeCaller) -> None:
    caller = make(habits=Habits(attempts=3, back_off_s=10))
    secret = register(caller)["secret"]
    caller.tenant.edit("1", {"name": "X"})
    webhooks, sent_at = caller.tenant.webhooks, []
    while (due := webhooks.take_due()) is not None:
        if isinstance(due, Delivery):
            header = due.headers(caller.clock())["Robaws-Signature"]
            assert verify(header, due.body, [secret], caller.clock()).ok
            sent_at.append(caller.clock() - START)
            webhooks.settle(due, accepted=False)
        else:
            caller.clock.advance(due)
    assert sent_at == [0, 10, 30]


def test_too_many_failures_in_a_row_suspend_an_endpoint_without_a_word(make: MakeCaller) -> None:
    caller = make(habits=Habits(attempts=1, suspend_after=3))
    register(caller)
    for number in range(1, 6):
        caller.tenant.edit(str(number), {"name": "X"})
    for _ in range(3):
        due = caller.tenant.webhooks.take_due()
        assert isinstance(due, Delivery)
        caller.tenant.webhooks.settle(due, accepted=False)
    assert caller.tenant.deliveries() == []
    assert body(caller.ask("GET", ENDPOINTS))["items"][0]["status"] == "SUSPENDED"


def test_a_success_forgives_the_failures_before_it(make: MakeCaller) -> None:
    caller = make(habits=Habits(attempts=1, suspend_after=2))
    register(caller)
    for accepted in (False, True, False):
        caller.tenant.edit("1", {"name": f"{caller.clock.now}"})
        caller.clock.advance(1)
        (delivery,) = caller.tenant.deliveries()
        caller.tenant.webhooks.settle(delivery, accepted=accepted)
    assert body(caller.ask("GET", ENDPOINTS))["items"][0]["status"] == "ACTIVE"


def test_a_person_may_store_what_the_api_would_refuse(caller: Caller) -> None:
    caller.tenant.edit("3", {"name": 4711, "extraFields": {"Role": ["POV", "RORO"]}})
    assert caller.tenant.clients["3"]["extraFields"] == {"Role": ["POV", "RORO"]}
    caller.tenant.edit("3", {"extraFields": ["odd"], "id": "77"})
    assert caller.tenant.clients["3"]["extraFields"] == ["odd"]
    caller.tenant.edit("3", {"name": None})
    assert caller.tenant.clients["3"]["name"] is None


def test_a_persons_edit_keeps_the_form_of_the_record(caller: Caller) -> None:
    caller.tenant.edit("3", {"email": None, "address": {"city": None}, "extraFields": {"Role": {"stringValue": "X"}}})
    stored = caller.tenant.clients["3"]
    assert list(stored) == list(record(3))
    assert stored["address"] == record(3)["address"] | {"city": None}
    assert stored["extraFields"]["Role"] == {"type": "SELECT", "group": None, "stringValue": "X"}


def test_what_is_read_from_the_tenant_is_a_copy(caller: Caller) -> None:
    caller.tenant.clients["3"]["name"] = "Mine"
    assert caller.tenant.clients["3"] == record(3)
    with pytest.raises(KeyError):
        caller.tenant.edit("99", {})
