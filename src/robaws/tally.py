"""What has a walk over a list seen so far, and what does that prove?"""

import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Self

from robaws.client import Page
from robaws.id_set import IdSet
from robaws.records import Json

Fetch = Callable[[int, int], Page]  # (page number from 0, size)


class StopReason(enum.Enum):
    """Why a walk ended where it did."""

    NOT_FINISHED = "not finished"
    ALL_SEEN = "every page seen"
    COUNT_SHORT = "fewer records than Robaws counts"
    ORDER_UNPROVEN = "not sorted by id, and the list changed meanwhile"
    PAGING_IGNORED = "the same page whatever page is asked for"
    EMPTY_PAGE = "an empty page after the last"
    TOTAL_REACHED = "as many records as Robaws counts"
    LIMIT_REACHED = "as many records as asked for"


@dataclass(frozen=True, slots=True)
class WalkOutcome:
    """`complete`: every record that was there all the time was seen. `moved`: the total changed meanwhile.

    `total` as Robaws told last, `unique` records (those without an id included), `pages` read. `ids` are those that the
    last pass has seen, the very set: what the caller adds to it counts as seen.
    """

    complete: bool
    reason: StopReason
    total: int | None
    unique: int
    pages: int
    ids: IdSet
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a walk from the last page to the first goes on; JSON-able both ways.

    Pages above `next_page` are read; those from `stretch_top` (if any) down to it are proven only once the
    item `anchor_id` is seen again at `anchor_slot` of page `stretch_top`. `overlap_id` is the first item
    after page 0 at the start; `end` the index after the last item then.
    """

    size: int
    next_page: int
    end: int
    stretch_top: int | None = None
    anchor_slot: int = 0
    anchor_id: str | None = None
    overlap_id: str | None = None
    lowest_total: int | None = None
    without_id: int = 0
    is_sorted: bool = True

    def as_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """From `as_json`; raises TypeError where the shape is another one."""
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page, its items that this walk had not seen yet, and where to go on once they are stored.

    No bookmark: a walk that stops here has to start over.
    """

    page: Page
    fresh: list[Json]
    bookmark: Bookmark | None


class Tally:
    """Ids seen, records without one, totals told. `seen` is the caller's set and grows."""

    def __init__(self, seen: IdSet) -> None:
        self.seen = seen
        self.pages = 0
        self.total: int | None = None
        self.begin_pass(seen)

    def begin_pass(self, ids: IdSet, *, without_id: int = 0, lowest_total: int | None = None) -> None:
        """Count anew; `ids` may be those that an earlier part of the same pass has seen."""
        self._ids = ids
        self._odd: dict[int, int] = {-1: without_id}  # records without an id, per page number
        self.lowest_total = lowest_total
        self.moved = False
        self.is_sorted = True

    @property
    def without_id(self) -> int:
        """Records that bear no id."""
        return sum(self._odd.values())

    @property
    def unique(self) -> int:
        """Records seen in this pass, each once."""
        return len(self._ids) + self.without_id

    def outcome(self, reason: StopReason, *, complete: bool) -> WalkOutcome:
        """The result in its public form."""
        return WalkOutcome(complete, reason, self.total, self.unique, self.pages, self._ids, self.moved)

    def is_enough(self) -> bool:
        """Whether as many were seen as Robaws counts, by what it told last."""
        told = self.lowest_total if self.total is None else self.total
        return told is None or self.unique >= told

    def note(self, page: Page) -> None:
        """Take in what an answer says about the list as a whole."""
        self.pages += 1
        self.is_sorted = self.is_sorted and _is_ascending(page.ids)
        if page.total_items is None:
            return
        self.moved = self.moved or (self.lowest_total is not None and page.total_items != self.lowest_total)
        self.total = page.total_items
        known = self.total if self.lowest_total is None else self.lowest_total
        self.lowest_total = min(known, self.total)

    def fresh(self, page: Page) -> list[Json]:
        """The items not seen before, which now count as seen."""
        is_again = page.number in self._odd
        self._odd[page.number] = 0
        new: list[Json] = []
        for item, identity in zip(page.items, page.ids, strict=True):
            if identity is None:
                self._odd[page.number] += 1
                new.extend([] if is_again else [item])
                continue
            if self.seen.add_new(identity):
                new.append(item)
            if self._ids is not self.seen:
                self._ids.add(identity)
        return new


def _is_ascending(ids: Iterable[str | None]) -> bool:
    # Ids that are no numbers say nothing about the order, unless there is nothing else.
    known = [identity for identity in ids if identity is not None]
    numbers = [int(identity) for identity in known if identity.isdecimal()]
    return all(a < b for a, b in pairwise(numbers)) and (bool(numbers) or len(known) < 2)
