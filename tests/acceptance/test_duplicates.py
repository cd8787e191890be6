"""Finding, merging and undoing as somebody does it at the command line, on the known tenant."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.rig import Rig

TRUTH = json.loads((Path(__file__).parents[1] / "data/clients_4017.truth.json").read_text())
GARAGE = ("243", "1969")


@pytest.fixture(scope="module")
def rig(begin_for_all: Begin) -> Rig:
    rig = begin_for_all()
    rig.pull("--full")
    return rig


def done(rig: Rig, *words: str, status: int = 0) -> str:
    outcome = rig.command(*words).end()
    assert outcome.status == status, outcome
    return outcome.stdout + outcome.stderr


def test_the_tenants_duplicates_are_found(rig: Rig):
    groups = json.loads(done(rig, "find_duplicates", "--json"))["groups"]
    found = {pair for group in groups for pair in pairs(each["robaws_client_id"] for each in group["members"])}
    true = {pair for group in TRUTH["duplicate_groups"] for pair in pairs(group)}
    assert 2 * len(found & true) / (len(found) + len(true)) >= 0.97
    apart = {pair for name in ("placeholder_groups", "lookalikes") for group in TRUTH[name] for pair in pairs(group)}
    assert not found & apart


def pairs(members):
    return {frozenset(pair) for pair in combinations(members, 2)}


def test_a_merge_is_shown_done_kept_and_undone(rig: Rig):
    into, other = GARAGE
    before = rig.database.rows()
    told = done(rig, "merge_customers", "--into", into, other, "--dry-run")
    assert f"client {other}: 0 intakes move to {into}" in told
    assert rig.database.rows() == before
    assert "Done." in done(rig, "merge_customers", "--into", into, other, "--in-robaws", "delete")
    assert other not in rig.remote.ids()
    rig.pull("--full")
    assert other not in rig.database.ids()
    told = done(rig, "undo_merge", other)
    assert "can't be restored" in told
    assert len(rig.database.ids()) == 4017
    assert rig.database.ids() == set(rig.remote.ids())


def test_a_client_that_was_only_merged_here_stays_away(rig: Rig):
    into, other, _ = ("1450", "1954", "2219")
    assert "can't be deactivated" in done(rig, "merge_customers", "--into", into, other, "--dry-run")
    told = done(rig, "merge_customers", "--into", into, other)
    assert "Done." in told
    assert told.count("can't be deactivated") >= 2  # before, and as the step's result
    assert "stays active" in done(rig, "merge_customers", "--into", into, other, "--dry-run")
    result = rig.pull("--full")
    assert (result["skipped"], result["created"]) == (1, 0)
    assert other not in rig.database.ids()
    done(rig, "undo_merge", other)
    assert other in rig.database.ids()


def test_the_same_command_again_goes_on_where_it_was(rig: Rig):
    words = ("merge_customers", "--into", "620", "1825", "--in-robaws", "delete")
    done(rig, *words)
    requests = rig.remote.ids()
    done(rig, *words)
    assert rig.remote.ids() == requests


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("merge_customers", "--into", "1", "nobody"), 3),
        (("merge_customers", "--into", "nobody", "1"), 3),
        (("merge_customers", "--into", "1", "1"), 3),
        (("merge_customers", "--into", "1"), 2),
        (("merge_customers", "2"), 2),
        (("undo_merge", "nobody"), 3),
        (("merge_customers", "--into", "1", "2", "--take", "email"), 2),
        (("merge_customers", "--into", "1", "2", "--take", "colour=2"), 3),
        (("undo_merge", "1"), 3),
        (("find_duplicates", "--min-score", "101"), 2),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(rig: Rig, words: tuple[str, ...], status: int):
    done(rig, *words, status=status)
