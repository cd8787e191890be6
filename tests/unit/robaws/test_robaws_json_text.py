"""JSON text with characters that are none."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robaws.json_text import parsed

TEXT = st.text(st.characters(exclude_categories=[]) | st.characters(categories=["Cs"]), max_size=6)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (rb'{"name": "Jan \ud83d", "city": "Gent"}', {"name": "Jan \ufffd", "city": "Gent"}),
        (rb'["\ude00 Jan", "\ud83d\ude00"]', ["\ufffd Jan", "\U0001f600"]),
        (rb'{"a\ud83d": {"b": ["\udc00"]}}', {"a\ufffd": {"b": ["\ufffd"]}}),
        (b'["Andr\xe9", "Andr\xc3\xa9"]', ["Andr\ufffd", "Andr\u00e9"]),
        (
            rb'["\ud83d", "\\ud83d", 123456789012345678901234567890, 1.50]',
            ["\ufffd", "\\ud83d", 1.2345678901234568e29, 1.5],
        ),
    ],
)
def test_a_character_that_is_none_shows_as_such_and_costs_nothing_else(text, value):
    assert parsed(text) == value


NO_JSON = (
    b"",
    b'{"id": "7',
    rb'["\ud83d", NaN]',
    rb'["\ud83d", -Infinity]',
    rb'["\ud83d", 1e999]',
    b"\xff\xfe",
    b"[" * 100_000,
)


@pytest.mark.parametrize("text", NO_JSON, ids=range(len(NO_JSON)))
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parsed(text)


def test_nan_may_pass_as_null():
    assert parsed(b'[NaN, -Infinity, "Andr\xe9"]', nan_is_null=True) == [None, None, "Andr\ufffd"]


@given(VALUES)
def test_whatever_is_written_is_read_and_can_be_written_again(value):
    read = parsed(json.dumps(value).encode())
    assert orjson.loads(orjson.dumps(read)) == read
