"""The error tree and is_absent."""

import pytest

from robaws import errors
from robaws.errors import Absent, BadAnswer, QuotaSpent, StatusError, is_absent, status_class


@pytest.mark.parametrize(
    ("status", "expected", "retry_helps"),
    [
        (400, errors.Refused, False),
        (401, errors.LoginRefused, False),
        (403, errors.LoginRefused, False),
        (404, errors.Absent, False),
        (409, errors.Refused, False),
        (410, errors.Absent, False),
        (412, errors.Refused, False),
        (415, errors.UnsupportedMediaType, False),
        (418, errors.StatusError, False),
        (422, errors.Refused, False),
        (429, errors.TooManyRequests, True),
        (500, errors.ServerFailure, True),
        (503, errors.ServerFailure, True),
    ],
)
def test_each_status_has_its_class_and_says_whether_a_retry_helps(
    status: int, expected: type[StatusError], retry_helps: bool
) -> None:
    assert status_class(status) is expected
    assert expected.retry_helps is retry_helps


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Absent(404, "GET", "/api/v2/clients/3017"), True),
        (Absent(410, "GET", "/api/v2/clients/3017"), True),
        (Absent(404, "GET", "/prefix/api/v2/clients/3017"), True),
        (Absent(404, "GET", "/api/v2/clients"), False),
        (Absent(404, "GET", "/api/v2/clients/"), False),
        (Absent(404, "GET", "/api/v2/clients/7/contacts"), False),
        (Absent(404, "DELETE", "/api/v2/webhook-endpoints/7"), False),
        (Absent(404, "GET", "/api/v2/clients/3017", replica=True), False),
        (StatusError(404, "GET", "/api/v2/clients/3017"), False),
        (errors.Refused(400, "GET", "/api/v2/clients/404", "404 not found"), False),
        (BadAnswer("404"), False),
        (ValueError("404"), False),
    ],
)
def test_only_a_live_404_of_one_client_means_absent(error: Exception, expected: bool) -> None:
    assert is_absent(error) is expected


def test_a_message_is_one_line_with_request_status_excerpt_and_cure_but_no_query() -> None:
    error = errors.Refused(
        422,
        "PATCH",
        "/api/v2/clients/7?email=jan@example.com",
        "<html><script>x()</script><b>Not\n good</b></html>" + "y" * 500,
        {"email": "is no address"},
    )
    line = str(error)
    assert line.startswith("PATCH /api/v2/clients/7 answered 422 (Not good")
    assert "\n" not in line
    assert "jan@" not in line
    assert "x()" not in line
    assert "correct the named value" in line
    assert len(error.message) == 200


def test_a_field_message_is_shown() -> None:
    assert "name: must not be empty" in str(errors.Refused(400, "POST", "/x", "", {"name": "must not be empty"}))


def test_a_spent_quota_says_how_long_and_what_to_do() -> None:
    error = QuotaSpent(mode="live", remaining=500, reserve=500, resets_in_s=5_400)
    assert str(error) == (
        "500 of today's live requests left, 500 are kept for others; it is renewed in 90 minutes: "
        "wait until then, or lower the daily reserve"
    )
    assert error.resets_in_s == 5_400
