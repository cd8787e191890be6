"""What does page 0 say about the whole list: the size of its pages, and where it ends? Pure."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from robaws.client import Page


class Opening(NamedTuple):
    """`last` is the page to begin with (-1: page 0 was all), `end` the index after the last item, as far as told.

    `overlap_id` is the last item of page 0, where all other pages can be one item smaller at no cost: then page 1
    begins with it, and vouches for page 0. `is_endless`: nothing tells how many pages there are.
    """

    size: int
    last: int
    end: int
    overlap_id: str | None
    is_whole: bool
    is_endless: bool


def is_doubtful(first: Page, asked: int) -> bool:
    """Whether page 0 is shorter than it should be, and was not just cut to another size: worth a second look."""
    count, total = len(first.items), first.total_items
    is_short = count < asked and (count == 0 if total is None else count < total)
    return is_short and not (count > 0 and first.size == count)


def opening(first: Page, asked: int) -> Opening:
    """Read page 0, which was asked for with `asked` items."""
    count, total, size = len(first.items), first.total_items, effective_size(first, asked)
    last = ((total or 1) - 1) // size if total else max((first.total_pages or 1) - 1, 0)
    overlap_id = None
    if total is not None and count == size < total and _smaller_costs_nothing(size, total):
        size, overlap_id = size - 1, first.ids[-1]
    is_whole = count == 0 or (count == total and count < asked)
    is_endless = bool(count) and total is None and first.total_pages is None
    return Opening(size, -1 if is_whole else last, total or count, overlap_id, is_whole, is_endless)


def probes(read: Callable[[int], Page], last_known: int) -> Iterator[Page]:
    """Pages on the way to the last one: the step is doubled up to an empty page, then the gap is halved."""
    low, high, step = last_known, -1, 1
    while high < 0 or high - low > 1:
        page = read(low + step if high < 0 else (low + high) // 2)
        yield page
        if page.items:
            low, step = page.number, step * 2
        else:
            high = page.number


def effective_size(first: Page, asked: int) -> int:
    """The page size that Robaws really uses, told or shown by page 0."""
    count, told, total = len(first.items), first.size, first.total_items
    if told is not None and 0 < told < asked and count <= told:
        return told
    if count > asked or (0 < count < asked and (total is None or total > count)):
        return count
    return asked


def _smaller_costs_nothing(size: int, total: int) -> bool:
    """Whether pages smaller by one item come to as many pages."""
    return size > 1 and -(-total // (size - 1)) == -(-total // size)
