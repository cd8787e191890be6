"""When may the next request go? At most 15 a second with burst 20, over all processes; and so many a day.

A token bucket kept as GCRA: the bucket is one instant, the "theoretical arrival time" at which it is full
again. Source of the limits: Robaws, "API rate limiting".
"""

import enum
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from robaws.errors import Misconfigured, QuotaSpent

DAY_S = 86_400.0
_MARGIN = 2  # tokens of the remote bucket that we leave alone: requests jitter on their way
_PACE = 0.995  # of the allowed rate: so two clocks may differ, and what jitter took of the margin comes back
_IN_FLIGHT = 8  # requests on their way at once; they overtake each other, so far do counts differ in peace
_CALM_ANSWERS = 100  # so many answers without a sign of others, and we trust the bucket again
_SAME_DAY_S = 3_600.0
_SHORTEST_SLEEP_S = 1e-5  # below, it is rounding


class Mode(enum.Enum):
    """Which database answers; each has a daily quota of its own. The replica is for reads only, and lags."""

    LIVE = "live"
    REPLICA = "replica"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one request after `wait_s` seconds.

    `daily_remaining` is what is left of the day after it, as far as known; `tokens` what is left in our
    bucket, where the store tells.
    """

    wait_s: float
    daily_remaining: int | None = None
    resets_in_s: float | None = None
    tokens: float | None = None


class LimitStore(Protocol):
    """Where the bucket is kept. Each call is atomic over every process that shares the store."""

    def take(self, mode: Mode, *, interval_s: float, burst: int, reserve: int) -> Ticket:
        """Reserve the next slot and count one off the day; raises QuotaSpent, taking nothing."""

    def hold(self, seconds: float) -> None:
        """Nobody sends for so long, and the bucket is empty then. A shorter hold never ends a longer one."""

    def learn(self, mode: Mode, *, remaining: int, limit: int | None, resets_in_s: float | None) -> None:
        """Robaws' word on the day; within a day the least counts, after the reset nothing is known."""

    def close(self) -> None:
        """Let go of what it holds open; the next call opens it anew."""


def next_slot(arrival: float, held_until: float, now: float, interval_s: float, burst: int) -> tuple[float, float]:
    """The bucket after one more request, and the seconds that request has to wait.

    A hold counts as "empty at its end": otherwise the bucket would fill up during it, and burst after it.
    """
    capacity_s = burst * interval_s
    after = max(arrival, now, held_until + capacity_s) + interval_s
    return after, max(0.0, after - now - capacity_s)


@dataclass(slots=True)
class _Day:
    remaining: int
    resets_at: float


class MemoryStore:
    """A LimitStore for one process; thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._arrival = self._held_until = float("-inf")
        self._days: dict[Mode, _Day] = {}

    def close(self) -> None:
        """See LimitStore; a dictionary holds nothing open."""

    def take(self, mode: Mode, *, interval_s: float, burst: int, reserve: int) -> Ticket:
        """See LimitStore."""
        with self._lock:
            now = self._clock()
            day = self._day(mode, now)
            if day is not None and day.remaining <= reserve:
                raise QuotaSpent(
                    mode=mode.value,
                    remaining=day.remaining,
                    reserve=reserve,
                    resets_in_s=day.resets_at - now,
                )
            self._arrival, wait_s = next_slot(self._arrival, self._held_until, now, interval_s, burst)
            tokens = max(0.0, burst - (self._arrival - now) / interval_s)
            if day is None:
                return Ticket(wait_s, tokens=tokens)
            day.remaining -= 1
            return Ticket(wait_s, day.remaining, day.resets_at - now, tokens)

    def hold(self, seconds: float) -> None:
        """See LimitStore."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def learn(self, mode: Mode, *, remaining: int, limit: int | None, resets_in_s: float | None) -> None:
        """See LimitStore."""
        with self._lock:
            now = self._clock()
            day = self._day(mode, now)
            resets_at = now + (DAY_S if resets_in_s is None else resets_in_s)
            if day is None or (resets_in_s is not None and resets_at > day.resets_at + _SAME_DAY_S):
                self._days[mode] = _Day(remaining, resets_at)
                return
            day.remaining = min(day.remaining, remaining)
            day.resets_at = day.resets_at if resets_in_s is None else resets_at

    def _day(self, mode: Mode, now: float) -> _Day | None:
        day = self._days.get(mode)
        return day if day is not None and now < day.resets_at else None


