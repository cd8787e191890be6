"""What keeps the web UI's visitors safe: headers, cookies, sessions, and Django's own look at a deployment."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bconnect.operations import retention

BCONNECT = Path(sys.executable).parent / "bconnect"
GOOD_KEY = "a-key-of-many-characters-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def checked(folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite:///:memory:", **settings}
    words = [str(BCONNECT), "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_check_deploy_has_nothing_to_say_about_an_https_installation(tmp_path: Path) -> None:
    done = checked(tmp_path, BCONNECT_HTTPS="1", BCONNECT_SECRET_KEY=GOOD_KEY)
    assert (done.returncode, done.stderr.strip()) == (0, ""), done.stderr


def test_check_deploy_names_what_is_unsafe(tmp_path: Path) -> None:
    done = checked(tmp_path, BCONNECT_DEBUG="1", BCONNECT_SECRET_KEY="short")
    assert done.returncode == 1
    for named in ("W004", "W008", "W009", "W012", "W016", "W018"):
        assert f"security.{named}" in done.stderr


@pytest.mark.django_db
def test_every_page_says_what_it_may_load_and_who_may_frame_it() -> None:
    browser = Client()
    browser.force_login(User.objects.create_superuser("admin"))
    for path in ("/admin/", "/admin/login/", "/healthz", "/nowhere", reverse("admin:customers_customer_changelist")):
        answer = browser.get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'self' 'unsafe-eval'" in policy
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
def test_the_session_cookie_ends_after_a_working_day_and_no_script_reads_it() -> None:
    User.objects.create_superuser("admin", password="a good password")
    browser = Client()
    browser.post("/admin/login/", {"username": "admin", "password": "a good password"})
    cookie = browser.cookies["sessionid"]
    assert int(cookie["max-age"]) == 12 * 3600
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.django_db
def test_with_https_http_is_sent_there_but_not_what_machines_ask(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 86_400
    assert Client().get("/admin/login/")["Location"] == "https://testserver/admin/login/"
    assert Client().get("/healthz").status_code == 200
    assert Client().post("/api/webhooks/robaws/customers").status_code == 401
    assert Client().get("/admin/login/", secure=True)["Strict-Transport-Security"] == "max-age=86400"


@pytest.mark.django_db
def test_sessions_that_ended_are_removed_with_what_else_is_old() -> None:
    now = timezone.now()
    for name, hours in (("ended", -1), ("under way", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=now + timedelta(hours=hours))
    kept = retention.Kept(payloads=timedelta(days=90), runs=timedelta(days=365))
    assert retention.remove_old(kept, now, lambda: None) == 1
    assert [each.session_key for each in Session.objects.all()] == ["under way"]
