"""The benchmark's own Robaws, over real HTTP: pages, changes since, limits and what it counted."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from benchmarks.data import Clients
from benchmarks.login import KEY, SECRET
from benchmarks.remote import Remote, stand_in
from benchmarks.shelf import Shelf

LOGIN = {"Authorization": f"Basic {base64.b64encode(f'{KEY}:{SECRET}'.encode()).decode()}"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "clients.jsonl"
    record = {"name": "Aeon", "updatedAt": "2025-07-03T10:59:24.384Z", "address": {}}
    path.write_text("".join(json.dumps({"id": str(number), **record}) + "\n" for number in range(1, 31)))
    return path


@pytest.fixture
def remote(file: Path) -> Iterator[Remote]:
    with stand_in(file) as running:
        yield running


def ask(remote: Remote, query: str, headers: dict[str, str] = LOGIN) -> tuple[int, dict[str, Any]]:
    connection = HTTPConnection(remote.url.removeprefix("http://"), timeout=60)
    connection.request("GET", f"/api/v2/clients{query}", headers=headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body


def ids(body: dict[str, Any]) -> list[str]:
    return [item["id"] for item in body["items"]]


def test_the_pages_together_are_the_whole_list_once(remote: Remote) -> None:
    pages = [ask(remote, f"?page={page}&size=20")[1] for page in range(3)]
    assert [item for page in pages for item in ids(page)] == [str(number) for number in range(1, 31)]
    assert [page["totalItems"] for page in pages] == [30, 30, 30]
    assert pages[0]["totalPages"] == 2


def test_the_list_can_be_sorted_by_id_downwards(remote: Remote) -> None:
    assert ids(ask(remote, "?size=3&sort=id:desc")[1]) == ["30", "29", "28"]


def test_touched_clients_are_what_changed_since(remote: Remote) -> None:
    assert ask(remote, "?updatedFrom=2026-01-01T00:00:00.000Z")[1]["totalItems"] == 0
    remote.touch(3)
    body = ask(remote, "?updatedFrom=2026-01-01T00:00:00.000Z")[1]
    assert ids(body) == ["1", "11", "21"]
    assert {item["name"] for item in body["items"]} == {"Aeon (renamed)"}


def test_one_client_is_answered_by_its_id_and_an_unknown_one_is_absent(remote: Remote) -> None:
    assert ask(remote, "/12") == (200, ask(remote, "?page=11&size=1")[1]["items"][0])
    assert ask(remote, "/31")[0] == 404


def send(remote: Remote, path: str, changes: Any) -> tuple[int, dict[str, Any]]:
    connection = HTTPConnection(remote.url.removeprefix("http://"), timeout=60)
    connection.request("PATCH", f"/api/v2/clients{path}", json.dumps(changes), LOGIN)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body


@pytest.mark.parametrize(
    "changes",
    [{"address": {"city": "Gent"}}, [{"op": "add", "path": "/address/city", "value": "Gent"}]],
    ids=["a merge patch", "a JSON Patch"],
)
def test_a_client_is_changed_by_either_form_of_a_patch(remote: Remote, changes: Any) -> None:
    before = ask(remote, "/12")[1]
    status, after = send(remote, "/12", changes)
    assert (status, after["address"]["city"]) == (200, "Gent")
    assert after["updatedAt"] > before["updatedAt"]
    assert ask(remote, "?page=11&size=1")[1]["items"] == [after]
    assert remote.count_in("Gent") == 1


def test_a_test_that_fails_changes_nothing(remote: Remote) -> None:
    before = ask(remote, "/12")[1]
    operations = [
        {"op": "add", "path": "/name", "value": "Other"},
        {"op": "test", "path": "/updatedAt", "value": "another"},
    ]
    assert send(remote, "/12", operations)[0] == 409
    assert send(remote, "/12", [{"op": "move", "path": "/name", "from": "/id"}])[0] == 400
    assert send(remote, "/31", {})[0] == 404
    assert ask(remote, "/12")[1] == before


def test_an_unknown_parameter_is_refused_rather_than_ignored(remote: Remote) -> None:
    assert ask(remote, "?colour=red")[0] == 400
    assert ask(remote, "?sort=name:asc")[0] == 400


def test_every_answer_tells_the_time(remote: Remote) -> None:
    connection = HTTPConnection(remote.url.removeprefix("http://"), timeout=60)
    connection.request("GET", "/api/v2/clients", headers=LOGIN)
    sent = parsedate_to_datetime(connection.getresponse().headers["Date"])
    connection.close()
    assert abs(datetime.now(UTC) - sent) < timedelta(minutes=1)


def test_a_wrong_login_is_refused(remote: Remote) -> None:
    assert ask(remote, "", {"Authorization": "Basic bm8="})[0] == 401


def test_requests_are_counted_until_asked_for(remote: Remote) -> None:
    ask(remote, "?page=0")
    ask(remote, "?page=1")
    assert remote.count().requests == 2
    assert remote.count().requests == 0


def test_beyond_the_burst_requests_are_refused_and_counted(file: Path) -> None:
    with stand_in(file, rate=0.001, burst=2) as remote:
        assert [ask(remote, "")[0] for _ in range(4)] == [200, 200, 429, 429]
        assert remote.count().refused == 2


def test_more_clients_than_the_file_has_are_made_up(file: Path) -> None:
    with stand_in(file, 75) as remote:
        assert remote.count().clients == 75
        assert ids(ask(remote, "?page=7&size=10")[1]) == ["71", "72", "73", "74", "75"]


def test_a_stand_in_that_cannot_start_says_how_to_see_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did not start"), stand_in(tmp_path / "absent.jsonl"):
        pass


@pytest.fixture
def shelves(file: Path) -> tuple[Shelf, Shelf]:
    """The same 75 clients, ready-made and made as they are asked for."""
    return Shelf(Clients(file, 75)), Shelf(Clients(file, 75), kept=0)


def test_clients_made_as_they_are_asked_for_are_those_that_are_kept_ready(shelves: tuple[Shelf, Shelf]) -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    told = []
    for shelf in shelves:
        shelf.touch(3, now)
        assert shelf.patch("/api/v2/clients/70", b'{"address": {"city": "Gent"}}', now)[0] == 200
        queries = ("page=0&size=100", "page=3&size=20&sort=id:desc", "updatedFrom=2026-01-01T00:00:00.000Z&size=9")
        pages = [shelf.answer("/api/v2/clients", query) for query in queries]
        one = [shelf.answer(f"/api/v2/clients/{number}", "") for number in (1, 2, 70, 74, 76)]
        told.append((len(shelf), shelf.count_in("Gent"), pages, one))
    assert told[0] == told[1]
    assert told[0][:2] == (75, 1)
