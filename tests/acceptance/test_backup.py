"""Backup and restore, tried: what was there is there again, and the sync goes on from it without losing an edit."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS, Database, Databases
from tests.acceptance.rig import Rig


def restored(rig: Rig, copy: Path, databases: Databases) -> Database:
    """As docs/how-to/operations.md has it: the file in its place, or pg_restore into an empty database."""
    if not rig.database.is_sqlite and shutil.which("pg_restore") is None:
        pytest.skip("there is no pg_restore")
    fresh = databases.empty()
    if fresh.is_sqlite:
        shutil.copy(copy, fresh.url.removeprefix("sqlite:///"))
    else:
        subprocess.run(
            ["pg_restore", "--no-owner", "--exit-on-error", "--dbname", fresh.url, str(copy)], check=True, timeout=60
        )
    return fresh


def backed_up(rig: Rig, folder: Path) -> Path:
    copy = folder / "copy"
    outcome = rig.command("backup", str(copy)).end()
    assert (outcome.status, outcome.stderr) == (0, ""), outcome
    return copy


def content(database: Database) -> dict[str, list[str]]:
    """Every table, whole. PostgreSQL gives restored rows new versions, so their text alone is compared."""
    sql = "SELECT * FROM {} t" if database.is_sqlite else "SELECT t::text FROM {} t"
    return {table: sorted(map(repr, database.query(sql.format(table)))) for table in database.tables()}


def test_what_is_restored_is_what_was_backed_up_row_by_row(begin: Begin, databases: Databases, tmp_path: Path):
    rig = begin("--clients", "60")
    rig.pull("--full")
    rig.database.change(f"UPDATE {CUSTOMERS} SET city = 'Here' WHERE robaws_client_id = '1'")
    before = content(rig.database)
    fresh = restored(rig, backed_up(rig, tmp_path), databases)
    try:
        assert content(fresh) == before
        assert rig.command("check", DATABASE_URL=fresh.url).end().status == 0
    finally:
        databases.remove(fresh)


def test_after_a_restore_both_sides_come_together_again(begin: Begin, databases: Databases, tmp_path: Path):
    rig = begin("--clients", "30")
    rig.pull("--full")
    rig.database.change(f"UPDATE {CUSTOMERS} SET city = 'Pushed' WHERE robaws_client_id = '1'")
    rig.database.change(f"UPDATE {CUSTOMERS} SET city = 'Waiting' WHERE robaws_client_id = '2'")
    copy = backed_up(rig, tmp_path)
    rig.pull("--push", "--client-id", "1")  # since the backup: an edit sent, one made there, a client new, one gone
    rig.remote.edit("3", name="Renamed since")
    new = rig.remote.add(name="New since", email="new@since.example")
    rig.remote.remove("4")

    rig.database = restored(rig, copy, databases)
    rig.settings["DATABASE_URL"] = rig.database.url
    try:
        assert rig.command("pause", "--reason", "restored").end().status == 0
        rig.pull("--full")
        assert rig.command("resume").end().status == 0
        push = rig.run("--push", "--json").json
        assert (push["pushed"], push["created"], push["conflicts"], push["failed"]) == (1, 0, 0, 0)
        assert rig.remote.client("1")["address"]["city"] == "Pushed"
        assert rig.remote.client("2")["address"]["city"] == "Waiting"
        assert rig.database.customer("3", "name") == ("Renamed since",)
        assert rig.database.customer(new, "name") == ("New since",)
        assert not rig.database.customer("4", "is_active")[0]
        writes = rig.remote.stats()["writes"]
        assert rig.pull()["updated"] == 0
        assert rig.run("--push", "--json").json["pushed"] == 0
        assert rig.remote.stats()["writes"] == writes
    finally:
        databases.remove(rig.database)


def test_a_backup_made_during_a_pull_is_of_one_moment(begin: Begin, databases: Databases, tmp_path: Path):
    rig = begin("--clients", "2500")
    pull = rig.start("--full", "--no-progress", ROBAWS_REQUESTS_PER_SECOND="3", ROBAWS_BURST="4")
    rig.wait_for_rows(200, pull)
    copy = backed_up(rig, tmp_path)
    assert pull.is_running(), "the pull has to go on meanwhile for this to show anything"
    pull.kill()
    fresh = restored(rig, copy, databases)
    try:
        kept = fresh.customers()
        assert 200 <= kept < 2500
        assert kept % 100 == 0, "whole pages: each is one transaction"
        rig.settings["DATABASE_URL"] = fresh.url
        rig.database = fresh
        assert rig.run("--full").status == 0
        assert fresh.customers() == 2500
    finally:
        databases.remove(fresh)


def test_a_backup_is_for_its_owner_alone_and_never_over_another(begin: Begin, tmp_path: Path):
    rig = begin("--clients", "3")
    copy = backed_up(rig, tmp_path)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    again = rig.command("backup", str(copy)).end()
    assert (again.status, "is there already" in again.line) == (3, True)
    nowhere = rig.command("backup", str(tmp_path / "none" / "copy")).end()
    assert (nowhere.status, "can't be written" in nowhere.line) == (3, True)
    assert list(tmp_path.glob("*.part")) == []


def test_a_server_that_is_away_is_one_line(begin: Begin, tmp_path: Path):
    rig = begin("--clients", "3")
    outcome = rig.command("backup", str(tmp_path / "x"), DATABASE_URL="postgres://ann:hush@127.0.0.1:9/none").end()
    assert outcome.status == 3
    assert "hush" not in outcome.line
