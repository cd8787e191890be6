"""The only reader of the environment: every setting of docs/reference/settings.md, checked as it is read."""

import os
import re
import warnings
from pathlib import Path
from typing import Any, TypeVar

import environ  # type: ignore[import-untyped]
from django.core.exceptions import ImproperlyConfigured

from bconnect.jobs.times import When, parse

CONFLICT_POLICIES = ("manual", "robaws", "bconnect")
LOG_LEVELS = ("warning", "info", "debug")
PREFIXES = ("ROBAWS_", "BCONNECT_")
IN_A_FILE = "_FILE"

T = TypeVar("T", int, float)


class Environment:
    """Typed look-ups; every refusal names the variable, the value and what is expected.

    Each setting may also stand in a file of its own, which `NAME_FILE` names (as container secrets do).
    A value is never repeated in a message when the variable holds a secret. `asked` has every name that was
    looked up, with its default as text.
    """

    def __init__(self, directory: Path) -> None:
        self._env = environ.Env()
        self.asked: dict[str, str] = {}
        dotenv = directory / ".env"
        if dotenv.is_file():
            environ.Env.read_env(dotenv)

    def text(self, name: str, default: str = "") -> str:
        self.asked[name] = default
        return self._from_file(name) or str(self._env.str(name, default=default)).strip()

    def unknown(self) -> list[str]:
        """Variables that look like ours and that nothing asked for: most likely misspelt."""
        asked = {*self.asked, *(f"{name}{IN_A_FILE}" for name in self.asked)}
        return sorted(name for name in os.environ if name.startswith(PREFIXES) and name not in asked)

    def _from_file(self, name: str) -> str:
        """The content of the file that `NAME_FILE` names; empty where there is no such variable."""
        path = os.environ.get(f"{name}{IN_A_FILE}", "")
        if not path:
            return ""
        if os.environ.get(name):
            raise ImproperlyConfigured(f"{name} and {name}{IN_A_FILE} are both set: keep one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise ImproperlyConfigured(f"{name}{IN_A_FILE} names {path}, which can't be read: {reason}.") from error

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default).lower()
        if value not in choices:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}; it is {value!r}.")
        return value

    def choices(self, name: str, keys: tuple[str, ...], choices: tuple[str, ...]) -> dict[str, str]:
        """`key=choice,key=choice`; empty where it is not set."""
        pairs = [word.partition("=") for word in self.words(name, "")]
        for key, _, choice in pairs:
            if key not in keys or choice not in choices:
                raise ImproperlyConfigured(
                    f"{name} must be like {keys[0]}={choices[-1]},{keys[1]}={choices[0]} with the columns "
                    f"{', '.join(keys)}; it has {key!r}={choice!r}."
                )
        return {key: choice for key, _, choice in pairs}

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
            raise ImproperlyConfigured(f"{name} must be 1 or 0; it is {value!r}.")
        return value in {"1", "true", "yes", "on"}

    def number(self, name: str, default: T, *, at_least: T) -> T:
        raw = self.text(name, f"{default:g}" if isinstance(default, float) else str(default))
        try:
            value = type(default)(raw)
        except ValueError:
            value = None
        if value is None or not at_least <= value < float("inf"):
            raise ImproperlyConfigured(f"{name} must be a number of at least {at_least}; it is {raw!r}.")
        return value

    def words(self, name: str, default: str) -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s?#]*)?", value):
            raise ImproperlyConfigured(f"{name} must be an http(s) address without a login in it, such as {default}.")
        return value

    def optional_url(self, name: str) -> str:
        """A web address that may hold a secret: it is never repeated. Empty where it is not set."""
        value = self.text(name)
        if value and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
            raise ImproperlyConfigured(f"{name} must be an http(s) address.")
        return value

    def when(self, name: str, default: str) -> When | None:
        value = self.text(name, default)
        try:
            return parse(value)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} {error}; it is {value!r}.") from error

    def email(self, name: str, *, is_needed: bool) -> dict[str, Any]:
        """Django's e-mail settings from one address such as smtp+tls://user:password@host:587."""
        value = self.text(name)
        if not value and not is_needed:
            return {}
        try:
            parsed: dict[str, Any] = self._env.email_url_config(value)
        except (ValueError, KeyError, environ.ImproperlyConfigured) as error:
            raise ImproperlyConfigured(f"{name} must be like smtp+tls://user:password@host:587.") from error
        return {key: value for key, value in parsed.items() if key.startswith("EMAIL_")}

    def country(self, name: str, default: str) -> str:
        value = self.text(name, default).upper()
        if not re.fullmatch(r"[A-Z]{2}", value):
            raise ImproperlyConfigured(f"{name} must be a two-letter country code such as BE; it is {value!r}.")
        return value

    def database(self, name: str, default: str) -> dict[str, Any]:
        try:
            with warnings.catch_warnings():
                # environ warns about an address it can't read, and repeats it with the password in it.
                warnings.simplefilter("error")
                parsed: dict[str, Any] = self._env.db_url_config(self.text(name, default))
        except (ValueError, TypeError, Warning, environ.ImproperlyConfigured):
            parsed = {}
        engine = parsed.get("ENGINE", "")
        if engine == "django.db.backends.sqlite3":
            return _sqlite(parsed)
        if engine == "django.db.backends.postgresql" and parsed.get("NAME"):
            return _postgresql(parsed)
        raise ImproperlyConfigured(
            f"{name} must be sqlite:///path/to/file or postgres://user:password@host:port/database."
        )


def _sqlite(parsed: dict[str, Any]) -> dict[str, Any]:
    """Transactions lock for writing at once: deferred ones die of "database is locked" under two writers."""
    options = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        # Room for the pages of the indexes that one commit touches, and a log of 16 MB before it is copied into the
        # file: a page that many commits touch is then copied once. Both save a large pull a fifth of its time.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
        "PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=4000;",
    }
    # Kept open: the last connection to close tidies the whole log away, which after every request took most of
    # a web process' time (85 webhook calls a second instead of 450).
    return {**parsed, "CONN_MAX_AGE": 600, "OPTIONS": {**parsed.get("OPTIONS", {}), **options}}


def _postgresql(parsed: dict[str, Any]) -> dict[str, Any]:
    # A server that does not answer is given up soon: Robaws waits two seconds for the answer to a webhook.
    options = {"connect_timeout": 5, **parsed.get("OPTIONS", {})}
    return {**parsed, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
