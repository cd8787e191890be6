"""What is sent again, and what is not: a read until it is answered, a write only where it was certainly not applied."""

import httpx2
import pytest
from robaws_fake_clock import FakeClock
from robaws_wires import Script, ok, transport_over

from robaws.errors import (
    BadAnswer,
    ConnectionLost,
    Refused,
    RobawsError,
    ServerFailure,
    TimedOut,
    TooLate,
    TooManyRequests,
)

LIST = "/api/v2/clients"


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("slow"),
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("cut"),
        httpx2.Response(500),
        httpx2.Response(502, html="<b>Bad Gateway</b>"),
        httpx2.Response(503),
        httpx2.Response(429),
        httpx2.Response(200, content=b'{"items": ['),
        httpx2.Response(200, html="<html>maintenance</html>"),
        httpx2.Response(200, content=iter([b"not gzip"]), headers={"Content-Encoding": "gzip"}),
    ],
)
def test_a_read_is_repeated_until_it_is_answered(failure: httpx2.Response | Exception) -> None:
    transport = transport_over(Script(failure, ok({"id": "7"})))
    assert transport.request("GET", LIST).json == {"id": "7"}
    assert transport.requests == 2


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (httpx2.ReadTimeout("slow"), TimedOut),
        (httpx2.WriteTimeout("slow"), TimedOut),
        (httpx2.ReadError("reset"), ConnectionLost),
        (httpx2.WriteError("reset"), ConnectionLost),
        (httpx2.RemoteProtocolError("cut"), ConnectionLost),
        (httpx2.Response(500), ServerFailure),
        (httpx2.Response(503), ServerFailure),
        (httpx2.Response(200, content=b"{"), BadAnswer),
        (httpx2.Response(400, json={"message": "no"}), Refused),
    ],
)
def test_a_write_that_may_have_been_applied_is_not_repeated(
    failure: httpx2.Response | Exception, error: type[RobawsError]
) -> None:
    transport = transport_over(Script(failure, ok()))
    with pytest.raises(error):
        transport.request("POST", LIST, json={})
    assert transport.requests == 1


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectError("refused"),
        httpx2.ConnectTimeout("slow"),
        httpx2.PoolTimeout("busy"),
        httpx2.Response(429),
        httpx2.Response(503, headers={"Retry-After": "1"}),
    ],
)
def test_a_write_that_was_certainly_not_applied_is_repeated(failure: httpx2.Response | Exception) -> None:
    transport = transport_over(Script(failure, ok()))
    transport.request("POST", LIST, json={})
    assert transport.requests == 2


def test_a_write_said_to_be_repeatable_is_repeated() -> None:
    transport = transport_over(Script(httpx2.ReadError("reset"), ok()))
    transport.request("PATCH", LIST, json={}, retry=True)
    assert transport.requests == 2


def test_what_rests_on_a_read_is_not_sent_once_its_turn_comes_too_late() -> None:
    script = Script(httpx2.Response(429, headers={"Retry-After": "30"}), ok())
    transport = transport_over(script)
    for error in (TooManyRequests, TooLate):
        with pytest.raises(error):
            transport.request("PATCH", f"{LIST}/7", json={}, best_before=transport.soon(2))
    assert len(script.asked) == 1
    transport.request("PATCH", f"{LIST}/7", json={}, best_before=transport.soon(2))
    assert len(script.asked) == 2


def test_soon_is_never_sooner_than_the_second_turn() -> None:
    transport = transport_over(Script(ok()), clock := FakeClock())
    assert transport.soon(2) == clock() + 2
    assert transport.soon(0) > clock() + 2 / 15


@pytest.mark.parametrize(
    ("answers", "may_be_applied"),
    [
        ((httpx2.Response(415),), False),
        ((httpx2.Response(422, json={"message": "no"}),), False),
        ((httpx2.ConnectError("nobody there"),), False),
        ((httpx2.ReadError("reset"),), True),
        ((httpx2.ReadTimeout("slow"),), True),
        ((httpx2.Response(500),), True),
        ((httpx2.Response(200, text="<html>"),), True),
        ((httpx2.ReadError("reset"), httpx2.Response(422, json={"message": "no"})), True),
        ((httpx2.ReadError("reset"), httpx2.ConnectError("nobody there")), True),
    ],
)
def test_an_error_says_whether_one_of_the_attempts_may_have_been_carried_out(
    answers: tuple[httpx2.Response | Exception, ...], may_be_applied: bool
) -> None:
    with pytest.raises(RobawsError) as caught:
        transport_over(Script(*answers)).request("PATCH", f"{LIST}/7", json={}, retry=True)
    assert caught.value.may_be_applied is may_be_applied
