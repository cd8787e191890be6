"""Planted secrets are looked for in all that the commands, the web server and the database show or keep."""

import json
import signal
import urllib.error
import urllib.request
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.remote import KEY, LOGIN, SECRET
from tests.acceptance.rig import Rig
from tests.acceptance.test_login import OAUTH

DATABASE_PASSWORD = "planted-database-password"
PLANTED = {
    "ROBAWS_WEBHOOK_SECRET": "planted-webhook-secret",
    "BCONNECT_SECRET_KEY": "planted-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz",
    "BCONNECT_OLD_SECRET_KEYS": "planted-old-key",
    "BCONNECT_METRICS_TOKEN": "planted-metrics-token",
    "BCONNECT_ALERT_EMAILS": "ann@firm.test",
    "BCONNECT_EMAIL_URL": "smtp://ann:planted-mail-password@127.0.0.1:9",
    "BCONNECT_ALERT_WEBHOOK_URL": "http://127.0.0.1:9/planted-chat-token",
}
TALKATIVE = {"BCONNECT_LOG_LEVEL": "debug", "BCONNECT_LOG_JSON": "1"}
COMMANDS = (
    "sync_customers --full --json",
    "sync_customers --full --dry-run",
    "sync_customers --push",
    "doctor",
    "doctor --json",
    "list_webhooks",
    "check_webhook_health --json",
    "test_webhook --url http://127.0.0.1:9/hook",
    "drift_report --json",
    "check --deploy",
    "export_person 1",
    "sync_customers --client-id none",
)
BROKEN = (
    {"ROBAWS_API_SECRET": "planted-wrong-secret"},
    {"ROBAWS_BASE_URL": "http://planted-login:planted-url-password@127.0.0.1:9"},
    {"ROBAWS_BASE_URL": "http://127.0.0.1:9"},
    {"DATABASE_URL": f"postgres://ann:{DATABASE_PASSWORD}@127.0.0.1:9/none"},
    {"DATABASE_URL": f"postgres://ann:{DATABASE_PASSWORD}@127.0.0.1:nine/none"},
    {"DATABASE_URL": f"oracle://ann:{DATABASE_PASSWORD}@127.0.0.1/none"},
    {"BCONNECT_EMAIL_URL": "gopher://ann:planted-mail-password@127.0.0.1"},
    {"BCONNECT_ALERT_WEBHOOK_URL": "planted-chat-token"},
    {**OAUTH, "ROBAWS_OAUTH_REFRESH_TOKEN": "planted-refresh-token"},
    {**OAUTH, "ROBAWS_OAUTH_CLIENT_SECRET": "planted-client-secret"},
)


def assert_hidden(text: str, *more: str) -> None:
    for word in ("planted", SECRET, LOGIN, *more):
        assert word not in text, f"{word!r} was shown: …{text[max(0, text.find(word) - 200) :][:400]}"


@pytest.fixture
def rig(begin: Begin) -> Rig:
    made = begin("--clients", "12")
    made.settings |= {**PLANTED, **TALKATIVE}
    if not made.database.is_sqlite:
        address = urlsplit(made.database.url)
        with_password = address._replace(netloc=f"postgres:{DATABASE_PASSWORD}@{address.netloc.rpartition('@')[2]}")
        made.settings["DATABASE_URL"] = urlunsplit(with_password)
    return made


def said(rig: Rig, words: str, **settings: str) -> str:
    outcome = rig.command(*words.split(), **settings).end()
    return outcome.stdout + outcome.stderr


def test_no_command_shows_a_secret_and_no_table_keeps_one_readable(rig: Rig):
    registered = json.loads(rig.command("register_webhook", "--url", "https://b.test/hook", "--json").end().stdout)
    for words in COMMANDS:
        assert_hidden(said(rig, words), registered["secret"])
    for table in rig.database.tables():
        assert_hidden("\n".join(rig.database.rows(table)), registered["secret"])


def test_no_error_repeats_the_secret_it_is_about(rig: Rig):
    for settings in BROKEN:
        for words in ("sync_customers --json", "doctor"):
            assert_hidden(said(rig, words, **settings))


def test_tokens_are_in_no_log_and_readable_in_no_table(rig: Rig):
    shown = said(rig, "sync_customers --full", **OAUTH)
    assert "POST /oauth2/tokens" in shown, "the log has to tell of the login for this to show anything"
    for word in ("Bearer", "access_token", "refresh_token", "client_secret"):
        assert_hidden(shown, word)
    assert_hidden("\n".join(rig.database.rows("robaws_login_tokens")), KEY)


def test_the_web_server_shows_none_in_pages_metrics_refusals_and_its_log(rig: Rig):
    web = rig.command("web", "--port", "0")
    assert web.process.stdout is not None
    address = web.process.stdout.readline().split()[2]
    token = {"Authorization": f"Bearer {PLANTED['BCONNECT_METRICS_TOKEN']}", "X-Forwarded-For": "192.0.2.1"}
    signed = {"Robaws-Signature": "t=1,v1=" + "0" * 64}
    for path, headers, body in (
        ("admin/login/", {}, None),
        ("nowhere", {}, None),
        ("metrics", token, None),
        ("metrics", {"X-Forwarded-For": "192.0.2.1"}, None),
        ("healthz", {}, None),
        ("readyz", {}, None),
        ("api/webhooks/robaws/customers", signed, b"{}"),
    ):
        request = urllib.request.Request(address + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                shown = answer.read().decode() + str(answer.headers)
        except urllib.error.HTTPError as error:
            shown = error.read().decode() + str(error.headers)
        assert_hidden(shown)
    outcome = web.signal(signal.SIGTERM)
    assert_hidden(outcome.stdout + outcome.stderr)
    assert "a webhook call was refused" in outcome.stderr
