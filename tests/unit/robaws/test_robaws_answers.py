"""What an HTTP answer says."""

import pytest

from robaws.answers import decode
from robaws.errors import Absent, BadAnswer, LoginRefused, Refused, ServerFailure, TooManyRequests, is_absent

PATH = "/api/v2/clients/7"
HTML = b"<html><head><title>502</title></head><body>Bad <b>Gateway</b></body></html>"


def answer(status: int, body: bytes, replica: bool = False, **headers: str) -> object:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return decode(status, named, body, method="GET", path=PATH, replica=replica)


def test_json_is_decoded_and_nothing_is_none() -> None:
    assert answer(200, b'{"id": "7"}') == {"id": "7"}
    assert answer(204, b"") is None
    assert answer(200, b"  ") is None


@pytest.mark.parametrize("body", [HTML, b'{"id": "7', b"null and void", b"\xff\xfe"])
def test_a_good_status_without_json_is_a_bad_answer_worth_a_retry(body: bytes) -> None:
    with pytest.raises(BadAnswer, match="check the base URL") as caught:
        answer(200, body)
    assert caught.value.retry_helps
    assert "<" not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_bad_answer_that_no_retry_helps(status: int) -> None:
    with pytest.raises(BadAnswer, match="redirected") as caught:
        answer(status, b"", Location="https://elsewhere.example/?token=secret")
    assert not caught.value.retry_helps
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("body", [b'{"message": "Client not found"}', b"{}"])
def test_robaws_own_404_is_absent(body: bytes) -> None:
    with pytest.raises(Absent) as caught:
        answer(404, body)
    assert is_absent(caught.value)


def test_an_empty_404_is_absent_only_with_robaws_headers() -> None:
    with pytest.raises(Absent):
        answer(404, b"", X_RateLimit_Remaining="19")
    with pytest.raises(BadAnswer):
        answer(404, b"")


@pytest.mark.parametrize("body", [HTML, b"404 page not found", b"[]", b'"x"'])
def test_a_404_of_somebody_else_concludes_nothing(body: bytes) -> None:
    with pytest.raises(BadAnswer, match="nothing is concluded") as caught:
        answer(404, body)
    assert not is_absent(caught.value)


def test_a_404_of_the_replica_is_not_absent() -> None:
    with pytest.raises(Absent) as caught:
        answer(404, b"{}", replica=True)
    assert not is_absent(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": "invalid", "errors": {"name": ["must not be empty"]}}',
        b'{"message": "invalid", "errors": {"name": "must not be empty"}}',
        b'{"message": "invalid", "errors": [{"field": "name", "message": "must not be empty"}]}',
        b'{"message": "invalid", "fieldErrors": [{"field": "name", "defaultMessage": "must not be empty"}]}',
        b'{"detail": "invalid", "violations": [{"propertyPath": "name", "message": "must not be empty"}]}',
    ],
)
def test_messages_per_field_are_read(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        answer(400, body)
    assert caught.value.message == "invalid"
    assert caught.value.fields == {"name": "must not be empty"}


def test_an_error_without_json_shows_its_text_without_tags() -> None:
    with pytest.raises(ServerFailure, match=r"answered 502 \(502 Bad Gateway\)"):
        answer(502, HTML)


def test_a_429_carries_what_retry_after_says() -> None:
    with pytest.raises(TooManyRequests) as caught:
        answer(429, b"", Retry_After="7")
    assert caught.value.retry_after_s == 7


def test_a_refused_login_says_what_to_check() -> None:
    with pytest.raises(LoginRefused, match="check the API key and secret"):
        answer(401, b'{"error": "unauthorized"}')
