"""Walking a moving list from its last page to its first."""

import json
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from robaws_moving_list import CLIENTS, AnyOrderExecutor, MovingList, TogetherExecutor

from robaws.client import Page
from robaws.errors import ServerFailure
from robaws.id_set import IdSet
from robaws.pages import Bookmark, StopReason, Walk

moving_lists = st.builds(
    MovingList,
    st.integers(0, 130),
    seed=st.integers(0, 10_000),
    p_delete=st.sampled_from([0.0, 0.05, 0.3, 0.6]),
    p_create=st.sampled_from([0.0, 0.05, 0.3, 0.6]),
    cap=st.sampled_from([100, 3, 4]),
    totals=st.sampled_from(["items pages", "items", "pages", ""]),
    tells_size=st.booleans(),
)
executors = st.one_of(st.none(), st.builds(lambda seed: partial(AnyOrderExecutor, seed), st.integers(0, 999)))
Make = Callable[[], Executor] | None


def walked(walk: Walk) -> list[str]:
    return [item["id"] for read in walk for item in read.fresh]


@settings(max_examples=400, deadline=None)
@given(moving_lists, executors, st.integers(2, 9), st.integers(2, 7))
def test_what_was_there_all_the_time_is_seen_or_the_walk_is_incomplete(
    moving: MovingList, executor: Make, size: int, ahead: int
) -> None:
    walk = Walk(moving.fetch, size=size, ahead=ahead, executor=executor)
    ids = walked(walk)
    assert len(ids) == len(set(ids))
    assert set(ids) == walk.seen
    assert not walk.outcome.complete or (moving.always or set()) <= walk.seen


@settings(max_examples=300, deadline=None)
@given(moving_lists, executors, st.integers(2, 7), st.integers(1, 30), st.integers(0, 20), st.data())
def test_a_walk_that_stopped_anywhere_goes_on_with_bookmark_and_seen_ids(
    moving: MovingList, executor: Make, size: int, stop_after: int, changes: int, data: st.DataObject
) -> None:
    first = Walk(moving.fetch, size=size, executor=executor)
    stored = IdSet()
    bookmark: Bookmark | None = None
    for read in islice(first, stop_after):
        stored.update(item["id"] for item in read.fresh)
        bookmark = read.bookmark
    for _ in range(changes):
        moving.change()
    resumed = Bookmark.from_json(json.loads(json.dumps(bookmark.as_json()))) if bookmark else None
    second = Walk(moving.fetch, size=size, resume=resumed, seen=stored, executor=data.draw(executors))
    ids = walked(second)
    assert stored >= set(ids)
    assert not second.outcome.complete or (moving.always or set()) <= stored


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, CLIENTS, 4_100])
@pytest.mark.parametrize("totals", ["items pages", "items", "pages", ""])
@pytest.mark.parametrize("cap", [100, 50])
@pytest.mark.parametrize("executor", [None, AnyOrderExecutor])
def test_a_list_at_rest_is_read_whole(count: int, totals: str, cap: int, executor: Make) -> None:
    moving = MovingList(count, totals=totals, cap=cap, tells_size=False)
    walk = Walk(moving.fetch, executor=executor)
    assert sorted(walked(walk), key=int) == [str(each) for each in moving.ids]
    assert walk.outcome.complete
    assert walk.outcome.reason is StopReason.ALL_SEEN
    assert walk.outcome.unique == count


def test_41_pages_at_rest_cost_42_requests_side_by_side_and_41_one_by_one() -> None:
    parallel, serial = MovingList(CLIENTS), MovingList(CLIENTS)
    walked(Walk(parallel.fetch, executor=AnyOrderExecutor))
    walked(Walk(serial.fetch))
    assert (len(parallel.asked), len(serial.asked)) == (42, 41)


def test_two_pages_go_out_beside_requests_that_have_to_be_waited_for() -> None:
    moving = MovingList(551)
    together = TogetherExecutor(moving.fetch)
    walked(Walk(together.fetch, executor=lambda: together))
    assert [sorted(each) for each in together.rounds] == [[0], [4, 5], [2, 3], [1, 4]]


def test_a_list_of_one_page_costs_one_request() -> None:
    moving = MovingList(37)
    assert len(walked(Walk(moving.fetch))) == 37
    assert moving.asked == [0]


def test_creations_alone_make_nothing_be_read_again() -> None:
    moving = MovingList(CLIENTS, p_create=0.3)
    walk = Walk(moving.fetch, executor=AnyOrderExecutor)
    walked(walk)
    assert walk.outcome.complete
    assert len(moving.asked) <= 44  # the tail page or two that grew


@pytest.mark.parametrize("p_change", [0.05, 0.5])
def test_a_busy_list_costs_at_most_about_twice_the_requests(p_change: float) -> None:
    moving = MovingList(20_000, p_delete=p_change, p_create=p_change)
    walk = Walk(moving.fetch, executor=AnyOrderExecutor)
    walked(walk)
    assert walk.outcome.complete
    assert moving.always is not None
    assert moving.always <= walk.seen
    assert len(moving.asked) <= 2.4 * 200


def test_what_is_created_during_the_walk_is_read_too() -> None:
    moving = MovingList(950)
    walk = Walk(moving.fetch)
    for read in walk:
        if read.page.number == 3:
            moving.ids += range(951, 1_251)
    assert walk.outcome.unique == 1_250


def test_a_server_that_counts_fewer_than_it_has_is_not_believed() -> None:
    moving = MovingList(1_234)
    page_of = moving.fetch

    def fetch(number: int, size: int) -> Page:
        page = page_of(number, size)
        return Page(page.items, number, size, total_items=len(page.items))

    walk = Walk(fetch)
    assert len(walked(walk)) == 1_234


