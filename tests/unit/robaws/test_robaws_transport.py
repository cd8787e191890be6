"""The one place that sends."""

import gzip
import logging
import socket
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import httpx2
import pytest
from robaws_fake_clock import FakeClock
from robaws_wires import Script, ok, transport_over

from robaws.errors import (
    BadAnswer,
    ConnectionLost,
    LoginRefused,
    Misconfigured,
    QuotaSpent,
    ServerFailure,
    TimedOut,
    TooManyRequests,
    Unreachable,
)
from robaws.limiter import Mode
from robaws.transport import Transport

LIST = "/api/v2/clients"


def test_a_request_carries_login_and_mode_and_its_answer_data_and_date() -> None:
    script = Script(ok({"items": []}, Date="Sun, 22 Nov 2026 12:00:30 GMT"))
    reply = transport_over(script).request("GET", LIST, params={"extraFields[Role]": "CAR DEALER"}, mode=Mode.REPLICA)
    (sent,) = script.asked
    assert str(sent.url) == "https://robaws.example/api/v2/clients?extraFields%5BRole%5D=CAR+DEALER"
    assert sent.headers["Authorization"] == "Basic a2V5OnRvcHNlY3JldA=="
    assert sent.headers["Database-Mode"] == "replica"
    assert sent.headers["Host"] == "robaws.example"
    assert reply.json == {"items": []}
    assert reply.date == datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


def test_a_body_is_sent_as_the_type_given() -> None:
    script = Script(ok())
    transport_over(script).request("PATCH", LIST, json={"name": "Ä"}, content_type="application/merge-patch+json")
    (sent,) = script.asked
    assert sent.content == '{"name":"Ä"}'.encode()
    assert sent.headers["Content-Type"] == "application/merge-patch+json"
    assert sent.headers["Content-Length"] == "13"
    assert "Database-Mode" not in sent.headers


def test_a_compressed_answer_is_read() -> None:
    packed = httpx2.Response(200, content=gzip.compress(b'{"id": "7"}'), headers={"Content-Encoding": "gzip"})
    assert transport_over(Script(packed)).request("GET", LIST).json == {"id": "7"}


def test_it_gives_up_after_five_attempts_with_growing_pauses() -> None:
    clock = FakeClock()
    transport = transport_over(Script(httpx2.Response(500)), clock)
    with pytest.raises(ServerFailure):
        transport.request("GET", LIST)
    assert transport.requests == 5
    assert clock.slept == [0.5, 1, 2, 4]


