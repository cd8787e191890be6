"""Several requests on their way at once: each step runs in a thread of the pool; without one, at once and in line."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, as_completed, wait
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


class InFlight:
    """What is started here has ended when the block is left, but by Ctrl-C. A step's own error comes out there."""

    def __init__(self, pool: Executor | None) -> None:
        self._pool = pool
        self._started: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or issubclass(kind, Exception):
            wait(self._started)
        for step in self._started if kind is None else ():
            step.result()

    def start(self, step: Callable[[T], None], item: T) -> None:
        """Do this with the item, and don't wait for it."""
        if self._pool is None:
            step(item)
        else:
            self._started.append(self._pool.submit(step, item))

    def done(self, step: Callable[[T], None], items: Iterable[T]) -> Iterator[T]:
        """Do this with every item; each comes as soon as it is done."""
        if self._pool is None:
            for item in items:
                step(item)
                yield item
            return
        steps = {self._pool.submit(step, item): item for item in items}
        self._started += steps
        for finished in as_completed(steps):
            finished.result()
            yield steps[finished]
