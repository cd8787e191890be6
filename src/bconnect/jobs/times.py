"""When is something due? Wall-clock times of a zone as moments, pure.

A time that a spring night leaves out is due an hour later on the clock; one that an autumn night has twice is
due the first time. So every date has exactly one moment of every daily time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at this time, or on one weekday (0 is Monday)."""

    at: time
    weekday: int | None = None

    def __str__(self) -> str:
        day = "" if self.weekday is None else f"{WEEKDAYS[self.weekday]} "
        return f"{day}{self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, counted from midnight UTC of 1970."""

    minutes: int

    def __str__(self) -> str:
        return f"every {self.minutes} min"


When = Daily | Every


def last_due(when: When, now: datetime, zone: ZoneInfo) -> datetime:
    """The latest moment (UTC) at or before `now` at which it is due."""
    if isinstance(when, Every):
        return _floor(now, when.minutes)
    return max(moment for moment in _around(when, now, zone) if moment <= now)


def next_due(when: When, now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) after `now` at which it is due."""
    if isinstance(when, Every):
        return _floor(now, when.minutes) + timedelta(minutes=when.minutes)
    return min(moment for moment in _around(when, now, zone) if moment > now)


def parse(text: str) -> When | None:
    """`03:00`, `sun 04:00`, `every 60 min`, or `off` (None). Raises ValueError."""
    words = text.strip().lower()
    if words == "off":
        return None
    if (found := re.fullmatch(r"every (\d{1,4}) min", words)) and 1 <= int(found[1]) <= MINUTES_A_DAY:
        return Every(int(found[1]))
    if found := re.fullmatch(rf"(?:({'|'.join(WEEKDAYS)}) )?([01]\d|2[0-3]):([0-5]\d)", words):
        weekday = WEEKDAYS.index(found[1]) if found[1] else None
        return Daily(time(int(found[2]), int(found[3])), weekday)
    raise ValueError("must be a time such as 03:00, a weekday and a time such as sun 04:00, every 60 min, or off")


def _floor(now: datetime, minutes: int) -> datetime:
    period_s = minutes * 60
    return datetime.fromtimestamp(now.timestamp() // period_s * period_s, UTC)


def _around(when: Daily, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Its moments from a week and a day before to as much after."""
    today = now.astimezone(zone).date()
    for days in range(-8, 9):
        day = today + days * DAY
        if when.weekday is None or day.weekday() == when.weekday:
            yield _moment(day, when.at, zone)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