def test_a_total_that_is_never_reached_ends_incomplete_after_one_repeat() -> None:
    moving = MovingList(500)

    def fetch(number: int, size: int) -> Page:
        page = moving.fetch(number, size)
        return Page([i for i in page.items if i["id"] != "250"], number, size, total_items=500)

    walk = Walk(fetch, executor=AnyOrderExecutor)
    assert len(walked(walk)) == 499
    assert walk.outcome.reason is StopReason.COUNT_SHORT
    assert not walk.outcome.complete


def test_a_short_page_in_the_middle_is_asked_for_once_more() -> None:
    moving = MovingList(500)
    glitches = [2]

    def fetch(number: int, size: int) -> Page:
        page = moving.fetch(number, size)
        if number in glitches:
            glitches.remove(number)
            return Page(page.items[:7], number, size, total_items=500)
        return page

    walk = Walk(fetch, executor=AnyOrderExecutor)
    assert len(walked(walk)) == 500
    assert walk.outcome.complete
    assert len(moving.asked) <= 9


@pytest.mark.parametrize("totals", ["items", ""])
def test_a_server_that_ignores_the_page_number_ends_incomplete(totals: str) -> None:
    moving = MovingList(500, totals=totals)
    walk = Walk(lambda number, size: Page(moving.fetch(0, size).items, number, size, 500 if totals else None))
    assert len(walked(walk)) == 100
    assert walk.outcome.reason is StopReason.PAGING_IGNORED
    assert len(moving.asked) <= 4


def test_a_server_with_its_own_order_is_believed_only_while_nothing_moves() -> None:
    at_rest = MovingList(500, order=str)
    walk = Walk(at_rest.fetch, executor=AnyOrderExecutor)
    assert len(walked(walk)) == 500
    assert walk.outcome.complete
    moving = MovingList(500, order=str, p_delete=0.3)
    walk = Walk(moving.fetch, executor=AnyOrderExecutor)
    walked(walk)
    assert walk.outcome.reason is StopReason.ORDER_UNPROVEN
    assert len(moving.asked) <= 3 * 8


def test_a_server_that_rounds_sizes_is_read_in_the_size_it_showed() -> None:
    moving = MovingList(CLIENTS)
    walk = Walk(lambda number, size: moving.fetch(number, 100 if size == 100 else 10))
    assert len(walked(walk)) == CLIENTS
    assert len(moving.asked) <= 44


def test_odd_items_are_told_once_and_count() -> None:
    odd = [None, "text", ["list"], {"name": "no id"}]

    def fetch(number: int, size: int) -> Page:
        items = [*odd, *({"id": each} for each in range(1, 9))]
        return Page(items[number * size : (number + 1) * size], number, size, total_items=12)

    walk = Walk(fetch, size=4, executor=AnyOrderExecutor)
    told = [item for read in walk for item in read.fresh]
    assert len(told) == 12
    assert [item for item in told if item in odd] == odd
    assert walk.outcome.complete
    assert walk.outcome.unique == 12


def test_what_fetch_raises_reaches_the_consumer_and_iterating_again_goes_on() -> None:
    moving = MovingList(CLIENTS)
    broken = [20]

    def fetch(number: int, size: int) -> Page:
        if number in broken:
            broken.remove(number)
            raise ServerFailure(500, "GET", "/api/v2/clients")
        return moving.fetch(number, size)

    walk = Walk(fetch, executor=partial(ThreadPoolExecutor, 6))
    with pytest.raises(ServerFailure):
        walked(walk)
    assert not walk.outcome.complete
    asked = len(moving.asked)
    walked(walk)
    assert walk.outcome.complete
    assert len(walk.seen) == CLIENTS
    assert len(moving.asked) - asked <= 24


def test_a_resume_on_a_list_at_rest_reads_only_the_rest_and_one_page_more() -> None:
    moving = MovingList(CLIENTS)
    first = Walk(moving.fetch, executor=AnyOrderExecutor)
    read = next(islice(first, 30, None))
    asked = len(moving.asked)
    second = Walk(moving.fetch, resume=read.bookmark, seen=first.seen, executor=AnyOrderExecutor)
    walked(second)
    assert second.outcome.complete
    assert len(second.seen) == CLIENTS
    assert len(moving.asked) - asked <= 11 + 2


def test_one_that_is_put_back_under_its_low_id_hides_no_other() -> None:
    moving, seen = MovingList(7), IdSet()
    bookmark: Bookmark | None = None
    for change in (lambda: moving.delete(3), lambda: moving.ids.append(3)):
        walk = Walk(moving.fetch, size=3, resume=bookmark, seen=seen)
        read = next(each for each in walk if each.bookmark)
        bookmark = read.bookmark
        change()
    walked(last := Walk(moving.fetch, size=3, resume=bookmark, seen=seen))
    assert last.outcome.complete
    assert seen == {str(each) for each in range(1, 8)}


def test_a_resume_without_the_seen_ids_starts_over_in_the_end() -> None:
    moving = MovingList(950)
    bookmark = next(islice(Walk(moving.fetch), 5, None)).bookmark
    walk = Walk(moving.fetch, resume=bookmark)
    assert len(walked(walk)) == 950
    assert walk.outcome.complete


def test_a_consumer_that_fails_leaves_no_request_running() -> None:
    made: list[ThreadPoolExecutor] = []

    def make() -> ThreadPoolExecutor:
        made.append(ThreadPoolExecutor(6))
        return made[0]

    moving = MovingList(CLIENTS)
    walk = Walk(moving.fetch, executor=make)

    def consume() -> None:
        for number, _ in enumerate(walk):
            if number == 10:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consume()
    with pytest.raises(RuntimeError, match="after shutdown"):
        made[0].submit(print)
    assert len(moving.asked) <= 26  # with those asked for ahead
