"""When something is due, on ordinary days and in the two nights when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bconnect.jobs.times import Daily, Every, When, last_due, next_due, parse

BRUSSELS = ZoneInfo("Europe/Brussels")
THREE = Daily(time(3))


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS, fold=fold)


def moments(when: When, begin: str, end: str) -> list[str]:
    """Every due moment in between, in local time with its offset, as one who looks every minute meets them."""
    found, moment = [], local(begin).astimezone(UTC)
    while (moment := next_due(when, moment, BRUSSELS)) <= local(end):
        found.append(f"{moment.astimezone(BRUSSELS):%d %H:%M%z}")
    return found


def test_a_daily_time_is_the_same_on_the_clock_when_summer_time_begins():
    assert moments(THREE, "2026-03-28 00:00", "2026-03-31 00:00") == ["28 03:00+0100", "29 03:00+0200", "30 03:00+0200"]


def test_a_daily_time_is_the_same_on_the_clock_when_summer_time_ends():
    assert moments(THREE, "2026-10-24 00:00", "2026-10-27 00:00") == ["24 03:00+0200", "25 03:00+0100", "26 03:00+0100"]


def test_a_time_that_the_spring_night_leaves_out_is_due_once_an_hour_later_and_right_again_the_next_day():
    half_past_two = Daily(time(2, 30))
    found = moments(half_past_two, "2026-03-28 00:00", "2026-03-31 00:00")
    assert found == ["28 02:30+0100", "29 03:30+0200", "30 02:30+0200"]


def test_a_time_that_the_autumn_night_has_twice_is_due_once():
    half_past_two = Daily(time(2, 30))
    found = moments(half_past_two, "2026-10-24 00:00", "2026-10-27 00:00")
    assert found == ["24 02:30+0200", "25 02:30+0200", "26 02:30+0100"]


def test_both_nights_are_sundays_and_the_weekly_time_holds_there_too():
    sunday = Daily(time(4), 6)
    assert moments(sunday, "2026-03-22 12:00", "2026-04-05 12:00") == ["29 04:00+0200", "05 04:00+0200"]
    assert moments(sunday, "2026-10-18 12:00", "2026-11-01 12:00") == ["25 04:00+0100", "01 04:00+0100"]


def test_every_hour_is_due_25_times_on_the_long_day_and_23_times_on_the_short_one():
    assert len(moments(Every(60), "2026-10-25 00:00", "2026-10-26 00:00")) == 25
    assert len(moments(Every(60), "2026-03-29 00:00", "2026-03-30 00:00")) == 23


def test_after_days_of_silence_only_the_latest_moment_is_due():
    assert last_due(THREE, local("2026-05-20 14:00"), BRUSSELS) == local("2026-05-20 03:00")
    assert last_due(THREE, local("2026-05-20 02:59"), BRUSSELS) == local("2026-05-19 03:00")


def test_a_moment_is_due_from_its_very_second_on():
    assert last_due(THREE, local("2026-05-20 03:00"), BRUSSELS) == local("2026-05-20 03:00")


minutes = st.times().map(lambda at: time(at.hour, at.minute))
whens = st.builds(Daily, minutes, st.none() | st.integers(0, 6)) | st.builds(Every, st.integers(1, 1440))
nows = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(lambda now: now.replace(tzinfo=UTC))


@given(whens, nows)
def test_nothing_is_due_between_the_last_moment_and_the_next(when: When, now: datetime):
    last, following = last_due(when, now, BRUSSELS), next_due(when, now, BRUSSELS)
    assert last <= now < following
    assert next_due(when, last, BRUSSELS) == following
    assert last_due(when, following, BRUSSELS) == following


@given(whens, nows)
def test_what_is_written_can_be_read_again(when: When, now: datetime):
    assert parse(str(when)) == when


@pytest.mark.parametrize(
    "text", ["", "3:00", "24:00", "12:60", "sunday 04:00", "every 0 min", "every 1441 min", "daily"]
)
def test_what_is_no_time_is_refused_with_examples(text: str):
    with pytest.raises(ValueError, match="sun 04:00"):
        parse(text)


def test_off_is_no_time_at_all():
    assert parse(" Off ") is None


def test_a_daily_time_comes_once_for_every_date_of_a_year():
    dates = [local("2026-01-01 12:00") + timedelta(days=n) for n in range(365)]
    assert len({last_due(Daily(time(2, 30)), now, BRUSSELS) for now in dates}) == 365
