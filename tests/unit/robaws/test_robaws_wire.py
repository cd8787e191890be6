"""Real sockets: what a broken or strange connection turns into."""

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from robaws.errors import ConnectionLost, TimedOut, Unreachable
from robaws.wire import RawAnswer, Wire, open_pool

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class RawServer:
    """Answers each request with the next of `answers` (None: silence), on as few connections as it may."""

    def __init__(self, answers: list[bytes | None]) -> None:
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heads: list[bytes] = []
        self.connections = 0
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while self._answers:
            connection, _ = self._listener.accept()
            self.connections += 1
            with connection:
                while self._answers and (head := connection.recv(65_536)):
                    self.heads.append(head)
                    answer = self._answers.pop(0)
                    if answer is None:
                        connection.recv(1)  # until the other side gives up
                        break
                    connection.sendall(answer)
                    if answer != GOOD:
                        break

    def close(self) -> None:
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[RawServer]:
    running = RawServer(list(request.param))
    yield running
    running.close()


def ask(server: RawServer, times: int = 1) -> RawAnswer:
    url = f"http://127.0.0.1:{server.port}"
    wire = Wire(open_pool(url), connect_s=2, read_s=0.3)
    try:
        for _ in range(times):
            answer = wire.send("GET", f"{url}/api/v2/clients?email=jan", [], None)
    finally:
        wire.close()
    return answer


@pytest.mark.parametrize("server", [[GOOD, GOOD, GOOD]], indirect=True)
def test_a_connection_is_kept_and_used_again(server: RawServer) -> None:
    assert ask(server, 3).body == b"{}"
    assert server.connections == 1
    assert server.heads[0].startswith(b"GET /api/v2/clients?email=jan HTTP/1.1\r\nHost: 127.0.0.1")


@pytest.mark.parametrize(
    "server", [[b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"], [b""], [b"HTTP/1.1 2"]], indirect=True
)
def test_an_answer_cut_off_is_a_lost_connection_without_the_query(server: RawServer) -> None:
    with pytest.raises(ConnectionLost, match="may have been applied") as caught:
        ask(server)
    assert "GET /api/v2/clients:" in str(caught.value)
    assert "jan" not in str(caught.value)


@pytest.mark.parametrize("server", [[None]], indirect=True)
def test_silence_times_out(server: RawServer) -> None:
    with pytest.raises(TimedOut, match="no answer in time"):
        ask(server)


@pytest.mark.parametrize("server", [[b"not HTTP at all\r\n\r\n"]], indirect=True)
def test_what_is_no_tls_is_unreachable(server: RawServer) -> None:
    url = f"https://127.0.0.1:{server.port}"
    wire = Wire(open_pool(url), connect_s=2, read_s=0.3)
    with pytest.raises(Unreachable, match="certificate"):
        wire.send("GET", f"{url}/", [], None)
    wire.close()


@pytest.mark.parametrize("server", [[GOOD]], indirect=True)
def test_the_proxy_of_the_environment_is_used(server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("no_proxy", "")
    send_to("http://robaws.example")
    assert server.heads[0].startswith(b"GET http://robaws.example/x ")


@pytest.mark.parametrize("server", [[GOOD]], indirect=True)
def test_a_host_excepted_from_the_proxy_is_asked_directly(server: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "localhost")
    send_to(f"http://localhost:{server.port}")
    assert server.heads[0].startswith(b"GET /x ")


def send_to(url: str) -> None:
    wire = Wire(open_pool(url), connect_s=2, read_s=2)
    wire.send("GET", f"{url}/x", [], None)
    wire.close()
