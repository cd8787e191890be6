"""The stand-in over real HTTP: keep-alive, broken connections, webhook calls, the side door."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx2
import orjson
import pytest
from simulated_caller import CLIENTS, Caller, MakeCaller, record

from robaws.signature import verify
from robaws.simulator import Faults, Habits, RunningServer, SimulatedRobaws, Tenant, serve
from robaws.simulator.messages import Request
from robaws.simulator.side_door import SideDoor

Start = Callable[..., tuple[RunningServer, httpx2.Client]]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[tuple[RunningServer, httpx2.Client]] = []

    def started(
        *faults: str, side_door: bool = False, habits: Habits | None = None
    ) -> tuple[RunningServer, httpx2.Client]:
        tenant = Tenant([record(number) for number in range(1, 31)], habits=habits)
        server = serve(SimulatedRobaws(tenant, Faults(*faults)), side_door=side_door)
        client = httpx2.Client(base_url=server.url, auth=("key", "secret"), timeout=60, trust_env=False)
        running.append((server, client))
        return running[-1]

    yield started
    for server, client in running:
        client.close()
        server.stop()


def test_one_connection_carries_many_requests(start: Start) -> None:
    server, _ = start()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        stream = connection.makefile("rwb")
        for _ in range(3):
            stream.write(b"GET /api/v2/clients HTTP/1.1\r\nHost: x\r\n\r\n")
            stream.flush()
            assert stream.readline() == b"HTTP/1.1 401 Unauthorized\r\n"
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            assert len(stream.read(length)) == length


def test_a_request_that_is_no_http_is_refused(start: Start) -> None:
    server, _ = start()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"hello\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_pages_are_served_and_writes_are_stored(start: Start) -> None:
    server, client = start()
    page = client.get(CLIENTS, params={"size": 100, "include": "extraFields"}).json()
    assert [item["id"] for item in page["items"]] == [str(number) for number in range(1, 31)]
    merge = {"Content-Type": "application/merge-patch+json"}
    assert client.patch(f"{CLIENTS}/3", json={"name": "Noël"}, headers=merge).json()["name"] == "Noël"
    assert client.delete(f"{CLIENTS}/4").status_code == 204
    assert server.simulated.tenant.clients["3"]["name"] == "Noël"


def test_many_threads_are_served_at_once(start: Start) -> None:
    _, client = start("delay=0.2")
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(client.get(CLIENTS).status_code)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert statuses == [200] * 8


def test_a_delayed_answer_comes_when_the_faults_are_over(start: Start) -> None:
    server, client = start("delay=600")
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(client.get(CLIENTS, timeout=60).status_code))
    thread.start()
    while not server.simulated.tenant.stats.requests:
        time.sleep(0.01)
    assert not statuses
    server.simulated.faults = Faults()
    thread.join(timeout=60)
    assert statuses == [200]


def test_a_reset_after_the_write_has_written(start: Start) -> None:
    server, client = start("reset-after@POST:1")
    with pytest.raises(httpx2.NetworkError):
        client.post(CLIENTS, json={"name": "Twin?"})
    assert server.simulated.tenant.clients["31"]["name"] == "Twin?"
    assert client.post(CLIENTS, json={"name": "Second"}).json()["id"] == "32"


def test_a_reset_before_the_write_has_not_written(start: Start) -> None:
    server, client = start("reset@POST:1")
    with pytest.raises(httpx2.NetworkError):
        client.post(CLIENTS, json={"name": "Nobody"})
    assert len(server.simulated.tenant.clients) == 30


def test_a_cut_body_is_shorter_than_it_was_said_to_be(start: Start) -> None:
    _, client = start("cut@#1")
    with pytest.raises(httpx2.RemoteProtocolError):
        client.get(CLIENTS)
    assert client.get(CLIENTS).status_code == 200


def test_a_hanging_answer_ends_with_the_callers_patience_and_does_not_hold_up_the_stop(start: Start) -> None:
    _, client = start("hang")
    with pytest.raises(httpx2.ReadTimeout):
        client.get(CLIENTS, timeout=0.2)


class Hook:
    """An endpoint that answers with the given statuses in turn, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.arrived = threading.Condition()
        answers = list(statuses)
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                with hook.arrived:
                    hook.calls.append((dict(self.headers), raw))
                    hook.arrived.notify_all()
                self.send_response(answers.pop(0) if answers else 200)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Keeps the test's output quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=robaws"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def wait_for(self, calls: int) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.calls) >= calls, timeout=60)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hooks() -> Iterator[Callable[..., Hook]]:
    made: list[Hook] = []

    def make_hook(*statuses: int) -> Hook:
        made.append(Hook(*statuses))
        return made[-1]

    yield make_hook
    for hook in made:
        hook.stop()


