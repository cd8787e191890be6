"""Merging at the command line where it is less tidy: new customers, gone ones, pending edits, ids given twice."""

import uuid

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.rig import Outcome, Rig
from tests.acceptance.test_push import wait_until


@pytest.fixture
def rig(begin: Begin) -> Rig:
    rig = begin("--clients", "6")
    for client_id in rig.remote.ids():
        rig.remote.edit(client_id, isActive=True)
    rig.pull("--full")
    return rig


def merge(rig: Rig, *words: str) -> Outcome:
    return rig.command("merge_customers", *words).end()


def new_here(rig: Rig, **columns: str) -> str:
    """A customer that Robaws does not know, as another program writes it."""
    columns = {"robaws_client_id": f"NEW_{uuid.uuid4()}", **columns}
    marks = ", ".join(["%s"] * len(columns))
    rig.database.change(f"INSERT INTO {CUSTOMERS} ({', '.join(columns)}) VALUES ({marks})", *columns.values())
    return columns["robaws_client_id"]


def three(rig: Rig) -> list[str]:
    return sorted(rig.database.ids())[:3]


def test_a_new_customer_goes_into_a_known_one_and_is_never_created(rig: Rig):
    into, clients = three(rig)[0], rig.remote.ids()
    new = new_here(rig, name="Noordzee", website="www.noordzee.be")
    rig.database.change("INSERT INTO intakes (robaws_client_id) VALUES (%s)", new)
    told = merge(rig, "--into", into, new, "--take", f"website={new}")
    assert told.status == 0, told
    assert rig.remote.client(into)["website"] == "www.noordzee.be"
    assert rig.database.query("SELECT robaws_client_id FROM intakes") == [(into,)]
    assert rig.run("--push", "--json").json["created"] == 0
    assert rig.remote.ids() == clients


def test_two_new_customers_become_one_and_it_is_created_once(rig: Rig):
    clients = set(rig.remote.ids())
    one = new_here(rig, name="Noordzee", email="a@noordzee.be")
    other = new_here(rig, name="Noordzee", phone="+3232064567")
    assert merge(rig, "--into", one, other).status == 0
    (made,) = set(rig.remote.ids()) - clients
    client = rig.remote.client(made)
    assert (client["email"], client["tel"]) == ("a@noordzee.be", "+3232064567")
    assert rig.run("--push", "--json").json["created"] == 0


def test_a_known_customer_does_not_go_into_one_that_robaws_does_not_know(rig: Rig):
    known, before = three(rig)[0], rig.database.rows()
    new = new_here(rig, name="Noordzee")
    told = merge(rig, "--into", new, known)
    assert told.status == 3
    assert f"merge into {known}" in told.line
    assert len(rig.database.rows()) == len(before) + 1


def test_one_that_is_gone_from_robaws_has_no_step_there(rig: Rig):
    into, gone, _ = three(rig)
    rig.remote.remove(gone)
    rig.pull("--full")
    assert merge(rig, "--into", gone, into).status == 3
    writes = rig.remote.stats()["writes"]
    told = merge(rig, "--into", into, gone, "--in-robaws", "delete")
    assert told.status == 0, told
    assert "nothing to do in Robaws" in told.stdout
    assert gone not in rig.database.ids()
    assert rig.remote.stats()["writes"] - writes <= 1  # what the survivor took over
    assert rig.command("undo_merge", gone).end().status == 0
    assert gone in rig.database.ids()


def test_edits_that_are_pending_reach_robaws_with_the_survivor_and_come_back_with_the_other(rig: Rig):
    into, other, _ = three(rig)
    sql = f"UPDATE {CUSTOMERS} SET city = %s WHERE robaws_client_id = %s"
    rig.database.change(sql, "Gent", into)
    rig.database.change(sql, "Luik", other)
    told = merge(rig, "--into", into, other)
    assert told.status == 0, told
    assert rig.remote.client(into)["address"]["city"] == "Gent"
    assert rig.remote.client(other)["isActive"] is False
    assert rig.remote.client(other)["address"]["city"] != "Luik"
    assert rig.command("undo_merge", other).end().status == 0
    assert rig.database.customer(other, "city") == ("Luik",)
    rig.run("--push")
    assert rig.remote.client(other)["address"]["city"] == "Luik"
    assert rig.remote.client(other)["isActive"] is True


def test_an_id_given_twice_counts_once(rig: Rig):
    into, other, _ = three(rig)
    told = merge(rig, "--into", into, other, other)
    assert told.status == 0, told
    assert told.stdout.count(f"client {other} in Robaws") == 1
    assert len(rig.database.ids()) == 5
    assert merge(rig, "--into", into, other, other).status == 0
    assert rig.database.value("SELECT count(*) FROM customer_merges") == 1


def test_the_survivor_among_the_others_is_no_other(rig: Rig):
    into, other, _ = three(rig)
    assert merge(rig, "--into", into, into, other).status == 0
    assert rig.database.ids() >= {into}
    assert other not in rig.database.ids()
    assert merge(rig, "--into", into, into, other).status == 0  # goes on where it was
    assert merge(rig, "--into", into, into).status == 3


def test_killed_while_robaws_is_asked_the_same_command_goes_on(rig: Rig):
    into, other, _ = three(rig)
    words = ("merge_customers", "--into", into, other, "--in-robaws", "delete")
    rig.remote.behave("hang-after@DELETE:1")
    running = rig.command(*words)
    wait_until(lambda: other not in rig.remote.ids())
    running.kill()
    rig.remote.behave()
    told = rig.command(*words).end()
    assert told.status == 0, told
    assert f"client {other} in Robaws: Deleted" in told.stdout
    assert rig.database.value("SELECT count(*) FROM customer_merges") == 1
    assert other not in rig.database.ids()
