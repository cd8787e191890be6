"""Pages that come at once are handed on together, and others are fetched while the consumer works."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from threading import Event

from robaws_moving_list import CLIENTS, MovingList

from robaws.client import Page
from robaws.pages import LARGEST_BATCH, Walk


def test_pages_are_fetched_ahead_while_the_consumer_works() -> None:
    moving, is_ahead = MovingList(CLIENTS), Event()

    def fetch(number: int, size: int) -> Page:
        if len(moving.asked) >= 10 + 4:
            is_ahead.set()
        return moving.fetch(number, size)

    reads = iter(Walk(fetch, executor=partial(ThreadPoolExecutor, 6)))
    list(islice(reads, 10))
    assert is_ahead.wait(5)
    list(reads)


def test_what_comes_at_once_comes_together_up_to_a_largest_batch() -> None:
    pages = 3 * LARGEST_BATCH
    walk = Walk(MovingList(pages * 100).fetch, executor=lambda: ThreadPoolExecutor(4))
    batches = list(walk.batches())
    assert walk.outcome.complete
    assert {read.page.number for batch in batches for read in batch} == set(range(pages))
    assert max(map(len, batches)) == LARGEST_BATCH
    assert len(batches) < pages / 4


def test_a_page_that_is_long_in_coming_is_not_waited_for() -> None:
    """Its answer comes only after the pages before it have been handed on."""
    moving, handed_on = MovingList(1_000), Event()

    def fetch(number: int, size: int) -> Page:
        if number == 3:
            assert handed_on.wait(60)
        return moving.fetch(number, size)

    walk, told = Walk(fetch, executor=lambda: ThreadPoolExecutor(4)), set[int]()
    for batch in walk.batches():
        told |= {read.page.number for read in batch}
        if 4 in told:
            handed_on.set()
    assert walk.outcome.complete
