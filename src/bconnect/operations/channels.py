"""Ways to reach people: e-mail, and a JSON webhook in the shape that Slack, Mattermost and others take."""

from dataclasses import dataclass
from typing import Protocol

import httpx2
from django.conf import settings
from django.core.mail import send_mail

CHANNEL_ERRORS = (OSError, httpx2.HTTPError)
"""What a channel that can't be reached raises; smtplib's errors are OSErrors."""

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Notice:
    """`reason` is what was out of order, also when it is over."""

    name: str
    reason: str
    is_over: bool

    @property
    def subject(self) -> str:
        return f"bconnect: {self.name} – {'all right again' if self.is_over else 'needs a look'}"

    @property
    def text(self) -> str:
        return f"{self.subject}\n{'It was: ' if self.is_over else ''}{self.reason}"


class Channel(Protocol):
    @property
    def name(self) -> str: ...

    def send(self, notice: Notice) -> None:
        """Raises one of CHANNEL_ERRORS."""


@dataclass(frozen=True, slots=True)
class Mail:
    recipients: tuple[str, ...]
    name: str = "mail"

    def send(self, notice: Notice) -> None:
        send_mail(notice.subject, f"{notice.text}\n", None, list(self.recipients))


@dataclass(frozen=True, slots=True)
class JsonHook:
    """Posts `{"text": …}`. The address is a secret: it is in no message and no log."""

    url: str
    transport: httpx2.BaseTransport | None = None
    name: str = "webhook"

    def send(self, notice: Notice) -> None:
        with httpx2.Client(timeout=TIMEOUT_S, transport=self.transport) as client:
            client.post(self.url, json={"text": notice.text}).raise_for_status()


def channels() -> list[Channel]:
    """Those that the settings name."""
    found: list[Channel] = []
    if settings.BCONNECT_ALERT_EMAILS:
        found.append(Mail(tuple(settings.BCONNECT_ALERT_EMAILS)))
    if settings.BCONNECT_ALERT_WEBHOOK_URL:
        found.append(JsonHook(settings.BCONNECT_ALERT_WEBHOOK_URL))
    return found
