"""Pure: may this request go again after that error, and after which pause?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from robaws.errors import RobawsError, ServerFailure, TooManyRequests, Unreachable

LONGEST_RETRY_AFTER_S = 60.0
_BUSY = 503


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter; attempts include the first one."""

    max_attempts: int = 5
    first_pause_s: float = 0.5
    longest_pause_s: float = 20.0

    def pause_s(self, error: RobawsError, attempt: int, random: Callable[[], float]) -> float:
        """Seconds to wait after this attempt (from 1). What Robaws asked for is never undercut."""
        if error.retry_after_s is not None:
            return error.retry_after_s
        bound_s: float = min(self.longest_pause_s, self.first_pause_s * 2.0 ** (attempt - 1))
        return random() * bound_s

    def repeats(self, error: RobawsError, attempt: int, *, repeatable: bool) -> bool:
        """Whether to try again. `repeatable`: doing it twice is the same as doing it once."""
        if attempt >= self.max_attempts or not is_worth_repeating(error):
            return False
        return repeatable or _was_not_applied(error)


def is_worth_repeating(error: RobawsError) -> bool:
    """Whether it may pass, and within the time that somebody can be kept waiting."""
    return error.retry_helps and (error.retry_after_s or 0) <= LONGEST_RETRY_AFTER_S


def _was_not_applied(error: RobawsError) -> bool:
    if isinstance(error, ServerFailure):
        # RFC 9110 15.6.4: with Retry-After, a 503 says "not now" before any work was done.
        return error.status == _BUSY and error.retry_after_s is not None
    return isinstance(error, Unreachable | TooManyRequests)


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """The seconds a Retry-After header asks for (RFC 9110 10.2.3: seconds or an HTTP date)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    moment = http_date(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def http_date(value: str | None) -> datetime | None:
    """An HTTP date (RFC 9110 5.6.7) as an aware UTC time; None where it is none."""
    try:
        moment = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
