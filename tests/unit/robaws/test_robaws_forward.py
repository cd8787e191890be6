"""Walking from the front."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from robaws_moving_list import MovingList

from robaws.client import Page
from robaws.pages import StopReason, walk_forward


@given(
    st.integers(1, 420),
    st.integers(0, 400),
    st.sampled_from([100, 50]),
    st.sampled_from(["items pages", "items", "pages", ""]),
    st.booleans(),
)
def test_a_limit_gives_exactly_that_many_or_all_there_are(
    limit: int, count: int, cap: int, totals: str, tells_size: bool
) -> None:
    moving = MovingList(count, cap=cap, totals=totals, tells_size=tells_size)
    walk = walk_forward(moving.fetch, limit)
    ids = [item["id"] for read in walk for item in read.fresh]
    assert ids == [str(each) for each in range(1, min(limit, count) + 1)]
    assert walk.outcome.complete


@given(st.integers(0, 400), st.sampled_from([100, 50]), st.sampled_from(["items", "pages", ""]))
def test_without_a_limit_all_come_once(count: int, cap: int, totals: str) -> None:
    moving = MovingList(count, cap=cap, totals=totals)
    ids = [item["id"] for read in walk_forward(moving.fetch) for item in read.fresh]
    assert ids == [str(each) for each in moving.ids]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        walk_forward(MovingList(5).fetch, limit)


def test_a_short_list_costs_one_request_and_ten_of_many_too() -> None:
    short, many = MovingList(37), MovingList(4_017)
    list(walk_forward(short.fetch))
    list(walk_forward(many.fetch, 10))
    assert (short.asked, many.asked) == ([0], [0])


def test_a_total_that_moves_is_told_and_is_not_complete() -> None:
    moving = MovingList(250)
    walk = walk_forward(moving.fetch)
    for _ in walk:
        moving.delete(moving.ids[0])
    assert walk.outcome.moved
    assert not walk.outcome.complete


def test_a_server_that_ignores_the_page_number_is_found_out() -> None:
    moving = MovingList(500)
    walk = walk_forward(lambda number, size: Page(moving.fetch(0, size).items, number, size, 500))
    assert sum(len(read.fresh) for read in walk) == 100
    assert walk.outcome.reason is StopReason.PAGING_IGNORED
    assert not walk.outcome.complete


def test_a_short_page_in_the_middle_is_asked_for_once_more() -> None:
    moving = MovingList(300)

    def fetch(number: int, size: int) -> Page:
        page = moving.fetch(number, size)
        first_try = moving.asked.count(number) == 1
        items = page.items[:3] if number == 1 and first_try else page.items
        return Page(items, number, size, 300)

    walk = walk_forward(fetch)
    assert sum(len(read.fresh) for read in walk) == 300
    assert walk.outcome.complete


def test_the_end_is_named() -> None:
    for count, limit, totals, reason in (
        (5, None, "items", StopReason.TOTAL_REACHED),
        (5, None, "", StopReason.EMPTY_PAGE),
        (100, None, "items", StopReason.EMPTY_PAGE),
        (5, 5, "items", StopReason.LIMIT_REACHED),
    ):
        walk = walk_forward(MovingList(count, totals=totals).fetch, limit)
        list(walk)
        assert walk.outcome.reason is reason
