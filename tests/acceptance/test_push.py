"""The push through the real command and HTTP: what travels, what is shown, and what a kill leaves behind."""

import json
import signal
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.rig import Outcome, Rig
from tests.patience import PATIENCE_S

PUSH_KEYS = ["mode", "pushed", "created", "unchanged", "conflicts", "failed", "requests", "duration_s"]


@pytest.fixture
def rig(begin: Begin) -> Rig:
    rig = begin("--clients", "60")
    rig.pull("--full")
    return rig


def edit(rig: Rig, client_id: str, **columns: Any) -> None:
    """By plain SQL, as another program does it."""
    for column, value in columns.items():
        changed = rig.database.change(
            f"UPDATE {CUSTOMERS} SET {column} = %s WHERE robaws_client_id = %s", value, client_id
        )
        assert changed == 1


def first_ids(rig: Rig, count: int) -> list[str]:
    return sorted(rig.remote.ids(), key=int)[:count]


def say(rig: Rig, *words: str) -> Outcome:
    return rig.command(*words).end()


def quiet(rig: Rig) -> None:
    """A pull and a push that have nothing left to do."""
    rig.pull("--full")
    rig.run("--push", "--json")
    before, writes = rig.database.content(), rig.remote.stats()["writes"]
    assert rig.pull("--full")["updated"] == 0
    result = rig.run("--push", "--json").json
    assert (result["pushed"], result["created"], result["requests"]) == (0, 0, 0)
    assert rig.database.content() == before
    assert rig.remote.stats()["writes"] == writes


def test_a_push_sends_what_was_edited_and_says_so_in_the_contracts_words(rig: Rig):
    one, two = first_ids(rig, 2)
    edit(rig, one, city="Pushville", role="BROKER")
    edit(rig, two, email=None)
    outcome = rig.run("--push", "--json")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert list(outcome.json) == PUSH_KEYS
    assert (outcome.json["mode"], outcome.json["pushed"], outcome.json["failed"]) == ("push", 2, 0)
    assert outcome.json["requests"] <= 2 * 2 + 2
    assert rig.remote.client(one)["address"]["city"] == "Pushville"
    assert rig.remote.client(one)["extraFields"]["Role"]["stringValue"] == "BROKER"
    assert rig.remote.client(two)["email"] is None
    quiet(rig)


def test_a_push_with_nothing_to_send_asks_nothing(rig: Rig):
    before = rig.remote.requests()
    assert rig.run("--push", "--json").json["requests"] == 0
    assert rig.remote.requests() == before


def test_client_id_and_limit_send_no_more(rig: Rig):
    ids = first_ids(rig, 3)
    for each in ids:
        edit(rig, each, city="Pushville")
    assert rig.run("--push", "--client-id", ids[2], "--json").json["pushed"] == 1
    assert rig.run("--push", "--limit", "1", "--json").json["pushed"] == 1
    pushed = [rig.remote.client(each)["address"]["city"] == "Pushville" for each in ids]
    assert pushed == [True, False, True]


def test_a_dry_run_shows_both_directions_and_writes_nothing(rig: Rig):
    one = first_ids(rig, 1)[0]
    edit(rig, one, city="Pushville")
    rig.remote.edit(one, name="Renamed there")
    before, writes = rig.database.content(), rig.remote.stats()["writes"]
    outcome = rig.run("--push", "--dry-run", "--json")
    shown = {each["field"]: (each["direction"], each["ours"], each["theirs"]) for each in outcome.json["changes"]}
    assert shown["city"][:2] == ("here → Robaws", "Pushville")
    assert shown["name"][0] == "Robaws → here"
    assert (outcome.json["pushed"], outcome.json["unchanged"]) == (1, 0)
    assert rig.run("--push", "--dry-run").status == 0
    assert rig.database.content() == before
    assert rig.remote.stats()["writes"] == writes


