"""How many requests are let in: 15 a second as a token bucket with burst 20, and 10,000 a day per mode.

Source: Robaws, "API rate limiting".
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from robaws.simulator.messages import JsonObject, Mode

_DAY_S = 86_400
_WHOLE = 1 - 1e-5  # a clock of seconds since 1970 is exact to a quarter of a microsecond only


@dataclass(frozen=True, slots=True)
class Limits:
    """`retry_after` tells whether a 429 says when to come back: the documentation leaves it open."""

    per_second: float = 15.0
    burst: int = 20
    per_day: int = 10_000
    retry_after: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a request may pass, and the headers that its answer carries."""

    admitted: bool
    headers: dict[str, str]


class Gate:
    """The tenant's buckets. Thread-safe. Without limits everything passes and no header is given."""

    def __init__(self, limits: Limits | None, clock: Callable[[], float]) -> None:
        self._limits, self._clock = limits, clock
        self._lock = threading.Lock()
        self._tokens = float(limits.burst) if limits else 0.0
        self._filled_at = clock()
        self._day = self._today()
        self._spent = dict.fromkeys(Mode, 0)

    def admit(self, mode: Mode) -> Admission:
        """Takes a token and one off the day's quota, or neither: a refused request costs nothing."""
        limits = self._limits
        if limits is None:
            return Admission(admitted=True, headers={})
        with self._lock:
            self._refill(limits)
            admitted = self._tokens >= _WHOLE and self._spent[mode] < limits.per_day
            if admitted:
                self._tokens = max(0.0, self._tokens - 1)
                self._spent[mode] += 1
            return Admission(admitted, self._headers(limits, mode, admitted=admitted))

    def spend(self, mode: Mode, requests: int) -> None:
        """What another integration of the same tenant used up of the day's quota."""
        with self._lock:
            self._spent[mode] += requests

    def snapshot(self) -> JsonObject:
        with self._lock:
            return {"spent": {mode.value: n for mode, n in self._spent.items()}, "tokens": self._tokens}

    def _refill(self, limits: Limits) -> None:
        now = self._clock()
        gained = max(0.0, now - self._filled_at) * limits.per_second
        self._tokens, self._filled_at = min(float(limits.burst), self._tokens + gained), now
        if self._today() != self._day:
            self._day, self._spent = self._today(), dict.fromkeys(Mode, 0)

    def _headers(self, limits: Limits, mode: Mode, *, admitted: bool) -> dict[str, str]:
        left = max(0, limits.per_day - self._spent[mode])
        resets_in_s = max(1, math.ceil(_DAY_S - self._clock() % _DAY_S))
        headers = {
            "X-RateLimit-Remaining": str(int(self._tokens + 1 - _WHOLE)),
            "X-RateLimit-Daily-Limit": str(limits.per_day),
            "X-RateLimit-Daily-Remaining": str(left),
            "X-RateLimit-Daily-Reset": str(resets_in_s),
        }
        if not admitted and limits.retry_after:
            until_token_s = max(1, math.ceil((1 - self._tokens) / limits.per_second))
            headers["Retry-After"] = str(until_token_s if left else resets_in_s)
        return headers

    def _today(self) -> int:
        return int(self._clock() // _DAY_S)
