"""A dry run asks, compares and shows; it writes nothing, here or in Robaws."""

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.rig import PULL_KEYS, Rig

ROLE_GUID = "C965754A-0E2B-4C1D-9E53-6B1D2F7A8C04"


def field(name: str | None, guid: str | None, kind: str | None, value: object) -> dict[str, object]:
    return {"name": name, "guid": guid, "type": kind, "value": value}


@pytest.fixture(scope="module")
def edited(begin_for_all: Begin) -> Rig:
    """Half pulled, with edits on both sides: every kind of write would have something to do."""
    rig = begin_for_all("--clients", "60")
    first = rig.remote.ids()[0]
    rig.pull("--limit", "30")
    rig.remote.edit(first, name="Renamed there")
    rig.database.change(f"UPDATE {CUSTOMERS} SET city = 'Edited here' WHERE robaws_client_id = %s", first)
    return rig


@pytest.mark.parametrize("arguments", ["", "--full", "--limit 7 --json", "--client-id 1 --json"])
def test_no_table_changes_and_nothing_is_written_over_there(edited: Rig, arguments: str):
    before = edited.database.snapshot()
    assert edited.run("--dry-run", *arguments.split()).status == 0
    assert edited.database.snapshot() == before
    assert edited.remote.stats()["writes"] == 0


def test_a_sample_shows_the_role_and_every_custom_field_with_type_and_value(edited: Rig):
    outcome = edited.run("--dry-run", "--client-id", "3017", "--json")
    assert [key for key in outcome.json if key in PULL_KEYS] == PULL_KEYS
    (sample,) = outcome.json["sample_data"]
    assert (sample["id"], sample["name"], sample["extracted_role"]) == (
        "3017", "Aeon Shipping LLC", "FORWARDER",
    )  # fmt: skip
    assert field("Role", None, "SELECT", "FORWARDER") in sample["custom_fields"]
    text = edited.run("--dry-run", "--client-id", "3017").stdout
    assert "Client 3017  Aeon Shipping LLC" in text
    assert "role read: FORWARDER" in text
    assert "custom field Role  SELECT  'FORWARDER'" in text


def test_a_tenant_that_sends_guids_shows_them_and_the_role_is_read_by_guid(begin: Begin):
    rig = begin("--clients", "60", "--fault", "guid-keys")
    outcome = rig.run("--dry-run", "--client-id", "3473", "--json", ROBAWS_ROLE_FIELD_ID=ROLE_GUID.lower())
    (sample,) = outcome.json["sample_data"]
    assert sample["extracted_role"] == "LUXURY CAR DEALER"
    assert ROLE_GUID in {each["guid"] for each in sample["custom_fields"]}
    text = rig.run("--dry-run", "--client-id", "3473").stdout
    assert f"guid {ROLE_GUID}" in text
    assert "role read: –" in text, "by its name alone the field can't be found there"


def test_ten_records_are_shown_and_all_custom_fields_of_the_tenant_are_listed(edited: Rig):
    result = edited.run("--dry-run", "--full", "--json").json
    assert (len(result["sample_data"]), result["total_fetched"], result["created"]) == (10, 60, 30)
    inventory = {each["name"]: each for each in result["custom_fields"]}
    assert inventory["Role"]["type"] == "SELECT"
    assert 0 < inventory["Role"]["records"] <= 60
    assert inventory["Role"]["examples"]


def test_every_change_that_would_be_made_is_shown_with_both_values(begin: Begin):
    rig = begin("--clients", "60")
    first, second, third = rig.remote.ids()[:3]
    rig.pull("--full")
    rig.remote.edit(first, name="Renamed there")
    rig.database.change(f"UPDATE {CUSTOMERS} SET city = 'Here' WHERE robaws_client_id = %s", second)
    rig.remote.edit(second, name="Touched", address={"city": "There"})
    rig.remote.remove(third)
    result = rig.run("--dry-run", "--full", "--json").json
    changes = {(each["robaws_client_id"], each["field"]): each for each in result["changes"]}
    assert changes[first, "name"]["theirs"] == "Renamed there"
    conflict = changes[second, "city"]
    assert (conflict["ours"], conflict["theirs"], conflict["direction"]) == ("Here", "There", "conflict")
    assert result["would_deactivate"] == [third]
    assert (result["updated"], result["conflicts"], result["missing"]) == (2, 1, 1)
