"""The two forms of a patch against the examples of their own standards."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robaws.simulator.messages import Problem
from robaws.simulator.patch import json_equal, json_patch, merge_patch

# RFC 7396, appendix A: original, patch, result.
MERGES: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]

# RFC 6902, appendix A.1 to A.16: document, patch, result.
PATCHES: list[tuple[Any, list[dict[str, Any]], Any]] = [
    ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
    (
        {"foo": ["bar", "baz"]},
        [{"op": "add", "path": "/foo/1", "value": "qux"}],
        {"foo": ["bar", "qux", "baz"]},
    ),
    ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
    ({"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
    (
        {"baz": "qux", "foo": "bar"},
        [{"op": "replace", "path": "/baz", "value": "boo"}],
        {"baz": "boo", "foo": "bar"},
    ),
    (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    (
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    (
        {"foo": "bar"},
        [{"op": "add", "path": "/child", "value": {"grandchild": {}}}],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    (
        {"foo": "bar"},
        [{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}],
        {"foo": "bar", "baz": "qux"},
    ),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    (
        {"foo": ["bar"]},
        [{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}],
        {"foo": ["bar", ["abc", "def"]]},
    ),
    ({"a": 1}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": 1, "b": 1}),
    ({"a": 1}, [{"op": "replace", "path": "", "value": {"b": 2}}], {"b": 2}),
]

REFUSED: list[tuple[Any, Any, int]] = [
    ({"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "bar"}], 409),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": "10"}], 409),
    ({"a": 1}, [{"op": "test", "path": "/a", "value": True}], 409),
    ({"foo": "bar"}, [{"op": "add", "path": "/baz/bat", "value": "qux"}], 400),
    ({"foo": "bar"}, [{"op": "replace", "path": "/baz", "value": 1}], 400),
    ({"foo": "bar"}, [{"op": "remove", "path": "/baz"}], 400),
    ({"foo": [1]}, [{"op": "add", "path": "/foo/2", "value": 1}], 400),
    ({"foo": [1]}, [{"op": "remove", "path": "/foo/-"}], 400),
    ({"foo": [1, 2]}, [{"op": "remove", "path": "/foo/01"}], 400),
    ({"foo": {"a": 1}}, [{"op": "move", "from": "/foo", "path": "/foo/a/b"}], 400),
    ({"foo": 1}, [{"op": "add", "path": "/bar"}], 400),
    ({"foo": 1}, [{"op": "add", "path": "bar", "value": 1}], 400),
    ({"foo": 1}, [{"op": "colour", "path": "/foo"}], 400),
    ({"foo": 1}, {"op": "remove", "path": "/foo"}, 400),
    ({"foo": 1}, ["remove"], 400),
]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize(("original", "patch", "result"), MERGES)
def test_merge_patch_does_what_rfc_7396_shows(original: Any, patch: Any, result: Any) -> None:
    assert merge_patch(original, patch) == result


@pytest.mark.parametrize(("document", "patch", "result"), PATCHES)
def test_json_patch_does_what_rfc_6902_shows(document: Any, patch: Any, result: Any) -> None:
    assert json_patch(document, patch) == result


@pytest.mark.parametrize(("document", "patch", "status"), REFUSED)
def test_a_patch_that_can_not_be_applied_is_refused(document: Any, patch: Any, status: int) -> None:
    with pytest.raises(Problem) as refused:
        json_patch(document, patch)
    assert refused.value.status == status


@given(JSON, JSON)
def test_a_merge_patch_twice_is_a_merge_patch_once(target: Any, patch: Any) -> None:
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once


@given(JSON)
def test_a_value_equals_itself_and_a_document_passes_its_own_test(value: Any) -> None:
    assert json_equal(value, value)
    assert json_patch(value, [{"op": "test", "path": "", "value": value}]) == value


@pytest.mark.parametrize(("left", "right"), [(True, 1), (False, 0), ([True], [1]), ({"a": 0}, {"a": False})])
def test_a_truth_value_is_no_number(left: Any, right: Any) -> None:
    assert not json_equal(left, right)