def registered(client: httpx2.Client, url: str) -> str:
    sent = {"url": url, "events": ["client.created", "client.updated"]}
    secret: str = client.post("/api/v2/webhook-endpoints", json=sent).json()["secret"]
    return secret


def test_an_edit_is_delivered_with_a_good_signature(start: Start, hooks: Callable[..., Hook]) -> None:
    server, client = start()
    hook = hooks()
    secret = registered(client, hook.url)
    server.simulated.tenant.edit("3", {"name": "Renamed"})
    hook.wait_for(1)
    headers, raw = hook.calls[0]
    signed_at = float(headers["Robaws-Signature"].removeprefix("t=").partition(",")[0])
    assert verify(headers["Robaws-Signature"], raw, [secret], signed_at).ok
    assert b'"event":"client.updated"' in raw


def test_a_refused_delivery_is_tried_again_until_it_is_taken(start: Start, hooks: Callable[..., Hook]) -> None:
    server, client = start(habits=Habits(back_off_s=0.02))
    hook = hooks(500, 302, 404)
    registered(client, hook.url)
    server.simulated.tenant.edit("3", {"name": "Renamed"})
    hook.wait_for(4)
    assert len({raw for _, raw in hook.calls}) == 1


def test_the_side_door_is_shut_unless_it_is_asked_for(start: Start) -> None:
    _, client = start()
    assert client.get("/_simulator/stats").status_code == 404


def test_through_the_side_door_one_is_a_person_in_robaws(start: Start) -> None:
    server, client = start(side_door=True)
    added = client.post("/_simulator/clients", json={"name": "Added"}).json()["id"]
    assert client.patch(f"/_simulator/clients/{added}", json={"name": "Edited"}).json()["name"] == "Edited"
    assert client.get(f"/_simulator/clients/{added}").json()["name"] == "Edited"
    assert client.delete("/_simulator/clients/1").status_code == 204
    assert client.get("/_simulator/clients/1").status_code == 404
    assert client.get("/_simulator/clients").json()["ids"][0] == "2"
    assert server.simulated.tenant.stats.requests == 0


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "clients", {"id": "3", "name": "Twin"}),
        ("POST", "clients", {"id": "NEW_1", "name": "No number"}),
        ("POST", "clients", []),
        ("PUT", "faults", {"rules": "500"}),
        ("PUT", "faults", {"latency_ms": "long"}),
    ],
)
def test_the_side_door_refuses_what_makes_no_sense(caller: Caller, method: str, path: str, sent: object) -> None:
    request = Request(method, f"/_simulator/{path}", {}, orjson.dumps(sent))
    assert SideDoor(caller.simulated).handle(request).status == 400
    assert len(caller.tenant.clients) == 10


def test_through_the_side_door_faults_come_and_go(start: Start) -> None:
    _, client = start(side_door=True)
    assert client.put("/_simulator/faults", json={"rules": ["503"], "seed": 3}).status_code == 200
    assert client.get(CLIENTS).status_code == 503
    assert client.get("/_simulator/faults").json()["rules"] == [{"rule": "503", "struck": 1}]
    client.delete("/_simulator/faults")
    assert client.get(CLIENTS).status_code == 200
    assert client.put("/_simulator/faults", json={"rules": ["nonsense"]}).status_code == 400
    assert client.get("/_simulator/stats").json()["statuses"] == {"503": 1, "200": 1}


def test_the_side_door_opens_to_this_machine_only(caller: Caller) -> None:
    door = SideDoor(caller.simulated)
    assert door.handle(Request("GET", "/_simulator/stats", peer="127.0.0.1")).status == 200
    assert door.handle(Request("GET", "/_simulator/stats", peer="10.1.2.3")).status == 404
    assert len(caller.tenant.clients) == 10


def test_after_the_stop_nobody_answers(make: MakeCaller) -> None:
    server = serve(make().simulated)
    with httpx2.Client(base_url=server.url, auth=("key", "secret"), trust_env=False) as client:
        assert client.get(CLIENTS).status_code == 200
        server.stop()
        with pytest.raises(httpx2.TransportError):
            client.get(CLIENTS)
