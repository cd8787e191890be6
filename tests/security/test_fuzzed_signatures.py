"""Whatever a forger sends: refused, without a reason, without a row that holds any of it, and never an error."""

import time
from typing import Any

import orjson
import pytest
from django.test import Client
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bconnect.customers.models import Customer
from bconnect.webhooks import views
from bconnect.webhooks.models import Delivery, Status
from robaws.signature import parse, sign, verify
from tests.integration.rig import client_record

URL = "/api/webhooks/robaws/customers"
SECRET = "whsec_fuzzed"
NOW = 1_700_000_000
BODY = b'{"id": "e", "event": "client.updated", "data": {"id": "1", "name": "Forged"}}'
GENUINE = sign(SECRET, BODY, NOW)

fuzzed = settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
elements = st.lists(
    st.tuples(
        st.sampled_from(["t", "v1", "v0", "V1", " t", "", "é"]),
        st.one_of(
            st.text(max_size=70),
            st.sampled_from([str(NOW), f"0{NOW}", f"+{NOW}", f"{NOW}.0", "", GENUINE.partition("v1=")[2]]),
            st.text("0123456789abcdef", min_size=64, max_size=64),
        ),
    ),
    max_size=5,
).map(lambda pairs: ",".join(f"{name}={value}" for name, value in pairs))


def edited(text: str) -> st.SearchStrategy[str]:
    """The text with one stretch of it replaced."""

    def replaced(cut: tuple[int, int, str]) -> str:
        begin, length, instead = cut
        return text[:begin] + instead + text[begin + length :]

    at, length = st.integers(0, len(text)), st.integers(0, 70)
    return st.tuples(at, length, st.text(max_size=5)).map(replaced)


# --- the check itself ---------------------------------------------------------------------------------------


@fuzzed
@given(header=st.one_of(elements, edited(GENUINE), st.text(max_size=200)))
@example(header=GENUINE.replace(f"t={NOW}", f"t=0{NOW}"))
def test_no_other_header_signs_the_body_unless_it_means_the_same(header: str) -> None:
    verdict = verify(header, BODY, [SECRET], NOW)
    if verdict.ok:
        found, genuine = parse(header), parse(GENUINE)
        assert found is not None
        assert genuine is not None
        assert found.timestamp == genuine.timestamp
        assert set(genuine.digests) <= set(found.digests)


@fuzzed
@given(body=st.one_of(st.binary(max_size=200), edited(BODY.decode()).map(str.encode)))
def test_no_other_body_goes_with_the_header(body: bytes) -> None:
    assume(body != BODY)
    assert not verify(GENUINE, body, [SECRET], NOW).ok


@fuzzed
@given(secrets=st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4))
def test_no_other_secret_will_do(secrets: list[str]) -> None:
    assume(SECRET not in secrets)
    assert not verify(GENUINE, BODY, secrets, NOW).ok


@fuzzed
@given(offset=st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_no_other_time_will_do_beyond_five_minutes(offset: float) -> None:
    assert verify(GENUINE, BODY, [SECRET], NOW + offset).ok == (abs(NOW + offset - NOW) <= 300)


# --- the endpoint -------------------------------------------------------------------------------------------


@pytest.fixture
def endpoint(settings: Any, db: None) -> Client:
    settings.ROBAWS_WEBHOOK_SECRET = SECRET
    views.keyring.forget()
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


headers = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=150)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=30)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)


def test_an_unsigned_call_is_refused_whatever_it_holds(endpoint: Client) -> None:
    @fuzzed
    @given(header=st.one_of(headers, elements), body=st.binary(max_size=300), kind=headers)
    def try_it(header: str, body: bytes, kind: str) -> None:
        answer = endpoint.post(URL, body, content_type=kind, headers={"Robaws-Signature": header})
        assert answer.status_code == 401
        assert answer.content == b'{"error": "not signed"}'

    try_it()
    assert not Customer.objects.exists()
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.REJECTED}
    assert set(Delivery.objects.values_list("payload", "robaws_id", "event_type")) == {(None, None, "")}


def test_a_signed_call_of_any_content_is_stored_or_refused_as_malformed(endpoint: Client) -> None:
    """Robaws itself may send something odd: it must neither crash us nor be refused where it is an event."""
    event = st.fixed_dictionaries(
        {"id": st.one_of(json_values, st.just("e1")), "event": st.one_of(json_values, st.just("client.updated"))},
        optional={"data": st.one_of(json_values, st.just(client_record(1)))},
    )

    @fuzzed
    @given(content=st.one_of(json_values, event), junk=st.binary(max_size=20), cut=st.booleans())
    def try_it(content: Any, junk: bytes, cut: bool) -> None:
        try:
            body = orjson.dumps(content)
        except TypeError:  # an integer that JSON can't hold
            return
        body = body + junk if cut else body
        header = sign(SECRET, body, int(time.time()))
        answer = endpoint.post(URL, body, content_type="application/json", headers={"Robaws-Signature": header})
        assert answer.status_code in (200, 400), (body, answer.content)

    try_it()


def test_no_method_but_post_gets_in(endpoint: Client) -> None:
    header = sign(SECRET, BODY, int(time.time()))
    for method in ("get", "head", "put", "patch", "delete", "options"):
        answer = getattr(endpoint, method)(URL, headers={"Robaws-Signature": header})
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
