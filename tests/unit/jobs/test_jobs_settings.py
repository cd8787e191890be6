"""Settings of the background work: read, or refused in a line that names the variable and no secret."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bconnect.config.environment import Environment
from bconnect.jobs.times import Every


@pytest.fixture
def env(tmp_path: Path) -> Environment:
    return Environment(tmp_path)


def test_a_schedule_that_is_not_set_has_its_default(env: Environment):
    assert env.when("BCONNECT_SCHEDULE_X", "every 60 min") == Every(60)


def test_a_senseless_schedule_is_refused_by_name(env: Environment, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BCONNECT_SCHEDULE_X", "at noon")
    with pytest.raises(ImproperlyConfigured, match=r"BCONNECT_SCHEDULE_X must be .* 'at noon'"):
        env.when("BCONNECT_SCHEDULE_X", "off")


def test_a_mail_server_becomes_django_s_settings(env: Environment, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BCONNECT_EMAIL_URL", "smtp+tls://ann:pass%40word@mail.test:587")
    found = env.email("BCONNECT_EMAIL_URL", is_needed=True)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.test", 587, True)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("ann", "pass@word")


def test_no_mail_server_is_needed_where_nobody_gets_mail(env: Environment):
    assert env.email("BCONNECT_EMAIL_URL", is_needed=False) == {}


@pytest.mark.parametrize(
    "url", ["", "mail.test", "gopher://ann:hush-hush@mail.test", "smtp://ann:hush-hush@mail.test:x"]
)
def test_a_missing_or_senseless_mail_server_is_refused_without_its_password(
    env: Environment, monkeypatch: pytest.MonkeyPatch, url: str
):
    monkeypatch.setenv("BCONNECT_EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="BCONNECT_EMAIL_URL") as refused:
        env.email("BCONNECT_EMAIL_URL", is_needed=True)
    assert "hush" not in str(refused.value)


def test_an_address_with_a_secret_in_it_is_not_repeated(env: Environment, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BCONNECT_ALERT_WEBHOOK_URL", "hooks.test/T0/hush-hush")
    with pytest.raises(ImproperlyConfigured) as refused:
        env.optional_url("BCONNECT_ALERT_WEBHOOK_URL")
    assert "hush" not in str(refused.value)
