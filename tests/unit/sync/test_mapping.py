"""A record to columns and back: what Robaws sent is what it would be sent."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bconnect.customers.fields import COLUMNS
from bconnect.sync.body import to_wire
from bconnect.sync.incoming import as_json, decode, overlaid
from bconnect.sync.mapping import Tenant, UnusableRecordError, project
from robaws.records import ABSENT

TENANT = Tenant("Role", "c965754a-0e2b-4c1d-9e53-6b1d2f7a8c04", "BE")


def record(**members):
    return {"id": "1", "name": "Client", **members}


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({"extraFields": {"Role": {"type": "SELECT", "stringValue": " forwarder "}}}, "FORWARDER"),
        ({"extraFields": {"C965754A-0E2B-4C1D-9E53-6B1D2F7A8C04": {"stringValue": "POV"}}}, "POV"),
        ({"extraFields": {"7": {"name": "Role", "value": "BROKER"}}}, "BROKER"),
        ({"custom_fields": {"role": "oem"}}, "OEM"),
        ({"custom_fields": [{"name": "Role", "value": "RENTAL"}]}, "RENTAL"),
        ({"extraFields": {"Role": {"stringValue": "0"}}}, "0"),
        ({"extraFields": {"Role": {"stringValue": None}}}, None),
        ({"extraFields": {"Payroll nr": {"stringValue": "4711"}, "Role since": {"dateValue": "2020-01-01"}}}, ABSENT),
        ({"extraFields": {"Controle": {"booleanValue": True}}, "clientType": "company"}, ABSENT),
        ({}, ABSENT),
    ],
)
def test_the_role_is_read_from_its_own_field_only(fields, role):
    assert project(record(**fields), TENANT).values["role"] == role


def test_absent_null_and_empty_are_three_things():
    values = project(record(email=None, tel=""), TENANT).values
    assert (values["email"], values["phone"], values["website"]) == (None, None, ABSENT)


def test_nothing_is_invented():
    values = project(record(), TENANT).values
    assert {column for column, value in values.items() if value is not ABSENT} == {"name"}


def test_a_record_without_a_name_can_be_no_customer():
    with pytest.raises(UnusableRecordError, match="name is empty"):
        project(record(name="  "), TENANT)


def test_an_address_that_is_null_clears_every_part_of_it():
    values = project(record(address=None), TENANT).values
    parts = ("address", "street", "street_number", "city", "postal_code", "country", "country_code")
    assert [values[column] for column in parts] == [None] * 7


def test_a_phone_without_a_country_is_read_by_what_else_the_record_tells():
    values = project(record(tel="0612345678", vatNumber="NL003660564B01"), TENANT).values
    assert values["phone"] == "+31612345678"
    assert values["country"] is ABSENT


@pytest.mark.parametrize(
    ("address", "name", "code"),
    [
        ({"countryCode": "NL"}, "Netherlands", "NL"),
        ({"country": "Nederland"}, "Netherlands", "NL"),
        ({"country": "Atlantis"}, "Atlantis", None),
        ({"country": "Belgium", "countryCode": "NL"}, "Belgium", "NL"),
        ({"countryCode": None}, None, None),
        ({"city": "Gent"}, ABSENT, ABSENT),
    ],
)
def test_a_country_is_shown_whole(address, name, code):
    values = project(record(address=address), TENANT).values
    assert (values["country"], values["country_code"]) == (name, code)


def test_a_long_value_is_cut_in_the_column_and_marked():
    projection = project(record(name="x" * 600), TENANT)
    assert projection.values["name"] == "x" * 500
    assert projection.issues["name"] == "text.cut"


SHAPES = [
    {
        "address": {
            "addressLine1": "Kerkstraat 1",
            "addressLine2": None,
            "city": "Gent",
            "postalCode": "9000",
            "country": "BE",
        }
    },
    {
        "address": {
            "street": "Kerkstraat",
            "streetNumber": "1",
            "city": "Gent",
            "country": "België",
            "countryCode": "BE",
        }
    },
    {"address": {"addressLine1": "Kerkstraat 1", "addressLine2": "bus 3", "city": "Gent", "country": "Belgium"}},
    {"street": "Kerkstraat", "streetNumber": "1", "city": "Gent", "postalCode": "9000", "country": "BE"},
    {"tel": None, "phone": "+32475123456", "vatNumber": "", "vatIdNumber": "BE0403019261", "isActive": True},
    {"tel": "+32475123456", "phone": "+32475123457", "city": "Gent", "address": {"city": "Aalst", "country": "BE"}},
    {"address": None},
    {},
]
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.just("Other"),
        "role": st.sampled_from(["BROKER", None]),
        "email": st.sampled_from(["a@b.be", None]),
        "phone": st.sampled_from(["+3232064567", None]),
        "street": st.just("Meir"),
        "street_number": st.sampled_from(["7", "7 bus 2"]),
        "city": st.sampled_from(["Aalst", None]),
        "postal_code": st.sampled_from(["9300", None]),
        "vat_number": st.sampled_from(["BE0403019261", None]),
        "language": st.sampled_from(["fr", None]),
        "is_active": st.booleans(),
    },
)


@given(st.sampled_from(SHAPES), EDITS)
def test_what_is_sent_reads_back_as_what_was_meant(shape, edits):
    known = record(**shape, extraFields={"Role": {"type": "SELECT", "group": None, "stringValue": "POV"}})
    before = {column: None if value is ABSENT else value for column, value in project(known, TENANT).values.items()}
    row = before | edits
    assume(row["street"] or not row["street_number"])  # a number without a street is no address line
    after = project(overlaid(known, to_wire(edits, row, known, TENANT)), TENANT).values
    for column, value in edits.items():
        assert after[column] == value
    untouched = set(COLUMNS) - set(edits) - {"address", "street", "street_number", "country", "country_code"}
    for column in untouched:
        assert (None if after[column] is ABSENT else after[column]) == before[column]


@given(st.sampled_from(SHAPES), st.sampled_from([("country", "Netherlands"), ("country_code", "NL")]))
def test_a_country_goes_back_as_a_code_where_robaws_holds_a_code(shape, edit):
    known = record(**shape)
    column, value = edit
    body = to_wire({column: value}, {column: value}, known, TENANT)
    after = project(overlaid(known, body), TENANT).values
    assert (after["country"], after["country_code"]) == ("Netherlands", "NL")


def test_a_value_goes_back_to_where_it_was_read_and_is_cleared_wherever_one_stands():
    known = record(tel=None, phone="+32475123456", vatNumber="BE0403019261", vatIdNumber="0403019261")
    changes = {"phone": "+32475123457", "vat_number": None}
    assert to_wire(changes, changes, known, TENANT) == {
        "phone": "+32475123457", "vatNumber": None, "vatIdNumber": None
    }  # fmt: skip


def test_only_what_changed_is_in_the_body():
    known = record(address={"addressLine1": "Kerkstraat 1", "city": "Gent"})
    assert to_wire({"city": "Aalst"}, {}, known, TENANT) == {"address": {"city": "Aalst"}}


def test_a_record_nested_too_deeply_to_be_written_harms_only_itself():
    deep: dict[str, object] = {}
    for _ in range(300):
        deep = {"more": deep}
    records, rejected = decode([{"id": "1", "name": "Deep", "notes": deep}, {"id": "2", "name": "Flat"}], b"")
    assert [each.client_id for each in records] == ["2"]
    assert [(each.client_id, each.reason[:16]) for each in rejected] == [("1", "it can't be read")]
    assert as_json(rejected[0].data)
