"""How much is pulled: --limit, --client-id, and what contradicts itself or means nothing."""

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.rig import Rig


def test_a_limit_is_kept_exactly(begin: Begin):
    rig, stored = begin("--clients", "160"), 0
    for limit, requests in ((1, 1), (10, 1), (100, 1), (150, 2), (500, 2)):
        asked = rig.remote.requests()
        result = rig.pull("--limit", str(limit))
        taken = min(limit, 160)
        assert (result["total_fetched"], result["created"], result["unchanged"]) == (
            taken, taken - stored, stored,
        )  # fmt: skip
        assert rig.database.customers() == taken
        assert rig.remote.requests() - asked == result["requests"] <= requests
        stored = taken


def test_a_limited_pull_is_no_complete_one(begin: Begin):
    rig = begin("--clients", "60")
    rig.pull("--limit", "60")
    gone = rig.remote.ids()[-1]
    rig.remote.remove(gone)
    assert rig.pull("--limit", "10", "--full")["missing"] == 0
    assert rig.database.customer(gone, "is_active") == (True,)
    assert rig.pull()["mode"] == "full", "nothing was complete yet, so there is no watermark to go on from"


@pytest.fixture(scope="module")
def refusing(begin_for_all: Begin) -> Rig:
    return begin_for_all("--clients", "20")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--limit", "0"),
        ("--limit", "-1"),
        ("--limit", "abc"),
        ("--client-id", ""),
        ("--client-id", ".."),
        ("--full", "--client-id", "3"),
        ("--limit", "5", "--client-id", "3"),
        ("--fulll",),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_refused_before_anything_is_asked(refusing: Rig, arguments):
    before = refusing.database.snapshot()
    outcome = refusing.run("--json", *arguments)
    assert (outcome.status, outcome.stdout) == (2, "")
    last_line = outcome.stderr.splitlines()[-1]
    assert any(word.lstrip("-") in last_line for word in arguments if word), last_line
    assert refusing.database.snapshot() == before
    assert refusing.remote.requests() == 0


def test_one_client_is_pulled_alone(begin: Begin):
    rig = begin("--clients", "60")
    client_id = rig.remote.ids()[7]
    result = rig.pull("--client-id", client_id)
    assert (result["mode"], result["total_fetched"], result["created"], result["requests"]) == (
        "client", 1, 1, 1,
    )  # fmt: skip
    assert rig.database.ids() == {client_id}
    rig.remote.edit(client_id, name="Renamed")
    assert rig.pull("--client-id", client_id)["updated"] == 1
    assert rig.database.value(f"SELECT name FROM {CUSTOMERS}") == "Renamed"
    assert rig.remote.stats()["modes"] == {"live": 2}


def test_a_client_that_robaws_does_not_know_is_listed_with_its_id_and_the_reason(begin: Begin):
    rig = begin("--clients", "20")
    outcome = rig.run("--client-id", "999999", "--json")
    assert (outcome.status, outcome.json["errors"], outcome.json["total_fetched"]) == (1, 1, 0)
    assert outcome.stderr.startswith("  999999: Robaws has no such client")
    assert rig.database.customers() == 0
