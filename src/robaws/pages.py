"""How is a list read that changes meanwhile, so that nothing that was there all the time is missed?

The list is sorted by id, so a deletion moves later items to lower places and a new item goes to the end.
Hence two proofs:

- *From the last page to the first, one after the other.* Before page p is read, every item not yet seen has
  an index below (p + 1) * size. Indexes never grow. So when p is read such an item is on it, or its index is
  below p * size: the same holds for p - 1. After page 0 nothing is left.
- *Side by side.* An item's index is the number of items with lower ids. If one item, the anchor, has the
  same index before and after a stretch of pages below it was read, nothing below it was deleted meanwhile:
  those pages were cut from a list at rest, in whatever order they were answered.

So a stretch is read side by side and its top page again after it; only if the anchor has moved, the stretch
is read again one by one. Page 0, which must be read first for the totals, needs no second look where page 1
begins with the very item that was next to it. New items come last and move nothing.

Two pages need not be waited for:
- The top page of the first stretch goes out beside the last page. Its first look only says where the anchor stood; its
  second comes after the last page, as the first proof wants it.
- The lowest page goes out beside the second look at the last stretch: after all pages above it, as the first proof
  wants it. Where the anchor has moved it is read again like the others.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing
from itertools import takewhile

from robaws.client import LARGEST_PAGE, Page
from robaws.course import Course
from robaws.errors import RobawsError
from robaws.forward import ForwardWalk, walk_forward
from robaws.id_set import IdSet
from robaws.lookahead import Lookahead
from robaws.opening import is_doubtful, opening, probes
from robaws.tally import Bookmark, Fetch, PageRead, StopReason, Tally, WalkOutcome

__all__ = ["Bookmark", "ForwardWalk", "PageRead", "StopReason", "Walk", "WalkOutcome", "walk_forward"]

LARGEST_BATCH = 48  # pages; more cost more memory, and hardly less time
_AT_ONCE_S = 0.01
_PASSES, _PASSES_UNSORTED = 2, 3
_LOOKS_AT_THE_END = 4  # while more is created than the last one has shown
_PATIENCE = 3  # short pages asked for again in vain, before all of them are believed


class Walk:
    """Iterate over a whole list as PageReads; a page may come again, `fresh` holds what is new.

    `fetch(page, size)` asks for one page sorted by id ascending; what it raises ends the iteration, and
    iterating again goes on there. `resume` with the `seen` ids of its first part goes on where another walk
    stopped, also days later. `executor` makes the threads, as many as there may be requests on their way
    (None: one at a time); `ahead` is how many pages may wait, asked for or answered, for whoever iterates.
    `while_waiting` is called now and then while an answer is long in coming. `seen` is added to; after the walk
    `outcome` says what it proves.
    """

    def __init__(
        self,
        fetch: Fetch,
        *,
        size: int = LARGEST_PAGE,
        ahead: int = 8,
        resume: Bookmark | None = None,
        seen: IdSet | None = None,
        executor: Callable[[], Executor] | None = None,
        while_waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self.seen = IdSet() if seen is None else seen
        self._fetch, self._asked = fetch, size
        self._course = Course(size, shortest_stretch=ahead // 2 + 1)
        self._ahead = Lookahead(self._fetched, ahead, executor, while_waiting)
        self._is_parallel = executor is not None and ahead > 1
        self._tally = Tally(self.seen)
        self._reason = StopReason.NOT_FINISHED
        self._held: list[PageRead] = []
        self._start_over()
        # Without an order no place in the list means anything later: then from the start.
        if resume is not None and resume.is_sorted:
            self._course.resume(resume)
            self._tally.begin_pass(self.seen, without_id=resume.without_id, lowest_total=resume.lowest_total)

    @property
    def bookmark(self) -> Bookmark | None:
        """Where to go on after the page that came last; None (start over) until the last page is known."""
        return self._course.bookmark(self._tally)

    @property
    def outcome(self) -> WalkOutcome:
        """What the walk has shown so far."""
        return self._tally.outcome(self._reason, complete=self._reason is StopReason.ALL_SEEN)

    def __iter__(self) -> Iterator[PageRead]:
        with self._ahead:
            passes = 0
            while True:
                yield from self._one_pass()
                passes += 1
                verdict = self._verdict()
                most = _PASSES if self._tally.is_sorted else _PASSES_UNSORTED
                if verdict in (StopReason.ALL_SEEN, StopReason.PAGING_IGNORED) or passes >= most:
                    break
                self._is_parallel = False
                self._start_over()
        self._reason = verdict

    def batches(self) -> Iterator[list[PageRead]]:
        """The same, together what comes at once, up to LARGEST_BATCH: taken in at one go they cost the least."""
        batch: list[PageRead] = []
        try:
            for read in self:
                batch.append(read)
                if len(batch) >= LARGEST_BATCH or not self._ahead.comes_within(_AT_ONCE_S):
                    yield batch
                    batch = []
        except RobawsError:
            if batch:
                yield batch
            raise

    def _start_over(self) -> None:
        self._course.start_over()
        self._tally.begin_pass(IdSet() if self.seen else self.seen)
        self._patience = _PATIENCE

    def _verdict(self) -> StopReason:
        tally = self._tally
        if self._reason is StopReason.PAGING_IGNORED:
            return self._reason
        if not tally.is_sorted and (tally.moved or tally.lowest_total is None):
            return StopReason.ORDER_UNPROVEN
        return StopReason.ALL_SEEN if tally.is_enough() else StopReason.COUNT_SHORT

    def _one_pass(self) -> Iterator[PageRead]:
        course = self._course
        yield from self._prove_stretch() if course.has_begun else self._open()
        while course.here.next_page >= 0 and self._reason is StopReason.NOT_FINISHED:
            if course.here.next_page == 0 and course.page_0_holds:
                course.move(next_page=-1)
            else:
                yield from self._read_down_from(course.here.next_page)
        yield from self._released()
        yield from self._read_growth()

    # The start: page 0, the size that Robaws really uses, the last page.

    def _open(self) -> Iterator[PageRead]:
        self._course.size = self._asked
        first = self._read(0)
        if is_doubtful(first, self._asked):
            again = self._read(0)
            first = again if len(again.items) > len(first.items) else first
        found = opening(first, self._asked)
        self._course.begin(found, first)
        self._hold(first)
        if found.is_endless:
            yield from self._released()
            yield from self._find_end(0)

    def _find_end(self, last_known: int) -> Iterator[PageRead]:
        """Without a total to trust."""
        for page in probes(self._read, last_known):
            if self._course.is_page_0_again(page):
                self._reason = StopReason.PAGING_IGNORED
                return
            if page.items:
                last_known = page.number
                yield self._told(page)
        self._course.end_is_sure = True
        self._course.move(next_page=last_known, end=last_known * self._course.size + 1)

    # The way down.

    def _read_down_from(self, top: int) -> Iterator[PageRead]:
        course = self._course
        is_alone = not (course.is_last(top) and self._may_stretch_below(top - 1))
        below = None if is_alone else self._ahead.soon(top - 1)
        page = self._whole(self._read(top))
        if course.is_page_0_again(page):
            self._reason = StopReason.PAGING_IGNORED
            return
        if course.here.overlap_id is not None and page.size not in (None, course.size):
            course.give_up_overlap()
            return
        course.move(next_page=top - 1)
        course.end_is_sure = course.end_is_sure or len(page.items) < course.size
        self._hold(page)
        if not course.end_is_sure:
            yield from self._released()
            yield from self._look_behind(page)
        if course.here.next_page == top - 1:
            if below is None:
                yield from self._read_stretch(page)
            else:
                yield from self._read_stretch(self._whole(self._noted(below())), is_news=True)
        yield from self._released()

    def _may_stretch_below(self, top: int) -> bool:
        return self._is_parallel and self._course.may_stretch_below(top)

    def _look_behind(self, page: Page) -> Iterator[PageRead]:
        """A full last page: the total may be capped, or count that page only."""
        beyond = self._read(page.number + 1)
        if beyond.items:
            yield self._told(beyond)
            yield from self._find_end(beyond.number)
        self._course.end_is_sure = True

    def _read_stretch(self, top: Page, *, is_news: bool = False) -> Iterator[PageRead]:
        """The pages below `top`, side by side. `is_news`: nothing was told of `top` itself yet."""
        pages = self._course.begin_stretch(top) if self._may_stretch_below(top.number) else None
        if pages is None:
            return
        if is_news:
            self._hold(top)

        def is_calm(_: int) -> bool:
            total = self._tally.total
            return total is None or top.total_items is None or total >= top.total_items

        with closing(self._ahead.results(takewhile(is_calm, pages))) as answers:
            yield from self._released()
            for answer in answers:
                page = self._whole(self._noted(answer))
                self._course.move(next_page=page.number - 1)
                if page.number > pages[-1]:
                    yield self._told(page)
                else:
                    self._hold(page)
        yield from self._prove_stretch()

    def _prove_stretch(self) -> Iterator[PageRead]:
        """Look whether the anchor is where it was; if not, its stretch is to be read again, one by one."""
        course = self._course
        place = course.here
        if place.stretch_top is None:
            return
        proof = self._ahead.soon(place.stretch_top)
        lowest = self._ahead.soon(course.lowest) if place.next_page == course.lowest else None
        yield from self._released()
        page = self._whole(self._noted(proof()))
        is_proven = course.end_stretch(page, is_sorted=self._tally.is_sorted)
        fresh = self._tally.fresh(page)
        if fresh:
            yield PageRead(page, fresh, self.bookmark)
        if is_proven and lowest is not None:
            page = self._whole(self._noted(lowest()))
            course.move(next_page=course.lowest - 1)
            self._hold(page)

    def _read_growth(self) -> Iterator[PageRead]:
        """What was created during the walk stands last: from the end back to what is known already."""
        tally = self._tally
        has_grown = tally.total is not None and (tally.total > self._course.here.end or not tally.is_enough())
        for again in range(_LOOKS_AT_THE_END if has_grown and self._reason is StopReason.NOT_FINISHED else 0):
            known = tally.unique
            for number in range(((tally.total or 1) - 1) // self._course.size, -1, -1):
                read = self._told(self._read(number))
                if read.fresh:
                    yield read
                if not read.fresh or (again and tally.is_enough()):
                    break
            if tally.is_enough() or tally.unique == known:
                return

    # One page.

    def _hold(self, page: Page) -> None:
        """To be told once the next request is on its way: so the wire does not wait for whoever takes it in."""
        self._held.append(self._told(page))

    def _released(self) -> Iterator[PageRead]:
        while self._held:
            yield self._held.pop(0)

    def _fetched(self, number: int) -> Page:
        return self._fetch(number, self._course.size)

    def _noted(self, page: Page) -> Page:
        self._tally.note(page)
        return page

    def _read(self, number: int) -> Page:
        return self._noted(self._fetched(number))

    def _whole(self, page: Page) -> Page:
        """The page, asked for once more where items are missing from its middle of the list."""
        end = self._course.here.end if page.total_items is None else page.total_items
        size = self._course.size
        if self._patience == 0 or len(page.items) >= min(size, end - page.number * size):
            return page
        again = self._read(page.number)
        if len(again.items) > len(page.items):
            return again
        self._patience -= 1
        return page

    def _told(self, page: Page) -> PageRead:
        self._course.vouch(page)
        return PageRead(page, self._tally.fresh(page), self.bookmark)
