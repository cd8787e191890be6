"""Where does a walk from the last page to the first stand, and which pages may it read side by side?

Values only: nothing is fetched here. The proofs stand in `pages.py`.
"""

from dataclasses import replace
from sys import maxsize

from robaws.client import Page
from robaws.opening import Opening
from robaws.tally import Bookmark, Tally

LONGEST_STRETCH = 64  # pages read side by side before they are proven: what a change can cost again


class Course:
    """A place in the list. `size` is the page size in use, `end_is_sure` whether the last page is known,
    `page_0_holds` whether page 1 has vouched for page 0.

    Stretches grow while the list is calm, down to `shortest_stretch` pages where it is not.
    """

    def __init__(self, size: int, shortest_stretch: int) -> None:
        self._asked, self._shortest_stretch, self._stretch = size, shortest_stretch, LONGEST_STRETCH
        self.start_over()

    def start_over(self) -> None:
        """Nothing is known of the list."""
        self.size = self._asked
        self._place: Bookmark | None = None
        self._first_id: str | None = None
        self._alone_above = maxsize  # pages above this one are read one by one
        self.end_is_sure = self.page_0_holds = False

    def begin(self, found: Opening, first: Page) -> None:
        """Page 0 was read, and says so much."""
        self.size, self.end_is_sure = found.size, found.is_whole
        self._first_id = next(iter(first.ids), None)
        self._place = Bookmark(found.size, found.last, found.end, overlap_id=found.overlap_id)

    def resume(self, place: Bookmark) -> None:
        """Go on where another walk stopped."""
        self._place, self.size, self.end_is_sure = place, place.size, True

    @property
    def has_begun(self) -> bool:
        return self._place is not None and self.end_is_sure

    @property
    def here(self) -> Bookmark:
        assert self._place is not None
        return self._place

    @property
    def lowest(self) -> int:
        """The lowest page to read on the way down: page 0 not, where page 1 may vouch for it."""
        return 0 if self.here.overlap_id is None else 1

    def bookmark(self, tally: Tally) -> Bookmark | None:
        """Where to go on; None (start over) until the last page is known."""
        if not self.has_begun:
            return None
        return replace(
            self.here, lowest_total=tally.lowest_total, without_id=tally.without_id, is_sorted=tally.is_sorted
        )

    def move(self, **changes: int | str | None) -> None:
        """Go on elsewhere: any members of the bookmark."""
        self._place = replace(self.here, **changes)  # type: ignore[arg-type]

    def give_up_overlap(self) -> None:
        """This server rounds sizes: back to the one it showed."""
        self.size += 1
        self.move(size=self.size, next_page=(self.here.end - 1) // self.size, overlap_id=None)

    def is_last(self, number: int) -> bool:
        """Whether this is the last page, as far as totals tell."""
        return number == (self.here.end - 1) // self.size

    def is_page_0_again(self, page: Page) -> bool:
        """No item can move to a higher place, so the first one there means that the number was ignored."""
        return page.number > 0 and self._first_id is not None and page.ids[:1] == [self._first_id]

    def vouch(self, page: Page) -> None:
        """Page 0 needs no second look where page 1 begins with the very item that was next to it."""
        if page.number == 1:
            self.page_0_holds = self.here.overlap_id is not None and page.ids[:1] == [self.here.overlap_id]

    # Stretches.

    def may_stretch_below(self, top: int) -> bool:
        """Whether several pages may be read side by side; the lowest one is never among them."""
        return top - 1 <= self._alone_above and top - 1 > self.lowest

    def begin_stretch(self, top: Page) -> range | None:
        """The pages to read side by side, with an item of `top` as their anchor; None where there is none."""
        anchor = next(((slot, id_) for slot, id_ in enumerate(top.ids) if id_ is not None), None)
        if anchor is None or not self.may_stretch_below(top.number):
            return None
        slot, id_ = anchor
        self.move(next_page=top.number - 1, stretch_top=top.number, anchor_slot=slot, anchor_id=id_)
        return range(top.number - 1, max(self.lowest + 1, top.number - self._stretch) - 1, -1)

    def end_stretch(self, top: Page, *, is_sorted: bool) -> bool:
        """Whether its pages stand, now that its top was read again; if not, they are to be read one by one."""
        place = self.here
        holds = top.ids[place.anchor_slot : place.anchor_slot + 1] == [place.anchor_id]
        if holds or not is_sorted:  # without an order there is nothing to prove
            self._stretch = min(LONGEST_STRETCH, self._stretch * 2)
            self.move(stretch_top=None)
            return True
        self._stretch = max(self._shortest_stretch, self._stretch // 4)
        self._alone_above, self.page_0_holds = place.next_page, False
        self.move(stretch_top=None, next_page=top.number - 1)
        return False
