"""Reading the wire: absent is not null, fields by name or GUID."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robaws.records import (
    ABSENT,
    ExtraField,
    client_id,
    extra_field,
    extra_fields,
    fingerprint,
    parse_timestamp,
    read,
)

GUID = "C965754A-1111-2222-3333-444455556666"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_absent_refuses_to_be_true_or_false() -> None:
    with pytest.raises(TypeError, match="is ABSENT"):
        bool(ABSENT)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"address": {"city": "Gent"}}, "Gent"),
        ({"address": {"city": None}}, None),
        ({"address": {}}, ABSENT),
        ({"address": None}, ABSENT),
        ({"address": "Gent"}, ABSENT),
        ({"address": ["city"]}, ABSENT),
        (None, ABSENT),
        ("address.city", ABSENT),
    ],
)
def test_a_path_gives_its_value_or_absent(record: Any, expected: Any) -> None:
    assert read(record, "address.city") is expected or read(record, "address.city") == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"id": "3017"}, "3017"),
        ({"id": 3017}, "3017"),
        ({"id": " 3017 "}, "3017"),
        ({"id": "c-1"}, "c-1"),
        ({"id": ""}, None),
        ({"id": "  "}, None),
        ({"id": True}, None),
        ({"id": 3.0}, None),
        ({"id": ["1"]}, None),
        ({"id": None}, None),
        ({}, None),
        (None, None),
        ("1", None),
        ([{"id": 1}], None),
    ],
)
def test_an_id_is_text_or_a_whole_number(item: Any, expected: str | None) -> None:
    assert client_id(item) == expected


@pytest.mark.parametrize(
    "record",
    [
        {"extraFields": {"Role": {"type": "SELECT", "group": None, "stringValue": "BROKER"}}},
        {"extraFields": {"Role": {"value": "BROKER"}}},
        {"extraFields": {"Role": {"textValue": "BROKER"}}},
        {"extraFields": {"Role": "BROKER"}},
        {"extraFields": {GUID: {"name": "Role", "value": "BROKER"}}},
        {"extraFields": {"4711": {"name": "Role", "stringValue": "BROKER"}}},
        {"extraFields": [{"name": "Role", "stringValue": "BROKER"}]},
        {"custom_fields": {"role": "BROKER"}},
        {"custom_fields": {"role": {"value": "BROKER"}}},
        {"custom_fields": [{"name": "Role", "value": "BROKER"}]},
        {"customFields": [{"id": GUID, "name": " Role ", "value": "BROKER"}]},
        {"extraFields": None, "custom_fields": {"role": "BROKER"}},
        {"extraFields": {"Role": {"type": "SELECT"}}, "custom_fields": {"role": "BROKER"}},
        {"extraFields": {"Role": {"type": "SELECT", "stringValue": "BROKER", "booleanValue": False}}},
        {"extraFields": {"Role": {"booleanValue": None, "stringValue": "BROKER"}}},
    ],
)
def test_a_field_is_found_by_its_name_in_every_shape_seen(record: Any) -> None:
    assert extra_field(record, name="Role") == "BROKER"
    assert extra_field(record, name=" ROLE ") == "BROKER"


@pytest.mark.parametrize(
    "record",
    [
        {"extraFields": {GUID: {"stringValue": "BROKER"}}},
        {"extraFields": {GUID.lower(): {"stringValue": "BROKER"}}},
        {"extraFields": {GUID: {"name": "Another name", "stringValue": "BROKER"}}},
        {"extraFields": [{"guid": GUID, "stringValue": "BROKER"}]},
        {"extraFields": [{"id": GUID, "stringValue": "BROKER"}]},
    ],
)
def test_a_field_is_found_by_its_guid(record: Any) -> None:
    assert extra_field(record, name="Role", guid=GUID) == "BROKER"


def test_with_a_guid_wanted_the_name_still_finds_a_field_that_bears_no_guid() -> None:
    record = {"extraFields": {"Role": {"stringValue": "BROKER"}}}
    assert extra_field(record, name="Role", guid=GUID) == "BROKER"


def test_a_field_of_the_same_name_with_another_guid_is_another_field() -> None:
    record = {"extraFields": {GUID.replace("C", "D"): {"name": "Role", "stringValue": "BROKER"}}}
    assert extra_field(record, name="Role", guid=GUID) is ABSENT


@pytest.mark.parametrize("name", ["Payroll", "Controle", "Role since", "Controle datum", "Rol", GUID])
def test_a_name_matches_whole_or_not_at_all(name: str) -> None:
    assert extra_field({"extraFields": {name: {"stringValue": "2025-01-01"}}}, name="Role") is ABSENT


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"extraFields": {}},
        {"extraFields": None},
        {"extraFields": "Role"},
        {"extraFields": {"Role": {}}},
        {"extraFields": {"Role": {"type": "SELECT", "group": None}}},
        {"extraFields": [None, 3, "Role", []]},
        None,
    ],
)
def test_a_field_that_says_nothing_is_absent(record: Any) -> None:
    assert extra_field(record, name="Role", guid=GUID) is ABSENT


@pytest.mark.parametrize(
    "record",
    [
        {"extraFields": {"Role": None}},
        {"extraFields": {"Role": {"stringValue": None}}},
        {"extraFields": {"Role": {"type": "SELECT", "stringValue": None, "booleanValue": False}}},
        {"custom_fields": {"role": None}},
        {"custom_fields": [{"name": "Role", "value": None}]},
    ],
)
def test_an_explicit_null_is_none(record: Any) -> None:
    assert extra_field(record, name="Role") is None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"type": "CHECKBOX", "booleanValue": False}, False),
        ({"integerValue": 0}, 0),
        ({"decimalValue": 1.5}, 1.5),
        ({"dateValue": "2025-01-01"}, "2025-01-01"),
        ({"stringValue": ""}, ""),
        ({"value": ["A", "B"]}, ["A", "B"]),
        (False, False),
        (0, 0),
        (["A"], ["A"]),
    ],
)
def test_a_value_keeps_its_type(entry: Any, expected: Any) -> None:
    value = extra_field({"extraFields": {"X": entry}}, name="X")
    assert value == expected
    assert type(value) is type(expected)


def test_fields_are_listed_with_name_guid_type_and_value() -> None:
    record = {
        "extraFields": {
            "Role": {"type": "SELECT", "stringValue": "POV"},
            GUID: {"booleanValue": True},
            "77": {"name": "Since", "dateValue": None},
        },
        "custom_fields": [{"name": "Note"}],
    }
    assert extra_fields(record) == [
        ExtraField("Role", None, "SELECT", "POV"),
        ExtraField(None, GUID, None, True),
        ExtraField("Since", "77", None, None),
        ExtraField("Note", None, None, ABSENT),
    ]


@given(json_values)
def test_reading_never_fails_whatever_the_record(value: Any) -> None:
    for record in (value, {"extraFields": value, "custom_fields": value, "id": value, "address": value}):
        extra_field(record, name="Role", guid=GUID)
        client_id(record)
        read(record, "address.city")
        parse_timestamp(value)


@pytest.mark.parametrize(
    "text",
    [
        "2020-12-17T13:35:00.000Z",
        "2020-12-17T13:35:00Z",
        "2020-12-17T13:35:00",
        "2020-12-17 13:35:00",
        "2020-12-17T14:35:00+01:00",
        "2020-12-17T14:35:00.000+0100",
        " 2020-12-17T13:35:00.000000Z ",
    ],
)
def test_a_timestamp_is_read_with_or_without_zone_and_fraction(text: str) -> None:
    moment = parse_timestamp(text)
    assert moment == datetime(2020, 12, 17, 13, 35, tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "soon", None, 1608212100, "2020-13-01", "0001-01-01T00:00:00+10:00"])
def test_what_is_no_timestamp_is_none(text: Any) -> None:
    assert parse_timestamp(text) is None


@given(json_values)
def test_a_fingerprint_depends_on_content_and_salt_only(value: Any) -> None:
    turned = dict(reversed(value.items())) if isinstance(value, dict) else value
    assert fingerprint(value) == fingerprint(turned)
    assert fingerprint(value) != fingerprint([value])
    assert fingerprint(value, b"a" * 80) != fingerprint(value, b"a" * 81)
    assert len(fingerprint(value)) == 32


def test_null_and_absent_have_different_fingerprints() -> None:
    assert fingerprint({"id": "1", "email": None}) != fingerprint({"id": "1"})
