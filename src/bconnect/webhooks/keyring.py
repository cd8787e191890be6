"""Which secrets may sign a call right now? Looked up at most every few seconds in each process."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from bconnect.sync import cipher
from bconnect.webhooks.models import PROVIDER, WebhookConfiguration
from robaws.signature import Reason, Verdict, verify

logger = logging.getLogger(__name__)

KEPT_FOR_S = 5.0
"""After so long a rotated or deactivated secret has stopped counting in every process."""

SOONEST_AGAIN_S = 1.0
"""A call that no known secret signed makes them be looked up anew, but not more often than this."""


def active_secrets(now: datetime) -> tuple[str, ...]:
    """Every secret that counts: of active webhooks, those just rotated away, and ROBAWS_WEBHOOK_SECRET."""
    stored: list[str] = []
    for each in WebhookConfiguration.objects.filter(provider=PROVIDER, is_active=True):
        stored.append(each.secret)
        if each.previous_secret and each.previous_expires_at and each.previous_expires_at > now:
            stored.append(each.previous_secret)
    readable = filter(None, map(_readable, stored))
    return tuple(dict.fromkeys(filter(None, (*readable, settings.ROBAWS_WEBHOOK_SECRET))))


def _readable(stored: str) -> str | None:
    """One secret that can't be read must not keep the others from counting; the health check tells of it."""
    try:
        return cipher.decrypt(stored)
    except cipher.UnreadableSecretError as error:
        logger.error("a webhook secret does not count: %s", error)  # noqa: TRY400 - no traceback near secrets
        return None


class Keyring:
    """The active secrets, remembered for a few seconds. Threads may share it."""

    def __init__(
        self,
        load: Callable[[], tuple[str, ...]] = lambda: active_secrets(timezone.now()),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load, self._clock = load, clock
        self._held: tuple[tuple[str, ...], float] | None = None

    def verify(self, header: str | None, body: bytes, now: float) -> Verdict:
        """Whether an active secret signed this raw body (`now`: seconds since 1970)."""
        verdict = verify(header, body, self._secrets(KEPT_FOR_S), now)
        if verdict.reason is Reason.MISMATCH:
            verdict = verify(header, body, self._secrets(SOONEST_AGAIN_S), now)
        return verdict

    def forget(self) -> None:
        """Look the secrets up at the next call."""
        self._held = None

    def _secrets(self, at_most_s: float) -> tuple[str, ...]:
        held, now = self._held, self._clock()
        if held is None or now - held[1] >= at_most_s:
            held = self._held = (self._load(), now)
        return held[0]
