"""The limits of Robaws are kept over all processes together, and the day's reserve is left alone."""

from tests.acceptance.conftest import Begin
from tests.acceptance.rig import REAL_LIMITS, Rig

LIMITED = ("--rate", "15", "--burst", "20")


def spent(rig: Rig) -> int:
    return int(rig.remote.stats()["limits"]["spent"]["replica"])


def test_processes_side_by_side_cause_no_429(begin: Begin):
    rig = begin("--clients", "300", *LIMITED)
    rig.remote.behave("cap-size=8")
    ids = rig.remote.ids()
    others = [rig.start("--dry-run", "--full", **REAL_LIMITS), rig.start("--full", **REAL_LIMITS)]
    for client_id in ids[:2]:
        assert rig.run("--dry-run", "--client-id", client_id, **REAL_LIMITS).status == 0
    assert [other.end().status for other in others] == [0, 0]
    stats = rig.remote.stats()
    assert stats["too_many"] == 0
    assert stats["requests"] > 20 + 3 * 15, "more than the burst and some seconds' worth, or nothing was shown"


def test_a_pull_stops_at_the_reserve_and_goes_on_when_there_is_quota(begin: Begin):
    rig = begin("--clients", "600", "--daily", "512", "--rate", "1000", "--burst", "1000")
    rig.remote.behave("cap-size=20")
    outcome = rig.run("--full", "--json", ROBAWS_DAILY_RESERVE="500")
    assert outcome.status == 3
    assert "500" in outcome.line
    assert 0 < spent(rig) <= 12
    stored = rig.database.customers()
    assert 0 < stored < 600
    again = rig.run("--full", ROBAWS_DAILY_RESERVE="500")
    assert (again.status, spent(rig)) == (3, 12)
    rest = rig.pull("--full", ROBAWS_DAILY_RESERVE="0")
    assert (rest["created"], rig.database.customers()) == (600 - stored, 600)
    assert spent(rig) < 12 + 30, "it goes on where it stopped"


def test_with_the_reserve_reached_already_nothing_is_asked_twice(begin: Begin):
    rig = begin("--clients", "50", "--daily", "400")
    rig.run("--full", **REAL_LIMITS)
    assert spent(rig) <= 1, "one answer is needed to know it"
    before = rig.database.customers()
    for arguments in (("--full",), (), ("--dry-run",)):
        outcome = rig.run(*arguments, **REAL_LIMITS)
        assert outcome.status == 3
        assert "quota" in outcome.line.lower() or "requests left" in outcome.line
    assert spent(rig) <= 1
    assert rig.database.customers() == before
