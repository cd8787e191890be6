"""What is edited while a pull runs: here by plain SQL, which it must not undo; there, which it must not miss."""

import time
from datetime import UTC, datetime, timedelta

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.rig import Rig, Running
from tests.patience import PATIENCE_S

CLIENTS = 400
STALL = f"delay={PATIENCE_S}@#12"
"""Half way one answer waits, until Robaws behaves again."""


def test_every_edit_made_during_a_pull_survives_it(begin: Begin):
    rig = begin("--clients", str(CLIENTS))
    rig.pull("--full")
    ids = rig.remote.ids()
    for client_id in ids:
        rig.remote.edit(client_id, name=f"Renamed there {client_id}")
    rig.remote.behave("cap-size=20", latency_ms=40)
    running = rig.start("--full", "--json")
    cities, names = edit_while(running, rig, ids)
    outcome = running.end()
    assert outcome.status == 0, outcome
    assert len(cities) + len(names) > 100, "too few edits fell into the run to show anything"
    stored = {row[0]: row[1:] for row in rig.database.query(f"SELECT robaws_client_id, name, city FROM {CUSTOMERS}")}
    assert {each: stored[each][1] for each in cities} == cities
    assert {each: stored[each][0] for each in names} == names
    assert all(stored[each][0] == f"Renamed there {each}" for each in ids if each not in names)
    pending = rig.database.query(f"SELECT robaws_client_id FROM {CUSTOMERS} WHERE is_pending")
    assert {client_id for (client_id,) in pending} == cities.keys() | names.keys()


def edit_while(running: Running, rig: Rig, ids: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The cities and the names that were written, by client id: three cities to one name."""
    cities: dict[str, str] = {}
    names: dict[str, str] = {}
    for number, client_id in enumerate(ids):
        if not running.is_running():
            break
        column, written = ("name", names) if number % 4 == 0 else ("city", cities)
        sql = f"UPDATE {CUSTOMERS} SET {column} = %s WHERE robaws_client_id = %s"
        assert rig.database.change(sql, f"Edited {number}", client_id) == 1
        written[client_id] = f"Edited {number}"
        time.sleep(0.002)
    return cities, names


def test_what_changes_in_robaws_during_a_full_pull_arrives_with_the_next_one(begin: Begin):
    rig = begin("--clients", str(CLIENTS))
    rig.remote.behave("cap-size=20", STALL)
    running = rig.start("--full", "--json")
    rig.wait_for_rows(100, running)
    ((taken,),) = rig.database.query(f"SELECT robaws_client_id FROM {CUSTOMERS} LIMIT 1")
    rig.remote.edit(taken, name="Renamed behind its back")
    created = rig.remote.add(name="Created behind its back")
    rig.remote.behave("cap-size=20")
    assert running.end().status == 0
    rig.remote.behave()
    rig.pull()
    assert rig.database.customer(taken, "name") == ("Renamed behind its back",)
    assert rig.database.customer(created, "name") == ("Created behind its back",)


def after_a_break(rig: Rig) -> str:
    """A full pull that was killed half way, an hour ago as the run remembers it; gives a client it has stored."""
    rig.remote.behave("cap-size=20", STALL)
    running = rig.start("--full")
    rig.wait_for_rows(100, running)
    running.kill()
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    rig.database.change("UPDATE sync_runs SET started_at = %s", an_hour_ago.isoformat(sep=" "))
    rig.remote.behave("cap-size=20")
    return str(rig.database.value(f"SELECT min(robaws_client_id) FROM {CUSTOMERS}"))


def test_a_run_taken_up_again_after_a_break_looks_at_what_changed_since(begin: Begin):
    rig = begin("--clients", str(CLIENTS))
    taken = after_a_break(rig)
    stored = rig.database.customers()
    rig.remote.edit(taken, name="Renamed since")
    assert rig.pull("--full")["created"] == CLIENTS - stored
    assert rig.database.customer(taken, "name") == ("Renamed since",)


def test_a_record_that_fails_is_counted_once_in_such_a_run(begin: Begin):
    rig = begin("--clients", str(CLIENTS))
    after_a_break(rig)
    bad = rig.remote.add(name=" ")
    outcome = rig.run("--full", "--json")
    assert outcome.json["failures"] == [{"id": bad, "reason": "its name is empty"}]
