"""A list that changes while it is read, and an executor that answers in any order."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from random import Random
from typing import Any

from robaws.client import Page

CLIENTS = 4_017


class MovingList:
    """Records sorted by id; before each answer something may be deleted or created.

    `always` are the ids that were there from the first request on; `totals` is what an answer tells of
    "items" and "pages".
    """

    def __init__(
        self,
        count: int,
        *,
        seed: int = 0,
        p_delete: float = 0.0,
        p_create: float = 0.0,
        cap: int = 100,
        totals: str = "items pages",
        tells_size: bool = True,
        order: Callable[[int], Any] = int,
    ) -> None:
        self.random = Random(seed)
        self.ids = list(range(1, count + 1))
        self.next_id = count + 1
        self.p_delete, self.p_create = p_delete, p_create
        self.cap, self.totals, self.tells_size, self.order = cap, totals, tells_size, order
        self.always: set[str] | None = None
        self.asked: list[int] = []

    def fetch(self, number: int, size: int) -> Page:
        """Answer like Robaws: page from 0."""
        if self.always is None:
            self.always = {str(each) for each in self.ids}
        else:
            self.change()
        self.asked.append(number)
        size = min(size, self.cap)
        ids = sorted(self.ids, key=self.order)[number * size : (number + 1) * size]
        return Page(
            items=[{"id": str(each)} for each in ids],
            number=number,
            size=size if self.tells_size else None,
            total_items=len(self.ids) if "items" in self.totals else None,
            total_pages=-(-len(self.ids) // size) if "pages" in self.totals else None,
        )

    def change(self) -> None:
        """Perhaps delete some, perhaps create some; both at once leave the total as it was."""
        while self.ids and self.random.random() < self.p_delete:
            self.delete(self.random.choice(self.ids))
        while self.random.random() < self.p_create:
            self.ids.append(self.next_id)
            self.next_id += 1

    def delete(self, each: int) -> None:
        """Take one out."""
        self.ids.remove(each)
        assert self.always is not None
        self.always.discard(str(each))


class AnyOrderExecutor(Executor):
    """Runs what was submitted in an order drawn by lot, at the latest when a result is wanted."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)
        self.waiting: list[tuple[_Lazy, Callable[[], Any]]] = []
        self.is_shut = False

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Keep it for later; or some of it is done before whoever submits it goes on."""
        assert not self.is_shut
        future = _Lazy(self)
        self.waiting.append((future, lambda: work(*args, **kwargs)))
        while self.waiting and self._random.random() < 0.3:
            self.run_one()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing runs any more."""
        self.is_shut = True
        self.waiting.clear()

    def run_one(self) -> None:
        """Run one of those that wait."""
        future, work = self.waiting.pop(self._random.randrange(len(self.waiting)))
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 -- as every executor does
            future.set_exception(error)


class TogetherExecutor(AnyOrderExecutor):
    """Whatever waits goes out with the next request; `rounds` are the pages that were on their way together."""

    def __init__(self, fetch: Callable[[int, int], Page]) -> None:
        super().__init__()
        self._fetch, self._is_out = fetch, False
        self.rounds: list[list[int]] = []

    def fetch(self, number: int, size: int) -> Page:
        """The first of a round takes along what waits."""
        if self._is_out:
            self.rounds[-1].append(number)
            return self._fetch(number, size)
        self.rounds.append([number])
        self._is_out = True
        while self.waiting:
            super().run_one()
        self._is_out = False
        return self._fetch(number, size)

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Keep it for later."""
        future = _Lazy(self)
        self.waiting.append((future, lambda: work(*args, **kwargs)))
        return future


class _Lazy(Future[Any]):
    def __init__(self, executor: AnyOrderExecutor) -> None:
        super().__init__()
        self._executor = executor

    def result(self, timeout: float | None = None) -> Any:
        while not self.done():
            self._executor.run_one()
        return super().result(timeout)
