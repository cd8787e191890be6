"""One method per endpoint."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx2
import orjson
import pytest
from robaws_wires import Script, client_over, ok

from robaws.client import Page, PatchForm
from robaws.errors import Absent, BadAnswer, ConnectionLost, ServerFailure, UnsupportedMediaType, is_absent
from robaws.limiter import Mode


def asked(script: Script) -> tuple[str, str, dict[str, str]]:
    request = script.asked[-1]
    return request.method, request.url.path, dict(request.url.params)


def test_listing_asks_the_replica_sorted_by_id_with_extra_fields() -> None:
    script = Script(ok({"items": [{"id": "1"}, None], "totalItems": 4_017, "size": 100, "totalPages": 41}))
    page = client_over(script).list_clients(page=3)
    assert asked(script) == (
        "GET",
        "/api/v2/clients",
        {"page": "3", "size": "100", "sort": "id:asc", "include": "extraFields"},
    )
    assert script.asked[0].headers["Database-Mode"] == "replica"
    assert page == Page([{"id": "1"}, None], 3, 100, 4_017, 41)


def test_listing_takes_filters_and_a_time_in_any_zone() -> None:
    script = Script(ok({"items": []}))
    moment = datetime(2020, 12, 17, 14, 35, 0, 123_999, tzinfo=timezone(timedelta(hours=1)))
    client_over(script).list_clients(updated_from=moment, filters={"extraFields[Role]": "FORWARDER"}, mode=Mode.LIVE)
    _, _, params = asked(script)
    assert params["updatedFrom"] == "2020-12-17T13:35:00.123Z"
    assert params["extraFields[Role]"] == "FORWARDER"
    assert b"extraFields%5BRole%5D=FORWARDER" in script.asked[0].url.query
    assert "Database-Mode" not in script.asked[0].headers


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        client_over(Script(ok())).list_clients(updated_from=datetime(2020, 12, 17, 13, 35))


@pytest.mark.parametrize(
    ("told", "size", "total_items", "total_pages"),
    [
        ({}, None, None, None),
        ({"totalItems": "12", "size": 50}, 50, 12, None),
        ({"totalItems": -1, "size": None, "totalPages": 1.5}, None, None, None),
        ({"totalItems": True, "totalPages": 0}, None, None, 0),
    ],
)
def test_totals_are_taken_where_they_make_sense(
    told: dict[str, Any], size: int | None, total_items: int | None, total_pages: int | None
) -> None:
    page = client_over(Script(ok({"items": [], **told}))).list_clients()
    assert (page.size, page.total_items, page.total_pages) == (size, total_items, total_pages)


def test_a_bare_list_is_a_page_too_and_the_date_is_kept() -> None:
    page = client_over(Script(ok([{"id": 1}], Date="Sun, 22 Nov 2026 12:00:30 GMT"))).list_clients()
    assert page.items == [{"id": 1}]
    assert page.date == datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": {"1": {}}}, "items", 3])
def test_a_list_answer_without_a_list_is_a_bad_answer(body: Any) -> None:
    script = Script(ok(body))
    with pytest.raises(BadAnswer, match="'items'"):
        client_over(script).list_clients()
    assert len(script.asked) == 1


def test_one_client_is_read_live_unless_told_otherwise() -> None:
    script = Script(ok({"id": "7"}))
    assert client_over(script).get_client("7") == {"id": "7"}
    assert asked(script) == ("GET", "/api/v2/clients/7", {"include": "extraFields"})
    assert "Database-Mode" not in script.asked[0].headers


def test_a_client_that_is_gone_is_absent() -> None:
    script = Script(httpx2.Response(404, json={"message": "not found"}))
    client = client_over(script)
    with pytest.raises(Absent) as live:
        client.get_client("7")
    with pytest.raises(Absent) as lagging:
        client.get_client("7", Mode.REPLICA)
    assert is_absent(live.value)
    assert not is_absent(lagging.value)


def test_an_id_is_quoted() -> None:
    script = Script(ok({"id": "x"}))
    client_over(script).get_client("a/../b?c=é")
    assert script.asked[0].url.raw_path == b"/api/v2/clients/a%2F..%2Fb%3Fc%3D%C3%A9?include=extraFields"


@pytest.mark.parametrize("client_id", ["", " ", ".", ".."])
def test_what_would_name_the_list_is_no_id(client_id: str) -> None:
    script = Script(ok())
    client = client_over(script)
    for method in (client.get_client, client.delete_client, client.delete_webhook_endpoint):
        with pytest.raises(ValueError, match="no id"):
            method(client_id)
    assert script.asked == []


def test_creating_is_never_sent_twice_when_the_answer_is_lost() -> None:
    script = Script(httpx2.ReadError("reset"))
    with pytest.raises(ConnectionLost):
        client_over(script).create_client({"name": "New"})
    assert [request.method for request in script.asked] == ["POST"]
    assert orjson.loads(script.asked[0].content) == {"name": "New"}


@pytest.mark.parametrize(
    ("form", "changes", "content_type"),
    [
        (PatchForm.MERGE, {"email": None}, "application/merge-patch+json"),
        (PatchForm.PLAIN, {"email": None}, "application/json"),
        (PatchForm.JSON_PATCH, [{"op": "remove", "path": "/email"}], "application/json-patch+json"),
    ],
)
def test_a_change_is_sent_in_the_form_asked_for(form: PatchForm, changes: Any, content_type: str) -> None:
    script = Script(ok({"id": "7"}))
    assert client_over(script).patch_client("7", changes, form) == {"id": "7"}
    assert script.asked[0].headers["Content-Type"] == content_type
    assert orjson.loads(script.asked[0].content) == changes


def test_a_form_not_taken_is_said_so() -> None:
    with pytest.raises(UnsupportedMediaType):
        client_over(Script(httpx2.Response(415, json={}))).patch_client("7", {})


def test_a_change_answered_with_nothing_gives_none() -> None:
    assert client_over(Script(httpx2.Response(204))).patch_client("7", {}) is None


@pytest.mark.parametrize("form", PatchForm)
def test_a_change_is_not_repeated_after_a_lost_answer(form: PatchForm) -> None:
    script = Script(httpx2.ReadError("reset"), ok({"id": "7"}))
    with pytest.raises(ConnectionLost):
        client_over(script).patch_client("7", {"name": "x"}, form)
    assert len(script.asked) == 1


@pytest.mark.parametrize(("form", "requests"), [(PatchForm.JSON_PATCH, 2), (PatchForm.MERGE, 1), (PatchForm.PLAIN, 1)])
def test_what_was_not_done_is_repeated_only_where_its_tests_guard_what_was_read(form: PatchForm, requests: int) -> None:
    script = Script(httpx2.Response(503, headers={"Retry-After": "1"}), ok({"id": "7"}))
    client = client_over(script)
    with suppress(ServerFailure):
        client.patch_client("7", {"name": "x"}, form, client.soon(60))
    assert len(script.asked) == requests


def test_deleting_a_client() -> None:
    script = Script(httpx2.Response(204))
    client_over(script).delete_client("7")
    assert asked(script) == ("DELETE", "/api/v2/clients/7", {})


@pytest.mark.parametrize("body", [[{"id": "1"}, None], {"items": [{"id": "1"}, "odd"]}])
def test_webhook_endpoints_are_listed_in_either_shape(body: Any) -> None:
    assert client_over(Script(ok(body))).list_webhook_endpoints() == [{"id": "1"}]


def test_a_webhook_endpoint_is_registered_and_removed() -> None:
    script = Script(ok({"id": "9", "secret": "s"}))
    client = client_over(script)
    assert client.create_webhook_endpoint("https://x.example/hook", ["client.created"])["secret"] == "s"
    assert orjson.loads(script.asked[0].content) == {
        "url": "https://x.example/hook",
        "events": ["client.created"],
    }
    client.delete_webhook_endpoint("9")
    assert asked(script)[:2] == ("DELETE", "/api/v2/webhook-endpoints/9")


@pytest.mark.parametrize("body", [[], "x", None])
def test_an_answer_that_is_no_record_is_a_bad_answer(body: Any) -> None:
    answer = httpx2.Response(200, content=orjson.dumps(body))
    with pytest.raises(BadAnswer, match="one record was expected"):
        client_over(Script(answer)).get_client("7")


def test_requests_are_counted_and_it_closes_with_the_block() -> None:
    with client_over(Script(ok({"items": []}))) as client:
        client.list_clients()
        client.list_clients()
    assert client.requests == 2
