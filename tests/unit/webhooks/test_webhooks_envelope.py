"""A call's body: which event it is, about whom; and every way to be none."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bconnect.webhooks.envelope import Envelope, MalformedError, read_envelope

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=4)


def as_body(value: object) -> bytes:
    return json.dumps(value).encode()


def test_an_envelope_names_its_event_and_its_client():
    envelope = read_envelope(b'{"id": "e1", "event": "client.updated", "data": {"id": 17, "name": "A"}}')
    assert (envelope.id, envelope.event, envelope.client_id) == ("e1", "client.updated", "17")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"event": "client.updated"}', "without an event id"),
        (b'{"id": "", "event": "client.updated"}', "without an event id"),
        (b'{"id": true, "event": "client.updated"}', "without an event id"),
        (b'{"id": "a\\u0000", "event": "client.updated"}', "without an event id"),
        (b'{"id": "e1"}', "without an event type"),
        (b'{"id": "e1", "event": ["client.updated"]}', "without an event type"),
    ],
)
def test_a_body_that_is_no_event_is_refused_with_the_reason(body, why):
    with pytest.raises(MalformedError, match=why):
        read_envelope(body)


@pytest.mark.parametrize("data", [b"null", b"[]", b'"17"', b"{}", b'{"id": null}', b'{"id": "a\\u0000b"}'])
def test_an_event_without_a_usable_client_names_none(data):
    assert read_envelope(b'{"id": "e1", "event": "client.updated", "data": %s}' % data).client_id is None


@pytest.mark.parametrize("name", [b"A \\ud83d", b"A \xe9"])
def test_half_an_emoji_or_a_foreign_byte_in_a_name_is_no_reason_to_refuse_the_call(name):
    envelope = read_envelope(b'{"id": "e1", "event": "client.updated", "data": {"id": "1", "name": "%s"}}' % name)
    assert json.loads(envelope.payload)["data"]["name"] == "A \ufffd"


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200) | st.dictionaries(st.sampled_from(["id", "event", "data"]), JSON).map(as_body))
def test_whatever_comes_is_an_envelope_or_malformed(body):
    with suppress(MalformedError):
        assert isinstance(read_envelope(body), Envelope)