@pytest.mark.parametrize("value", ["30", "Sun, 22 Nov 2026 12:00:30 GMT"])
def test_retry_after_is_honoured_by_everybody(value: str) -> None:
    clock = FakeClock()
    headers = {"Retry-After": value, "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}
    transport = transport_over(Script(httpx2.Response(429, headers=headers), ok()), clock)
    transport.request("GET", LIST)
    assert clock() >= 1_030


def test_a_longer_retry_after_than_a_minute_is_reported_instead() -> None:
    clock = FakeClock()
    transport = transport_over(Script(httpx2.Response(429, headers={"Retry-After": "3600"})), clock)
    with pytest.raises(TooManyRequests) as caught:
        transport.request("GET", LIST)
    assert caught.value.retry_after_s == 3600
    assert clock.slept == []


def test_a_spent_day_ends_the_retries_at_once() -> None:
    headers = {"X-RateLimit-Daily-Remaining": "0", "X-RateLimit-Daily-Reset": "600"}
    transport = transport_over(Script(httpx2.Response(429, headers=headers)))
    with pytest.raises(QuotaSpent):
        transport.request("GET", LIST)
    assert transport.requests == 1


@pytest.mark.parametrize("status", [301, 302, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    script = Script(httpx2.Response(status, headers={"Location": "https://evil.example/"}))
    with pytest.raises(BadAnswer, match="redirected"):
        transport_over(script).request("GET", LIST)
    assert len(script.asked) == 1


def test_cookies_are_not_kept() -> None:
    script = Script(ok(**{"Set-Cookie": "session=1"}), ok())
    transport = transport_over(script)
    transport.request("GET", LIST)
    transport.request("GET", LIST)
    assert "Cookie" not in script.asked[1].headers


def test_an_endless_answer_is_cut_off() -> None:
    def endless() -> Any:
        while True:
            yield b" " * 1_048_576

    with pytest.raises(BadAnswer, match="64 MiB"):
        transport_over(Script(httpx2.Response(200, content=endless()))).request("GET", LIST)


def test_an_answer_that_only_trickles_in_times_out() -> None:
    clock = FakeClock()

    def trickle() -> Any:
        while True:
            clock.now += 20
            yield b" "

    transport = transport_over(Script(httpx2.Response(200, content=trickle())), clock, max_attempts=1)
    with pytest.raises(TimedOut):
        transport.request("GET", LIST)


def test_what_an_answer_told_of_the_day_counts_though_its_body_breaks_off() -> None:
    def cut() -> Any:
        yield b'{"id'
        raise httpx2.RemoteProtocolError("peer closed connection")

    head = {"X-RateLimit-Daily-Remaining": "500", "X-RateLimit-Daily-Reset": "3600"}
    script = Script(httpx2.Response(200, headers=head, content=cut()))
    transport = transport_over(script, max_attempts=1)
    with pytest.raises(ConnectionLost):
        transport.request("GET", LIST)
    with pytest.raises(QuotaSpent):
        transport.request("GET", LIST)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("base_url", "reason"),
    [
        ("", "http"),
        ("app.robaws.com", "http"),
        ("ftp://app.robaws.com", "http"),
        ("file:///etc/passwd", "http"),
        ("https://", "http"),
        ("https://key:topsecret@app.robaws.com", "no login"),
        ("https://app.robaws.com?x=1", "no login, query"),
    ],
)
def test_a_senseless_base_url_is_refused(base_url: str, reason: str) -> None:
    with pytest.raises(Misconfigured, match=reason) as caught:
        transport_over(Script(ok()), base_url=base_url)
    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize("base_url", ["https://robaws.example/", "https://robaws.example/api/v2/"])
def test_a_base_url_may_end_in_a_slash_or_the_api_path(base_url: str) -> None:
    script = Script(ok())
    transport_over(script, base_url=base_url).request("GET", LIST)
    assert str(script.asked[0].url) == "https://robaws.example/api/v2/clients"


def test_the_replica_takes_no_writes() -> None:
    script = Script(ok())
    with pytest.raises(ValueError, match="reads only"):
        transport_over(script).request("DELETE", LIST, mode=Mode.REPLICA)
    assert script.asked == []


def test_log_and_errors_show_neither_login_nor_personal_values(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="robaws")
    transport = transport_over(Script(httpx2.Response(500), httpx2.ReadError("reset"), ok()))
    transport.request("GET", LIST, params={"page": "3", "email": "jan@example.com"})
    assert "GET /api/v2/clients?page=3&email=… (live): 200" in caplog.text
    for secret in ("topsecret", "a2V5", "jan@"):
        assert secret not in caplog.text


def test_a_401_of_basic_login_is_not_tried_again() -> None:
    script = Script(httpx2.Response(401, json={"message": "who?"}))
    with pytest.raises(LoginRefused):
        transport_over(script).request("GET", LIST)
    assert len(script.asked) == 1


def test_threads_may_share_it_and_every_request_is_counted() -> None:
    transport = transport_over(lambda request: ok())
    threads = [Thread(target=lambda: [transport.request("GET", LIST) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert transport.requests == 200


def test_over_a_real_socket_a_closed_port_is_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    over_handler = transport_over(Script(ok()))
    transport = Transport(f"http://127.0.0.1:{port}", over_handler._auth, over_handler._limiter, max_attempts=1)
    with pytest.raises(Unreachable, match="GET /api/v2/clients: no connection"):
        transport.request("GET", LIST)
    transport.close()
