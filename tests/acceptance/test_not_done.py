"""What can't be done at all: one line that names the cause, exit status 3, nothing changed.

All of them run side by side, since some of them try for a while before they give up.
"""

from dataclasses import dataclass

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS, Database, Databases
from tests.acceptance.rig import Rig, Running


@dataclass(frozen=True, slots=True)
class Case:
    """Settings and faults that stop a run, and words that its one line must hold."""

    words: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def gets_far(self) -> bool:
        """Whether it asks Robaws, and so takes the lock."""
        return bool(self.faults) or self.settings[0][0] in ("ROBAWS_API_SECRET", "ROBAWS_BASE_URL")


def setting(name: str, value: str, *words: str) -> Case:
    return Case((name, *words), ((name, value),))


CASES = {
    "the login is wrong": Case(("401", "secret"), (("ROBAWS_API_SECRET", "not the one"),)),
    "the host does not answer": Case(("connection", "base URL"), (("ROBAWS_BASE_URL", "http://127.0.0.1:1"),)),
    "a page of HTML answers": Case(("HTML", "base URL"), faults=("html-200",)),
    "the address is another program's": Case(("404", "base URL"), faults=("404",)),
    "Robaws is down": Case(("503",), faults=("503",)),
    "every request is one too many": Case(("429",), faults=("429=0.1",)),
    "no key is set": setting("ROBAWS_API_KEY", ""),
    "no secret is set": setting("ROBAWS_API_SECRET", ""),
    "the database has no such scheme": setting("DATABASE_URL", "mysql://me:hush-hush@127.0.0.1/x", "postgres"),
    "the database file can't be there": setting("DATABASE_URL", "sqlite:////proc/nowhere/x.sqlite3"),
    "the database server is down": setting("DATABASE_URL", "postgres://me:hush-hush@127.0.0.1:1/x"),
    "the policy is none": setting("ROBAWS_CONFLICT_POLICY", "whoever", "manual", "robaws", "bconnect"),
    "the burst is no number": setting("ROBAWS_BURST", "many", "'many'"),
    "the burst is nought": setting("ROBAWS_BURST", "0", "1"),
    "the pace is not finite": setting("ROBAWS_REQUESTS_PER_SECOND", "inf"),
    "the address holds a login": setting("ROBAWS_BASE_URL", "https://me:hush-hush@app.robaws.com"),
    "the country is no code": setting("BCONNECT_DEFAULT_COUNTRY", "Belgium", "BE"),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """A case under way, and its database as it was before."""

    running: Running
    database: Database
    before: dict[str, list[str]]


@pytest.fixture(scope="module")
def tried(begin_for_all: Begin) -> dict[str, Tried]:
    """Those that get as far as the lock each have a database of their own."""
    tenants = {faults: begin_for_all("--clients", "20") for faults in {case.faults for case in CASES.values()}}
    for faults, rig in tenants.items():
        rig.remote.behave(*faults)
    shared = tenants[()]
    return {
        name: _tried(begin_for_all(remote=tenants[case.faults].remote) if case.gets_far else shared, case)
        for name, case in CASES.items()
    }


def _tried(rig: Rig, case: Case) -> Tried:
    insert = f"INSERT INTO {CUSTOMERS} (robaws_client_id, name) VALUES ('17', 'Here before') ON CONFLICT DO NOTHING"
    rig.database.change(insert)
    before = _kept(rig.database)
    return Tried(rig.start("--full", "--json", **dict(case.settings)), rig.database, before)


def _kept(database: Database) -> dict[str, list[str]]:
    """What must not change; a run that failed may be on record, and the lease was held."""
    written = {"sync_runs", "sync_leases", "sqlite_sequence"}
    return {table: rows for table, rows in database.snapshot().items() if table not in written}


@pytest.mark.parametrize("name", CASES)
def test_one_line_says_why_and_nothing_is_changed(tried: dict[str, Tried], name: str):
    case = tried[name]
    outcome = case.running.end()
    assert outcome.status == 3
    assert [word for word in CASES[name].words if word.lower() not in outcome.line.lower()] == []
    assert "hush-hush" not in outcome.stderr
    assert _kept(case.database) == case.before


@pytest.fixture(scope="module")
def refusing(begin_for_all: Begin) -> Rig:
    return begin_for_all("--clients", "20")


@pytest.mark.parametrize("url", ["hush-hush", "//me:hush-hush@127.0.0.1/x"])
def test_a_database_url_without_a_scheme_is_refused_without_being_repeated(refusing: Rig, url: str):
    outcome = refusing.run("--full", DATABASE_URL=url)
    assert outcome.status == 3
    assert "hush" not in outcome.stderr
    assert "DATABASE_URL" in outcome.line


def test_a_database_without_tables_is_answered_with_the_cure(begin: Begin, databases: Databases):
    rig = begin("--clients", "20", database=databases.empty())
    for arguments in (("--full",), ("--dry-run",)):
        outcome = rig.run(*arguments)
        assert outcome.status == 3
        assert "bconnect migrate" in outcome.line
    assert rig.database.tables() == []
    assert rig.remote.requests() <= 1


def test_a_command_that_does_not_exist_is_wrong_usage_in_one_line(begin: Begin):
    outcome = begin("--clients", "1").command("sync_custmers").end()
    assert (outcome.status, "sync_custmers" in outcome.line) == (2, True)
