"""`bconnect doctor`, the real command."""

from tests.acceptance.conftest import Begin

KEY = {"BCONNECT_SECRET_KEY": "only-for-the-tests-of-the-doctor-0123456789"}


def test_a_fresh_installation_is_healthy_and_says_what_is_still_to_do(begin: Begin):
    rig = begin("--clients", "30")
    outcome = rig.command("doctor", "--json", **KEY).end()
    assert (outcome.status, outcome.stderr, outcome.json["healthy"]) == (0, "", True)
    levels = {each["about"]: each["level"] for each in outcome.json["findings"]}
    for about in ("settings", "database", "login", "clock", "rights", "role field", "PATCH"):
        assert levels[about] == "ok"
    for about in ("alerts", "webhooks", "worker"):
        assert levels[about] == "warn"


def test_a_refused_login_is_exit_status_1_with_a_cure(begin: Begin):
    outcome = begin("--clients", "3", "--login-refused").command("doctor", **KEY).end()
    assert outcome.status == 1
    assert "FAIL  login: Robaws refuses the login" in outcome.stdout
    assert "→ compare key and secret" in outcome.stdout


def test_without_settings_and_tables_it_still_says_what_to_do(begin: Begin, databases):
    rig = begin("--clients", "3", database=databases.empty())
    outcome = rig.command("doctor", ROBAWS_API_KEY="").end()
    assert outcome.status == 1
    for told in ("ROBAWS_API_KEY is not set", "BCONNECT_SECRET_KEY is not set", "→ bconnect migrate"):
        assert told in outcome.stdout
