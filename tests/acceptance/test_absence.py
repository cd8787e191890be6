"""Who is gone from Robaws, and how sure the sync is before it says so."""

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.rig import Rig


def inactive(rig: Rig) -> set[str]:
    rows = rig.database.query(f"SELECT robaws_client_id FROM {CUSTOMERS} WHERE NOT is_active")
    return {client_id for (client_id,) in rows}


def test_gone_clients_become_inactive_and_are_kept(begin: Begin):
    rig = begin("--clients", "60")
    rig.pull("--full")
    gone = rig.remote.ids()[3:6]
    rig.remote.remove(*gone)
    assert rig.pull()["missing"] == 0, "an incremental pull concludes nothing from absence"
    assert rig.pull("--full")["missing"] == 3
    assert inactive(rig) == set(gone)
    assert rig.database.customers() == 60
    before = rig.database.rows()
    assert rig.pull("--full")["missing"] == 0
    assert rig.database.rows() == before


def test_too_many_missing_stop_the_run_unless_it_is_allowed(begin: Begin):
    rig = begin("--clients", "200")
    rig.pull("--full")
    gone = rig.remote.ids()[:30]
    rig.remote.remove(*gone)
    rig.remote.edit(rig.remote.ids()[-1], name="Changed as well")
    before = rig.database.rows()
    outcome = rig.run("--full", "--json")
    assert outcome.status == 3
    assert "30 of 200" in outcome.line
    assert "--allow-mass-deactivation" in outcome.line
    assert rig.database.rows() == before
    assert rig.pull("--full", "--allow-mass-deactivation")["missing"] == 30
    assert inactive(rig) == set(gone)


def test_another_tenants_login_changes_nothing(begin: Begin):
    rig, other = begin("--clients", "100"), begin("--clients", "0")
    rig.pull("--full")
    before = rig.database.rows()
    outcome = rig.run("--full", ROBAWS_BASE_URL=other.remote.url)
    assert outcome.status == 3
    assert "100 of 100" in outcome.line
    assert rig.database.rows() == before


@pytest.mark.parametrize("shift", ["delete=0.4", "create=0.4,update=0.4"])
def test_a_list_that_moves_while_it_is_paged_loses_nobody(begin: Begin, shift: str):
    rig = begin("--clients", "400", "--seed", "5")
    rules = [f"shift-{kind}@{share}" for kind, _, share in (part.partition("=") for part in shift.split(","))]
    rig.remote.behave("cap-size=20", *rules, seed=5)
    before = set(rig.remote.ids())
    outcome = rig.run("--full", "--json")
    after = set(rig.remote.ids())
    assert before != after, "the list did not move"
    assert outcome.status == 0 or "Incomplete" in outcome.stderr
    assert before & after <= rig.database.ids()
    assert not inactive(rig) & after
    rig.remote.behave("cap-size=20")
    rig.pull("--full")
    assert rig.database.ids() >= after
    assert inactive(rig) == rig.database.ids() - after


def test_a_replica_that_lags_behind_neither_undoes_news_nor_declares_anybody_gone(begin: Begin):
    rig = begin("--clients", "60", "--replica-lag", "600")
    rig.pull("--full")
    changed = rig.remote.ids()[0]
    rig.remote.edit(changed, name="Newer than the replica")
    created = rig.remote.add(name="Not in the replica yet")
    assert rig.pull("--client-id", changed)["updated"] == 1
    assert rig.pull("--client-id", created)["created"] == 1
    result = rig.pull("--full")
    assert (result["skipped"], result["missing"]) == (1, 0)
    assert rig.database.customer(changed, "name") == ("Newer than the replica",)
    assert inactive(rig) == set()