@pytest.mark.parametrize(
    "words",
    [("--push", "--full"), ("--push", "--allow-mass-deactivation"), ("--yes-all",), ("--full", "--allow-twins")],
)
def test_contradictions_are_wrong_usage(rig: Rig, words: tuple[str, ...]):
    assert rig.run(*words).status == 2


def test_a_conflict_is_listed_decided_and_then_both_sides_agree(rig: Rig):
    one = first_ids(rig, 1)[0]
    before = rig.database.customer(one, "name")[0]
    edit(rig, one, name="Ours")
    rig.remote.edit(one, name="Theirs")
    result = rig.run("--push", "--json")
    assert (result.status, result.json["conflicts"], result.json["pushed"]) == (0, 1, 0)
    assert rig.remote.client(one)["name"] == "Theirs"
    (conflict,) = json.loads(say(rig, "list_conflicts", "--json").stdout)["conflicts"]
    assert list(conflict) == ["id", "robaws_client_id", "field", "base", "ours", "theirs", "since"]
    assert (conflict["robaws_client_id"], conflict["field"]) == (one, "name")
    assert (conflict["base"], conflict["ours"], conflict["theirs"]) == (before, "Ours", "Theirs")
    assert say(rig, "resolve_conflict", str(conflict["id"]), "--take", "ours").status == 0
    assert rig.run("--push", "--json").json["pushed"] == 1
    assert rig.remote.client(one)["name"] == "Ours"
    assert json.loads(say(rig, "list_conflicts", "--json").stdout) == {"conflicts": []}
    assert say(rig, "resolve_conflict", str(conflict["id"]), "--take", "ours").status == 3
    quiet(rig)


def test_a_refused_edit_is_listed_with_id_and_reason_and_the_rest_goes_on(rig: Rig):
    one, two = first_ids(rig, 2)
    edit(rig, one, city="Pushville")
    edit(rig, two, city="Pushville")
    rig.remote.behave(f"400@PATCH,/api/v2/clients/{one}")
    outcome = rig.run("--push", "--json")
    assert (outcome.status, outcome.json["pushed"], outcome.json["failed"]) == (1, 1, 1)
    assert outcome.json["failures"][0]["id"] == one
    assert "400" in outcome.json["failures"][0]["reason"]
    assert one in outcome.stderr


def test_very_many_edits_at_once_stop_before_the_first_write(rig: Rig):
    rig.database.change(f"UPDATE {CUSTOMERS} SET role = %s", "BLACKLISTED")
    outcome = rig.run("--push", "--json")
    assert outcome.status == 3
    assert "--yes-all" in outcome.stderr
    assert rig.remote.stats()["writes"] == 0
    assert rig.run("--push", "--yes-all", "--json").json["pushed"] == 60


