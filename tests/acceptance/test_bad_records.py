"""Records gone wrong harm only themselves; habits of a tenant and passing faults harm nobody."""

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.rig import Rig

LONG_AGO = "2024-05-06T07:08:09.000Z"


def test_a_record_that_fails_is_listed_kept_and_tried_again(begin: Begin):
    rig = begin("--clients", "59")
    bad = rig.remote.add(name=None, updatedAt=LONG_AGO)
    outcome = rig.run("--full", "--json")
    assert (outcome.status, outcome.json["errors"], outcome.json["created"]) == (1, 1, 59)
    assert outcome.json["failures"] == [{"id": bad, "reason": "its name is empty"}]
    assert outcome.stderr == f"  {bad}: its name is empty\n"
    columns = "SELECT robaws_client_id, reason, attempts FROM sync_quarantined_records"
    assert rig.database.query(columns) == [(bad, "its name is empty", 1)]
    assert rig.run("--json").status == 1, "the next run tries it again"
    assert rig.database.query(columns) == [(bad, "its name is empty", 2)]
    rig.remote.edit(bad, name="Mended")
    assert rig.pull()["errors"] == 0
    assert rig.database.customer(bad, "name") == ("Mended",)
    assert rig.database.query(columns) == []


def test_many_failures_are_listed_by_id_in_json_and_shortened_for_people(begin: Begin):
    rig = begin("--clients", "20")
    bad = [rig.remote.add(name="  ", updatedAt=LONG_AGO) for _ in range(30)]
    outcome = rig.run("--full", "--json")
    assert outcome.status == 1
    assert {failure["id"] for failure in outcome.json["failures"]} == set(bad)
    assert outcome.stderr.count(": its name is empty") == 20
    assert "10 more" in outcome.stderr


def test_items_that_are_no_records_are_set_aside(begin: Begin):
    rig = begin("--clients", "250")
    rig.remote.behave("odd-null", "odd-text", "odd-list", "odd-no-id", "odd-role-list")
    outcome = rig.run("--full", "--json")
    assert outcome.status == 1
    assert outcome.json["created"] >= 230
    assert len(outcome.json["failures"]) == outcome.json["errors"] > 0
    rig.remote.behave()
    assert rig.pull("--full")["errors"] == 0
    assert rig.database.ids() == set(rig.remote.ids())


@pytest.fixture(scope="module")
def tidy(begin_for_all: Begin) -> Rig:
    """What a tenant without habits leaves."""
    rig = begin_for_all("--clients", "250")
    rig.pull("--full")
    return rig


HABITS = [("cap-size=40",), ("no-totals", "ids-as-numbers"), ("items-only", "cap-size=40", "guid-keys")]


@pytest.mark.parametrize("habits", HABITS, ids=" ".join)
def test_habits_of_a_tenant_are_taken_in_stride(begin: Begin, tidy: Rig, habits: tuple[str, ...]):
    tidy.remote.behave(*habits)
    rig = begin(remote=tidy.remote)
    result = rig.pull("--full", ROBAWS_ROLE_FIELD_ID="C965754A-0E2B-4C1D-9E53-6B1D2F7A8C04")
    assert (result["created"], result["errors"]) == (250, 0)
    columns = "SELECT robaws_client_id, name, role, phone, city, vat_number FROM robaws_customers_cache"
    assert sorted(map(repr, rig.database.query(columns))) == sorted(map(repr, tidy.database.query(columns)))


def test_passing_faults_are_outlived(begin: Begin):
    rig = begin("--clients", "250")
    rig.remote.behave("cap-size=25", "500@#3", "html@#5", "reset@#7", "cut@#9", "broken-json@#11", "429@#13")
    assert rig.pull("--full")["created"] == 250
    assert rig.database.ids() == set(rig.remote.ids())
    stats = rig.remote.stats()
    assert (stats["broken"], stats["too_many"]) == (2, 1)
