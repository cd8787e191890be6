"""Creating, replacing, patching, deleting: what is stored, what is refused, what counts as a change."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from simulated_caller import CLIENTS, Caller, MakeCaller, body, record

from robaws.simulator import Response


def test_a_new_client_gets_the_highest_id_ever_plus_one(caller: Caller) -> None:
    caller.tenant.remove("10")
    response = caller.ask("POST", CLIENTS, {"name": "New"})
    assert response.status == 201
    assert body(response)["id"] == "11"
    assert response.headers["Location"] == f"{CLIENTS}/11"


def test_clients_created_at_once_get_ids_of_their_own(caller: Caller) -> None:
    def create(number: int) -> str:
        return str(body(caller.ask("POST", CLIENTS, {"name": f"New {number}"}))["id"])

    with ThreadPoolExecutor(8) as threads:
        created = list(threads.map(create, range(64)))
    assert sorted(created, key=int) == [str(number) for number in range(11, 75)]


def test_a_new_client_has_every_member_and_its_times(caller: Caller) -> None:
    caller.ask("POST", CLIENTS, {"name": "New", "extraFields": {"Role": {"stringValue": "RORO"}}})
    stored = caller.tenant.clients["11"]
    assert stored["createdAt"] == stored["updatedAt"] == "2025-10-09T08:53:20.000Z"
    assert stored["extraFields"] == {"Role": {"type": "SELECT", "group": None, "stringValue": "RORO"}}
    assert (stored["email"], stored["address"]["city"], stored["logicId"]) == (None, None, "K11")


@pytest.mark.parametrize("name", ["", "   ", None])
def test_a_client_needs_a_name(caller: Caller, name: str | None) -> None:
    for response in (caller.ask("POST", CLIENTS, {"name": name}), caller.patch(3, {"name": name})):
        assert response.status == 400
        assert body(response)["errors"] == [{"field": "name", "message": "must not be blank"}]
    assert len(caller.tenant.clients) == 10


def test_every_invalid_member_has_its_own_message(caller: Caller) -> None:
    response = caller.patch(3, {"email": 5, "address": {"city": ["x"]}, "tel": "9" * 256})
    fields = {error["field"] for error in body(response)["errors"]}
    assert fields == {"email", "address.city", "tel"}


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"text"', b"null"])
def test_a_body_that_is_no_object_is_refused(caller: Caller, raw: bytes) -> None:
    for method, path in (("POST", CLIENTS), ("PUT", f"{CLIENTS}/3")):
        assert caller.ask(method, path, raw).status == 400
    assert caller.ask("PATCH", f"{CLIENTS}/3", raw, content_type="application/merge-patch+json").status == 400


def test_put_empties_what_the_body_leaves_out(caller: Caller) -> None:
    response = caller.ask("PUT", f"{CLIENTS}/3", {"name": "Only"}, query={"include": "extraFields"})
    changed = body(response)
    assert (changed["name"], changed["email"], changed["address"], changed["extraFields"]) == (
        "Only",
        None,
        None,
        {},
    )
    assert (changed["id"], changed["createdAt"]) == ("3", record(3)["createdAt"])


def test_merge_patch_changes_the_given_members_and_null_clears(caller: Caller) -> None:
    changed = body(caller.patch(3, {"email": None, "address": {"city": "Gent"}, "nonsense": 1}))
    address = record(3)["address"] | {"city": "Gent"}
    assert changed == record(3, email=None, address=address, updatedAt=changed["updatedAt"])


def test_the_plain_form_replaces_the_address_whole_but_merges_extra_fields(make: MakeCaller) -> None:
    more = record(1)["extraFields"] | {"Controle": {"type": "BOOLEAN", "group": None, "booleanValue": True}}
    caller = make([record(1, extraFields=more)], patch_forms={"plain"})
    sent = {"address": {"city": "Gent"}, "extraFields": {"Role": {"stringValue": "OEM"}}}
    changed = body(caller.patch(1, sent, "json"))
    assert changed["address"] == {"addressLine1": None, "postalCode": None, "city": "Gent", "country": None}
    assert changed["extraFields"]["Role"]["stringValue"] == "OEM"
    assert changed["extraFields"]["Controle"] == more["Controle"]


def test_json_patch_applies_all_operations_or_none(caller: Caller) -> None:
    replace = {"op": "replace", "path": "/name", "value": "Changed"}
    failing = {"op": "test", "path": "/email", "value": "somebody@else.be"}
    assert caller.patch(3, [replace, failing], "json-patch+json").status == 409
    assert caller.tenant.clients["3"] == record(3)
    assert caller.patch(3, [replace], "json-patch+json").status == 200
    assert caller.tenant.clients["3"]["name"] == "Changed"


def test_json_patch_can_test_the_time_of_the_last_change(caller: Caller) -> None:
    test = {"op": "test", "path": "/updatedAt", "value": record(3)["updatedAt"]}
    rename = {"op": "replace", "path": "/name", "value": "Mine"}
    assert caller.patch(3, [test, rename], "json-patch+json").status == 200
    assert caller.patch(3, [test, rename], "json-patch+json").status == 409


@pytest.mark.parametrize(
    ("forms", "accepted"),
    [
        ({"merge", "json"}, {"merge-patch+json", "json-patch+json"}),
        ({"plain"}, {"json"}),
        ({"json"}, {"json-patch+json"}),
    ],
)
def test_a_form_the_tenant_does_not_take_is_415(make: MakeCaller, forms: set[str], accepted: set[str]) -> None:
    caller = make(patch_forms=forms)
    answers = {form: caller.patch(3, [], form).status for form in ("json-patch+json",)}
    answers |= {form: caller.patch(3, {}, form).status for form in ("merge-patch+json", "json")}
    assert {form for form, status in answers.items() if status == 200} == accepted
    assert {status for status in answers.values() if status != 200} == {415}


def test_an_extra_field_keeps_its_type_and_group(caller: Caller) -> None:
    sent = {"extraFields": {"Role": {"type": "TEXT", "group": "Mine", "stringValue": "RORO"}}}
    fields = body(caller.patch(3, sent))["extraFields"]
    assert fields == {"Role": {"type": "SELECT", "group": None, "stringValue": "RORO"}}


def test_an_extra_field_the_client_had_not_takes_its_type_from_the_definition(make: MakeCaller) -> None:
    payroll = {"Payroll nr": {"type": "TEXT", "group": "HR", "stringValue": "1"}}
    caller = make([record(1, extraFields={}), record(2, extraFields=payroll)])
    sent = {"extraFields": {"Role": {"stringValue": "FCL"}, "Payroll nr": {"stringValue": "7"}}}
    assert body(caller.patch(1, sent))["extraFields"] == {
        "Role": {"type": "SELECT", "group": None, "stringValue": "FCL"},
        "Payroll nr": {"type": "TEXT", "group": "HR", "stringValue": "7"},
    }


def test_an_unknown_extra_field_is_ignored_or_refused_as_the_tenant_has_it(make: MakeCaller) -> None:
    sent = {"extraFields": {"Colour": {"stringValue": "red"}}}
    lenient = body(make().patch(3, sent))
    assert lenient == record(3)
    refused = make(refuse_unknown_fields=True).patch(3, sent)
    assert refused.status == 400
    assert body(refused)["errors"][0]["field"] == "extraFields.Colour"


@pytest.mark.parametrize("value", [{"stringValue": 5}, {"booleanValue": True}, "RORO", ["RORO"]])
def test_a_value_that_does_not_fit_the_field_is_refused(caller: Caller, value: Any) -> None:
    assert caller.patch(3, {"extraFields": {"Role": value}}).status == 400
    assert caller.tenant.clients["3"] == record(3)


def test_a_write_without_effect_moves_nothing(caller: Caller) -> None:
    assert body(caller.patch(3, {"name": "Client 3", "id": "99"})) == record(3)
    assert caller.tenant.clients["3"]["updatedAt"] == record(3)["updatedAt"]


def test_a_real_change_moves_updated_at_to_now_in_milliseconds(caller: Caller) -> None:
    caller.clock.advance(0.25)
    assert body(caller.patch(3, {"name": "X"}))["updatedAt"] == "2025-10-09T08:53:20.250Z"


def test_updated_at_never_goes_back(make: MakeCaller) -> None:
    caller = make([record(1, updatedAt="2030-01-01T00:00:00.000Z")])
    assert body(caller.patch(1, {"name": "X"}))["updatedAt"] == "2030-01-01T00:00:00.001Z"


def test_what_was_odd_before_is_not_held_against_a_writer(make: MakeCaller) -> None:
    odd = record(1, name=4711, extraFields={"Role": ["POV", "RORO"]})
    response = make([odd]).patch(1, {"email": "new@client.be"})
    assert response.status == 200
    assert body(response)["extraFields"] == {"Role": ["POV", "RORO"]}


def test_a_deleted_client_is_gone(caller: Caller) -> None:
    assert caller.ask("DELETE", f"{CLIENTS}/3") == Response(204, b"", caller.ask("DELETE", f"{CLIENTS}/4").headers)
    assert "3" not in caller.ids(size="100")
    for method in ("GET", "DELETE", "PUT", "PATCH"):
        response = caller.ask(method, f"{CLIENTS}/3", {"name": "X"}, content_type=_content_type(method))
        assert response.status == 404
        assert "3" in body(response)["message"]


def _content_type(method: str) -> str:
    return "application/merge-patch+json" if method == "PATCH" else "application/json"


@pytest.mark.parametrize("client_id", ["0", "NEW_1", "99999", "3.5", "%20"])
def test_an_unknown_id_is_a_404_in_json(caller: Caller, client_id: str) -> None:
    response = caller.ask("GET", f"{CLIENTS}/{client_id}")
    assert (response.status, response.headers["Content-Type"]) == (404, "application/json")


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", CLIENTS), ("PATCH", CLIENTS), ("POST", f"{CLIENTS}/3"), ("PUT", "/api/v2/webhook-endpoints")],
)
def test_a_method_that_is_not_there_is_405_and_names_those_that_are(caller: Caller, method: str, path: str) -> None:
    response = caller.ask(method, path, {})
    assert response.status == 405
    assert "GET" in response.headers["Allow"]
