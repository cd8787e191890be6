"""The settings: is what is needed there, is anything misspelt or unsafe? Asks nobody."""

from collections.abc import Iterator
from difflib import get_close_matches

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bconnect.operations.doctor.finding import Finding, fail, ok, warn
from bconnect.sync.login import login

ABOUT = "settings"
SHORTEST_KEY = 32
LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1"}
NEW_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))' prints a good one"


def look() -> Iterator[Finding]:
    found = [*_login(), *_secret_key(), *_misspelt(), *_reach()]
    yield from found or [ok(ABOUT, f"complete; Robaws is {settings.ROBAWS_BASE_URL}")]
    yield _alerts()


def _login() -> Iterator[Finding]:
    try:
        login(settings.ROBAWS_BASE_URL)
    except ImproperlyConfigured as error:
        yield fail(ABOUT, str(error), "docs/how-to/real-tenant.md says where to get it")


def _secret_key() -> Iterator[Finding]:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        yield fail(ABOUT, "BCONNECT_SECRET_KEY is not set: no web UI, worker or webhooks", NEW_KEY)
        return
    if len(key) < SHORTEST_KEY:
        cure = f"a longer one ({NEW_KEY}), with the present one in BCONNECT_OLD_SECRET_KEYS"
        yield warn(ABOUT, f"BCONNECT_SECRET_KEY has only {len(key)} characters", cure)


def _misspelt() -> Iterator[Finding]:
    for name in settings.BCONNECT_UNKNOWN_SETTINGS:
        close = get_close_matches(name, settings.BCONNECT_SETTINGS, n=1)
        cure = f"is {close[0]} meant?" if close else "docs/reference/settings.md lists all settings"
        yield warn(ABOUT, f"{name} is set, but there is no such setting", cure)


def _reach() -> Iterator[Finding]:
    reaches_out = not set(settings.ALLOWED_HOSTS) <= LOCAL
    if settings.DEBUG and reaches_out:
        yield fail(ABOUT, "BCONNECT_DEBUG shows errors with their data to everybody who asks", "set it to 0")
    if reaches_out and not settings.SECURE_SSL_REDIRECT:
        cure = "end TLS in front of it, and set BCONNECT_HTTPS=1 (docs/how-to/server.md)"
        yield warn(ABOUT, "the web UI answers to other machines without https", cure)
    if settings.ROBAWS_BASE_URL.startswith("http:") and not _is_local(settings.ROBAWS_BASE_URL):
        cure = "ROBAWS_BASE_URL should begin with https"
        yield fail(ABOUT, "the login and all customers travel to Robaws unencrypted", cure)


def _is_local(url: str) -> bool:
    return url.partition("://")[2].partition("/")[0].rpartition(":")[0] in LOCAL


def _alerts() -> Finding:
    channels = (settings.BCONNECT_ALERT_EMAILS, settings.BCONNECT_ALERT_WEBHOOK_URL)
    ways = [way for way, is_set in zip(("e-mail", "chat"), channels, strict=True) if is_set]
    if ways:
        return ok("alerts", f"told by {' and '.join(ways)}")
    cure = "set BCONNECT_ALERT_EMAILS (with BCONNECT_EMAIL_URL) or BCONNECT_ALERT_WEBHOOK_URL"
    return warn("alerts", "nobody is told when something goes wrong", cure)
