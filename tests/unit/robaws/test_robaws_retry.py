"""When a request may go again."""

from datetime import UTC, datetime

import pytest

from robaws.errors import (
    BadAnswer,
    ConnectionLost,
    Refused,
    RobawsError,
    ServerFailure,
    TimedOut,
    TooManyRequests,
    Unreachable,
)
from robaws.retry import RetryPolicy, http_date, retry_after_s

POLICY = RetryPolicy()
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "reads", "writes"),
    [
        (Unreachable("x"), True, True),
        (TooManyRequests(429, "POST", "/x"), True, True),
        (ServerFailure(503, "POST", "/x", retry_after_s=1), True, True),
        (ServerFailure(503, "POST", "/x"), True, False),
        (ServerFailure(500, "POST", "/x", retry_after_s=1), True, False),
        (TimedOut("x"), True, False),
        (ConnectionLost("x"), True, False),
        (BadAnswer("x"), True, False),
        (BadAnswer("x", retry_helps=False), False, False),
        (Refused(400, "POST", "/x"), False, False),
        (TooManyRequests(429, "POST", "/x", retry_after_s=61), False, False),
    ],
)
def test_a_write_goes_again_only_where_it_was_certainly_not_applied(
    error: RobawsError, reads: bool, writes: bool
) -> None:
    assert POLICY.repeats(error, 1, repeatable=True) is reads
    assert POLICY.repeats(error, 1, repeatable=False) is writes


def test_the_last_attempt_is_the_last() -> None:
    assert POLICY.repeats(Unreachable("x"), 4, repeatable=True)
    assert not POLICY.repeats(Unreachable("x"), 5, repeatable=True)


def test_pauses_double_up_to_a_bound_with_full_jitter() -> None:
    assert [POLICY.pause_s(TimedOut("x"), n, lambda: 1.0) for n in (1, 2, 3, 9)] == [0.5, 1, 2, 20]
    assert POLICY.pause_s(TimedOut("x"), 3, lambda: 0.0) == 0


def test_what_robaws_asks_for_is_waited_without_jitter() -> None:
    assert POLICY.pause_s(TooManyRequests(429, "GET", "/x", retry_after_s=7), 1, lambda: 0.0) == 7


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", 7),
        ("0", 0),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-3", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, expected: float | None) -> None:
    assert retry_after_s(value, NOW) == expected


@pytest.mark.parametrize("value", [None, "", "yesterday", "Sun, 99 Nov 2026 12:00:30 GMT"])
def test_what_is_no_http_date_is_none(value: str | None) -> None:
    assert http_date(value) is None
