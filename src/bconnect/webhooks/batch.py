"""Events that one worker holds, and what may become of each: done, tried again later, given up, handed back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from bconnect.webhooks.models import Delivery, Status

CLAIM_FOR = timedelta(seconds=120)
"""A worker that is silent for so long has died; its events are taken over."""

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 4, 15, 40))
ATTEMPTS = len(PAUSES) + 1
"""Five within an hour."""

ENDED = "its worker ended"
"""Why an event was handed back."""

MAX_ERROR_CHARS = 500


@dataclass(frozen=True, slots=True)
class Event:
    """One stored event, claimed."""

    pk: int
    id: str
    event_type: str
    client_id: str | None
    payload: dict[str, Any] | None
    retry_count: int

    @property
    def data(self) -> dict[str, Any] | None:
        """The client as the event tells it."""
        data = (self.payload or {}).get("data")
        return data if isinstance(data, dict) else None


class Batch:
    """Events claimed together. What another worker took over meanwhile is left to it."""

    def __init__(self, token: str, events: list[Event], claimed_at: datetime) -> None:
        self.events = events
        self._token, self._claimed_at = token, claimed_at

    def renew(self, events: Iterable[Event], now: datetime) -> bool:
        """Hold on to all that is not done yet; False where another worker has some of these by now."""
        self._held().update(claimed_until=now + CLAIM_FOR)
        pks = [event.pk for event in events]
        return self._mine(pks).count() == len(pks)

    def end(self, events: Iterable[Event], status: Status, outcome: str, now: datetime, error: str = "") -> int:
        """These are done. Returns how many of them still were ours."""
        return self._mine([event.pk for event in events]).update(
            status=status,
            outcome=outcome,
            error_message=error[:MAX_ERROR_CHARS],
            processed_at=now,
            processing_duration_ms=self._duration_ms(now),
            next_attempt_at=None,
            **_RELEASED,
        )

    def fail(self, events: Iterable[Event], error: str, now: datetime) -> tuple[int, int]:
        """These went wrong: try again later, or give up. Returns (to be tried again, given up)."""
        by_attempt: dict[int, list[Event]] = defaultdict(list)
        for event in events:
            by_attempt[event.retry_count + 1].append(event)
        again = given_up = 0
        for attempts, failed in by_attempt.items():
            if attempts < ATTEMPTS:
                again += self._put_back(failed, attempts, error, now)
            else:
                given_up += self.give_up(failed, error, now, attempts)
        return again, given_up

    def give_up(self, events: Sequence[Event], error: str, now: datetime, attempts: int = 1) -> int:
        """These can't be applied, now or later."""
        mine = [event.pk for event in events]
        self._mine(mine).update(retry_count=attempts)
        return self.end(events, Status.FAILED, "given up", now, error)

    def hand_back(self, events: Iterable[Event], until: datetime, reason: str) -> int:
        """These could not be tried: no attempt of theirs is used up. Returns how many."""
        return self._mine([event.pk for event in events]).update(
            status=Status.RECEIVED, outcome=reason, next_attempt_at=until, **_RELEASED
        )

    def hand_back_all(self, until: datetime, reason: str) -> int:
        """The same for all that is not done yet."""
        return self._held().update(status=Status.RECEIVED, outcome=reason, next_attempt_at=until, **_RELEASED)

    def break_off(self, error: str, now: datetime) -> int:
        """Something went wrong that none of the rest can be blamed for: each is tried once more, alone."""
        return self._held().update(
            status=Status.RECEIVED,
            outcome="to be tried alone",
            error_message=error[:MAX_ERROR_CHARS],
            retry_count=F("retry_count") + 1,
            next_attempt_at=now + PAUSES[0],
            **_RELEASED,
        )

    def _put_back(self, events: Sequence[Event], attempts: int, error: str, now: datetime) -> int:
        return self._mine([event.pk for event in events]).update(
            status=Status.RECEIVED,
            outcome="to be tried again",
            error_message=error[:MAX_ERROR_CHARS],
            retry_count=attempts,
            next_attempt_at=now + PAUSES[attempts - 1],
            **_RELEASED,
        )

    def _held(self) -> "QuerySet[Delivery]":
        return self._mine([event.pk for event in self.events])

    def _mine(self, pks: list[int]) -> "QuerySet[Delivery]":
        return Delivery.objects.filter(pk__in=pks, claimed_by=self._token, status=Status.PROCESSING)

    def _duration_ms(self, now: datetime) -> int:
        return round((now - self._claimed_at).total_seconds() * 1000)


_RELEASED: dict[str, Any] = {"claimed_by": "", "claimed_until": None}