def wait_until(is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_there():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_killed_after_the_patch_was_applied_nothing_is_sent_twice(rig: Rig):
    one = first_ids(rig, 1)[0]
    edit(rig, one, city="Pushville")
    rig.remote.behave("hang-after@PATCH:1")
    running = rig.start("--push", "--json")
    wait_until(lambda: rig.remote.client(one)["address"]["city"] == "Pushville")
    running.kill()
    rig.remote.behave()
    writes = rig.remote.stats()["writes"]
    assert rig.run("--push", "--json").json["unchanged"] == 1
    assert rig.remote.stats()["writes"] == writes
    quiet(rig)


def test_killed_after_the_creation_was_applied_the_client_is_adopted(rig: Rig):
    new_id = f"NEW_{uuid.uuid4()}"
    rig.database.change(
        f"INSERT INTO {CUSTOMERS} (robaws_client_id, name, email) VALUES (%s, %s, %s)",
        new_id,
        "Brand new",
        "a@brand.new",
    )
    rig.database.change("INSERT INTO intakes (robaws_client_id) VALUES (%s)", new_id)
    rig.remote.behave("hang-after@POST:1")
    running = rig.start("--push", "--json")
    wait_until(lambda: len(rig.remote.ids()) == 61)
    running.kill()
    rig.remote.behave()
    assert rig.run("--push", "--json").json["created"] == 1
    assert len(rig.remote.ids()) == 61
    real_id = max(rig.remote.ids(), key=int)
    assert rig.database.value("SELECT robaws_client_id FROM intakes") == real_id
    assert rig.database.value(f"SELECT count(*) FROM {CUSTOMERS}") == 61
    quiet(rig)


def test_a_stopped_push_says_so_and_the_next_one_ends_it(rig: Rig):
    for each in first_ids(rig, 10):
        edit(rig, each, city="Pushville")
    rig.remote.behave(f"delay={PATIENCE_S}@PATCH,#2")
    running = rig.start("--push", "--json")
    wait_until(lambda: rig.remote.stats()["writes"] > 0)
    running.process.send_signal(signal.SIGTERM)
    rig.remote.behave()
    outcome = running.end()
    assert outcome.status == 3
    rig.run("--push", "--json")
    assert {rig.remote.client(each)["address"]["city"] for each in first_ids(rig, 10)} == {"Pushville"}
    quiet(rig)


def test_a_run_is_undone_here_at_once_and_there_by_the_next_push(rig: Rig):
    one = first_ids(rig, 1)[0]
    before = rig.database.customer(one, "name")[0]
    rig.remote.edit(one, name="A mistake")
    rig.pull()
    run = rig.database.value("SELECT max(id) FROM sync_runs")
    shown = json.loads(say(rig, "undo_run", str(run), "--dry-run", "--json").stdout)
    assert [each["to"] for each in shown["undone"]] == [before]
    assert rig.database.customer(one, "name")[0] == "A mistake"
    assert say(rig, "undo_run", str(run)).status == 0
    assert rig.database.customer(one, "name")[0] == before
    rig.run("--push")
    assert rig.remote.client(one)["name"] == before


def test_a_deleted_customer_stays_away_and_one_with_intakes_stays(rig: Rig):
    one, two, three = first_ids(rig, 3)
    rig.database.change("INSERT INTO intakes (robaws_client_id) VALUES (%s)", three)
    assert say(rig, "delete_customer", one, "--here").status == 0
    assert say(rig, "delete_customer", two, "--in-robaws").status == 0
    refused = say(rig, "delete_customer", three, "--in-robaws")
    assert refused.status == 3
    assert "1 intake refers to customer" in refused.stderr
    assert one in rig.remote.ids()
    assert two not in rig.remote.ids()
    rig.pull("--full")
    assert {one, two} & rig.database.ids() == set()
    assert three in rig.database.ids()


def test_who_deletes_a_customer_whose_creation_was_cut_off_is_told_that_robaws_may_have_it(rig: Rig):
    new_id = f"NEW_{uuid.uuid4()}"
    rig.database.change(f"INSERT INTO {CUSTOMERS} (robaws_client_id, name) VALUES (%s, %s)", new_id, "Cut Off NV")
    rig.database.change(
        'INSERT INTO sync_create_intents (customer_id, "values", written_at) '
        f"SELECT id, '{{}}', updated_at FROM {CUSTOMERS} WHERE robaws_client_id = %s",
        new_id,
    )
    refused = say(rig, "delete_customer", new_id, "--in-robaws")
    assert refused.status == 3
    assert "is being created in Robaws" in refused.line
    assert "a sync brings it back" in say(rig, "delete_customer", new_id, "--here").stdout


def test_while_writing_is_paused_nothing_is_sent(rig: Rig):
    one = first_ids(rig, 1)[0]
    edit(rig, one, city="Pushville")
    assert say(rig, "pause").status == 0
    outcome = rig.run("--push", "--json")
    assert outcome.status == 3
    assert "bconnect resume" in outcome.line
    assert rig.remote.stats()["writes"] == 0
    assert say(rig, "resume").status == 0
    assert rig.run("--push", "--json").json["pushed"] == 1
