"""Which of a client's events counts, and when is Robaws asked instead? Pure."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from bconnect.sync.incoming import salt
from bconnect.sync.mapping import Tenant
from bconnect.webhooks.judge import Answer, Judgement, Known, judge
from robaws.records import fingerprint, parse_timestamp

ROLE_GUID = "C965754A-0E2B-4C1D-9E53-6B1D2F7A8C04"
OTHER_GUID = "11111111-2222-3333-4444-555555555555"
TENANT = Tenant("Role", ROLE_GUID, "BE")
WITHOUT_GUID = Tenant("Role", "", "BE")
T1, T2, T3 = (f"2026-03-02T08:00:0{n}.000Z" for n in (1, 2, 3))
ROLE = {"type": "SELECT", "group": None, "stringValue": "POV"}


def record(stamp: str | None = T1, **members: Any) -> dict[str, Any]:
    made = {
        "id": "1",
        "name": "Aeon",
        "email": "info@aeon.be",
        "tel": None,
        "address": {"addressLine1": "Kaai 1", "addressLine2": None, "city": "Gent", "country": "BE"},
        "extraFields": {"Role": ROLE},
        **members,
    }
    return made if stamp is None else {**made, "updatedAt": stamp}


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def known(data: dict[str, Any] | None = None, tenant: Tenant = TENANT, **more: Any) -> Known:
    data = record() if data is None else data
    return Known(data, fingerprint(data, salt(tenant)), parse_timestamp(data.get("updatedAt")), **more)


def judged(*payloads: dict[str, Any], of: Known | None = None, tenant: Tenant = TENANT) -> Judgement:
    return judge(payloads, of, tenant)


def test_a_whole_payload_that_is_newer_is_taken():
    answer = judged(record(T2, email="new@aeon.be"), of=known())
    assert answer.answer is Answer.TAKE
    assert answer.record == record(T2, email="new@aeon.be")


def test_an_older_one_is_stale_even_where_it_is_partial():
    assert judged({"id": "1", "updatedAt": T1}, of=known(record(T2))).answer is Answer.STALE


def test_where_the_stamp_we_know_lies_in_the_future_anything_is_asked_about():
    for payload in (record(T1), record(T2, email="new@aeon.be"), {"id": "1"}):
        assert judged(payload, of=known(record("2099-01-01T00:00:00.000Z"), is_ahead=True)).answer is Answer.ASK


def test_our_own_echo_tells_nothing_new():
    assert judged(record(T1), of=known()).answer is Answer.NOTHING_NEW


def test_the_same_content_without_a_stamp_tells_nothing_new():
    assert judged(record(None), of=known()).answer is Answer.NOTHING_NEW


def test_other_content_under_the_same_stamp_is_asked_about():
    assert judged(record(T1, email="x@aeon.be"), of=known()).answer is Answer.ASK


def test_other_content_without_a_stamp_is_asked_about():
    assert judged(record(None, email="x@aeon.be"), of=known()).answer is Answer.ASK


@pytest.mark.parametrize("stamp", ["yesterday", 1740902400, None, ""])
def test_a_stamp_that_is_none_counts_as_missing(stamp):
    assert judged(record(None, updatedAt=stamp, email="x@aeon.be"), of=known()).answer is Answer.ASK


@pytest.mark.parametrize("order", list(permutations((T1, T2, T3))))
def test_the_newest_counts_in_whatever_order_events_arrive(order):
    answer = judged(*(record(stamp, email=f"{stamp[18]}@aeon.be") for stamp in order), of=known())
    assert answer.record == record(T3, email="3@aeon.be")


def test_a_repeat_is_no_doubt():
    assert judged(record(T2), record(T2), of=known()).answer is Answer.TAKE


def test_two_contents_under_one_stamp_are_asked_about():
    assert judged(record(T2, email="a@x.be"), record(T2, email="b@x.be"), of=known()).answer is Answer.ASK


def test_one_of_several_without_a_stamp_is_asked_about():
    assert judged(record(None, email="a@x.be"), record(T2), of=known()).answer is Answer.ASK


@pytest.mark.parametrize(
    "payload",
    [
        {"id": "1", "name": "Aeon", "updatedAt": T2},
        without(record(T2), "name"),
        without(record(T2), "email"),
        without(record(T2), "address"),
        without(record(T2), "extraFields"),
        record(T2, name=None),
        record(T2, extraFields={}),
        record(T2, address={"city": "Gent"}),
        record(T2, address="Kaai 1, Gent"),
        record(T2, email=["info@aeon.be"]),
        record(T2, tel={"number": "1"}),
        record(T2, name=4711),
        record(T2, extraFields="POV"),
        record(T2, extraFields=[{"name": "Role", "value": "POV"}]),
        record(T2, extraFields={OTHER_GUID: {"booleanValue": True}}),
    ],
    ids=repr,
)
def test_what_leaves_a_question_open_is_asked_about(payload):
    assert judged(payload, of=known()).answer is Answer.ASK


def test_an_explicit_null_is_an_answer_and_no_question():
    answer = judged(record(T2, email=None), of=known())
    assert answer.answer is Answer.TAKE
    assert answer.record is not None
    assert answer.record["email"] is None


def test_a_member_that_was_never_known_may_be_left_out():
    assert judged(without(record(T2), "tel"), of=known()).answer is Answer.TAKE


def test_a_client_that_was_gone_is_asked_about():
    assert judged(record(T2), of=known(is_gone=True)).answer is Answer.ASK


def test_a_row_without_a_stamp_is_asked_about():
    assert judged(record(T2), of=Known({}, None, None)).answer is Answer.ASK


# --- clients not known yet ---------------------------------------------------------------------------


def test_a_whole_payload_of_an_unknown_client_is_taken():
    assert judged(record()).answer is Answer.TAKE


@pytest.mark.parametrize(
    "payload",
    [{"id": "1", "name": "Aeon"}, record(None), without(record(), "address"), without(record(), "extraFields")],
    ids=repr,
)
def test_an_unknown_client_of_which_not_all_is_told_is_asked_about(payload):
    assert judged(payload).answer is Answer.ASK


# --- custom fields by GUID ---------------------------------------------------------------------------


def test_the_configured_guid_becomes_the_name_and_the_record_looks_as_if_it_was_read():
    answer = judged(record(T2, extraFields={ROLE_GUID.lower(): {"stringValue": "RORO"}}), of=known())
    assert answer.answer is Answer.TAKE
    assert answer.record == record(T2, extraFields={"Role": {**ROLE, "stringValue": "RORO"}})


def test_an_unknown_guid_beside_it_stays_out_and_what_was_known_by_name_stays():
    before = known(record(extraFields={"Role": ROLE, "Level": {"type": "INTEGER", "integerValue": 3}}))
    guids = {ROLE_GUID: {"stringValue": "POV"}, OTHER_GUID: {"integerValue": 4}}
    assert judged(record(T2, extraFields=guids), of=before).record == {**before.record, "updatedAt": T2}


def test_the_echo_keyed_by_guid_tells_nothing_new():
    assert judged(record(extraFields={ROLE_GUID: {"stringValue": "POV"}}), of=known()).answer is Answer.NOTHING_NEW


def test_guids_without_a_configured_one_are_asked_about_even_where_no_role_is_known():
    before = known(record(extraFields={}), WITHOUT_GUID)
    payload = record(T2, extraFields={ROLE_GUID: {"stringValue": "RORO"}})
    assert judged(payload, of=before, tenant=WITHOUT_GUID).answer is Answer.ASK


def test_a_name_beside_the_guid_is_used():
    answer = judged(
        record(T2, extraFields={OTHER_GUID: {"name": "role", "stringValue": "RORO"}}),
        of=known(tenant=WITHOUT_GUID), tenant=WITHOUT_GUID,
    )  # fmt: skip
    assert answer.record is not None
    assert answer.record["extraFields"].keys() == {"Role"}
    assert answer.record["extraFields"]["Role"]["stringValue"] == "RORO"


def test_a_tenant_that_is_read_by_guid_keeps_its_guids():
    fields = {OTHER_GUID: {"stringValue": "x"}, ROLE_GUID: {"stringValue": "POV"}}
    assert judged(record(T2, extraFields=fields), of=known(record(extraFields=fields))).record == record(
        T2, extraFields=fields
    )


def test_what_is_known_is_left_as_it_was():
    before = known()
    judged(record(T2, extraFields={ROLE_GUID: {"stringValue": "RORO"}}), of=before)
    assert before == known()
    assert before.updated_at == datetime(2026, 3, 2, 8, 0, 1, tzinfo=UTC)
