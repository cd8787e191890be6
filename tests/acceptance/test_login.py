"""Logging in with OAuth2, the real command."""

from tests.acceptance.conftest import Begin
from tests.acceptance.remote import KEY, SECRET

OAUTH = {
    "ROBAWS_API_KEY": "",
    "ROBAWS_API_SECRET": "",
    "ROBAWS_OAUTH_CLIENT_ID": KEY,
    "ROBAWS_OAUTH_CLIENT_SECRET": SECRET,
    "ROBAWS_OAUTH_REFRESH_TOKEN": "refresh",
    "BCONNECT_SECRET_KEY": "only for the tests of the login",
}


def test_a_run_logs_in_with_a_refresh_token_and_the_next_one_with_what_was_kept(begin: Begin):
    rig = begin("--clients", "30")
    assert rig.pull("--full", **OAUTH)["created"] == 30
    (kept,) = rig.database.rows("robaws_login_tokens")
    assert "refresh'" not in kept
    before = rig.remote.requests()
    assert rig.pull(**OAUTH)["errors"] == 0
    assert rig.remote.requests() == before + 1  # the list alone: no token was asked for
    assert rig.database.rows("robaws_login_tokens") == [kept]


def test_a_refused_refresh_token_is_one_line_without_it(begin: Begin):
    rig = begin("--clients", "3")
    outcome = rig.run("--full", **{**OAUTH, "ROBAWS_OAUTH_REFRESH_TOKEN": "spent-token"})
    assert outcome.status == 3
    assert "refresh token" in outcome.line
    assert "spent-token" not in outcome.line
