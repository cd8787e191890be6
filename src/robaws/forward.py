"""How are the first N records read, or a short list such as "changed since yesterday"? From the front.

Quick, but no proof against changes meanwhile: `outcome.moved` says when to do it again.
"""

from collections.abc import Iterator
from itertools import count

from robaws.client import LARGEST_PAGE, Page
from robaws.id_set import IdSet
from robaws.opening import effective_size
from robaws.tally import Fetch, PageRead, StopReason, Tally, WalkOutcome

_ENDS = (StopReason.EMPTY_PAGE, StopReason.TOTAL_REACHED, StopReason.LIMIT_REACHED)


class ForwardWalk:
    """Iterate over PageReads (without bookmarks); `fresh` items of all of them are at most `limit`."""

    def __init__(self, fetch: Fetch, limit: int | None = None) -> None:
        if limit is not None and limit < 1:
            raise ValueError(f"a limit of {limit} asks for nothing: give at least 1")
        self._fetch, self._limit = fetch, limit
        self._size = self._asked = min(LARGEST_PAGE, limit or LARGEST_PAGE)
        self.seen = IdSet()
        self._tally = Tally(self.seen)
        self._given = 0
        self._reason = StopReason.NOT_FINISHED

    @property
    def outcome(self) -> WalkOutcome:
        """What came of it. `complete` with a limit: that many, or all there are."""
        tally = self._tally
        is_steady = self._limit is not None or (not tally.moved and tally.is_enough())
        return tally.outcome(self._reason, complete=self._reason in _ENDS and is_steady)

    def __iter__(self) -> Iterator[PageRead]:
        for number in count():
            page = self._read(number)
            fresh = self._tally.fresh(page)
            if self._limit is not None:
                fresh = fresh[: self._limit - self._given]
            self._given += len(fresh)
            self._reason = self._stop(page, len(fresh))
            if fresh:
                yield PageRead(page, fresh, None)
            if self._reason is not StopReason.NOT_FINISHED:
                return

    def _read(self, number: int) -> Page:
        page = self._fetched(number)
        if number == 0:
            self._size = effective_size(page, self._asked)
        end = page.total_items
        is_short = end is not None and len(page.items) < min(self._size, end - number * self._size)
        again = self._fetched(number) if is_short else page
        return again if len(again.items) > len(page.items) else page

    def _fetched(self, number: int) -> Page:
        page = self._fetch(number, self._size)
        self._tally.note(page)
        return page

    def _stop(self, page: Page, fresh: int) -> StopReason:
        if self._given == self._limit:
            return StopReason.LIMIT_REACHED
        if not page.items:
            return StopReason.EMPTY_PAGE
        if fresh == 0 and len(page.items) >= self._size:
            return StopReason.PAGING_IGNORED
        # A full page may be all that a wrong total counts: then only an empty one is the end.
        total = page.total_items
        is_end = total is not None and total <= page.number * self._size + len(page.items) < (
            (page.number + 1) * self._size
        )
        return StopReason.TOTAL_REACHED if is_end else StopReason.NOT_FINISHED


def walk_forward(fetch: Fetch, limit: int | None = None) -> ForwardWalk:
    """The first `limit` records (None: all) in the order that `fetch(page, size)` asks for."""
    return ForwardWalk(fetch, limit)