class Limiter:
    """Keeps a little under the limits, and believes Robaws' headers where they say less than we thought."""

    def __init__(
        self,
        store: LimitStore,
        requests_per_second: float = 15,
        burst: int = 20,
        daily_reserve: int = 500,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not requests_per_second > 0 or burst < 1 or daily_reserve < 0:
            raise Misconfigured(
                f"requests per second ({requests_per_second}) must be above 0, burst ({burst}) at least 1, "
                f"the daily reserve ({daily_reserve}) at least 0: correct the settings"
            )
        self._store, self._sleep, self._clock = store, sleep, clock
        self._interval_s = 1 / (requests_per_second * _PACE)
        self._burst = max(1, burst - _MARGIN)
        self._spare = burst - self._burst
        self._reserve = daily_reserve
        self._held_until = float("-inf")
        self._margin = 1  # tokens below which we pause; grows while others use the bucket too
        self._calm = 0

    @property
    def interval_s(self) -> float:
        """How far apart requests are once the burst is used up."""
        return self._interval_s

    def close(self) -> None:
        """Let go of the store's connection, where it has one."""
        self._store.close()

    def acquire(self, mode: Mode) -> Ticket:
        """Wait for the next slot; raises QuotaSpent where the day's rest is for others."""
        ticket = self._store.take(mode, interval_s=self._interval_s, burst=self._burst, reserve=self._reserve)
        if ticket.wait_s > _SHORTEST_SLEEP_S:
            self._sleep(ticket.wait_s)
        # A hold that began while we slept is not in the ticket; the own wait again keeps sleepers apart.
        if (held_s := self._held_until - self._clock()) > 0:
            self._sleep(held_s + ticket.wait_s)
        return ticket

    def observe(self, mode: Mode, ticket: Ticket, headers: Mapping[str, str]) -> None:
        """Compare an answer's `X-RateLimit-*` headers with what we believed when its ticket was given."""
        tokens = _number(headers.get("X-RateLimit-Remaining"))
        if tokens is not None:
            self._watch_bucket(tokens, ticket)
        remaining = _number(headers.get("X-RateLimit-Daily-Remaining"))
        if remaining is not None and self._is_news(int(remaining), ticket.daily_remaining):
            limit = _number(headers.get("X-RateLimit-Daily-Limit"))
            self._store.learn(
                mode,
                remaining=int(remaining),
                limit=None if limit is None else int(limit),
                resets_in_s=_number(headers.get("X-RateLimit-Daily-Reset")),
            )

    def penalise(self, seconds: float) -> None:
        """Nobody sends for so long: Robaws answered 429."""
        self._held_until = max(self._held_until, self._clock() + seconds)
        self._store.hold(seconds)

    def _watch_bucket(self, tokens: float, ticket: Ticket) -> None:
        believed = self._spare + max(0.0, (ticket.tokens or 0.0) - _IN_FLIGHT)
        if tokens <= believed - _MARGIN:  # somebody else takes from this bucket
            self._margin, self._calm = min(_IN_FLIGHT, self._margin * 2), 0
        elif self._margin > 1:
            self._calm += 1
            self._margin = self._margin if self._calm < _CALM_ANSWERS else 1
        margin = min(self._margin, self._spare * 4)  # a tiny bucket never holds that many
        if tokens < margin:
            self._store.hold((margin - tokens) * self._interval_s)

    def _is_news(self, remaining: int, believed: int | None) -> bool:
        # Far from the reserve a few requests more or less decide nothing, and a write for each answer costs.
        slack = _IN_FLIGHT if remaining > self._reserve + 10 * _IN_FLIGHT else 0
        return believed is None or remaining < believed - slack


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None else -1.0
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
