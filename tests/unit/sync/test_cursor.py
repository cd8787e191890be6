"""Where the next incremental run begins."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bconnect.sync.cursor import OVERLAP, TICK, tail_start, window_start

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECONDS = st.integers(min_value=-86_400, max_value=86_400)


def test_a_settled_change_is_not_read_again():
    newest = NOW - timedelta(hours=1)
    assert window_start(newest, NOW) == newest + TICK


def test_a_young_change_is_looked_at_again_with_its_surroundings():
    newest = NOW - timedelta(seconds=5)
    assert window_start(newest, NOW) == newest - OVERLAP


def test_a_stamp_from_the_future_does_not_hide_what_comes_before_it():
    assert window_start(NOW + timedelta(days=1), NOW) == NOW - OVERLAP


@given(SECONDS, st.integers(min_value=0, max_value=86_400))
def test_a_change_after_the_run_began_is_always_in_the_next_window(newest_s, later_s):
    """Whatever the run saw, a change made after it began and newer than what it saw is asked for again."""
    newest, change = NOW + timedelta(seconds=newest_s), NOW + timedelta(seconds=later_s)
    assert window_start(newest, NOW) <= max(change, newest + TICK)
    if change > newest:
        assert window_start(newest, NOW) <= change


@given(SECONDS)
def test_the_tail_shows_what_changed_since_the_run_began(newest_s):
    newest = NOW + timedelta(seconds=newest_s)
    assert tail_start(newest, NOW) < NOW
