"""Several requests on their way at once, their answers in the order asked for."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from functools import partial
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


LOOK_UP_S = 1.0


class Lookahead(Generic[T]):
    """Runs `work` on an executor, at most `ahead` ahead of the consumer; without one, in line.

    While the consumer waits for a result, `while_waiting` is called every LOOK_UP_S in its thread; what that raises
    ends the waiting.
    """

    def __init__(
        self,
        work: Callable[[int], T],
        ahead: int,
        make_executor: Callable[[], Executor] | None,
        while_waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self._work, self._ahead, self._make, self._while_waiting = work, ahead, make_executor, while_waiting
        self._executor: Executor | None = None
        self._waiting: deque[Future[T]] = deque()

    def comes_within(self, seconds: float) -> bool:
        """Whether the next result is there already, or is after this long at most; false where none is asked for."""
        return bool(self._waiting) and bool(wait([self._waiting[0]], seconds).done)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None:
            # A consumer that left (its loop ended early, or somebody pressed Ctrl-C) does not wait for answers
            # that nobody will read.
            self._executor.shutdown(wait=kind is None, cancel_futures=True)
            self._executor = None

    def soon(self, number: int) -> Callable[[], T]:
        """Begin one piece of work; what is returned waits for its result."""
        executor = self._opened()
        if executor is None:
            return partial(self._work, number)
        return partial(self._awaited, executor.submit(self._work, number))

    def results(self, numbers: Iterable[int]) -> Generator[T, None, None]:
        """The results in the order of `numbers`, which is drawn from as places become free.

        The first ones are on their way when this returns.
        """
        source = iter(numbers)
        if self._opened() is None:
            return (self._work(number) for number in source)
        waiting = self._waiting = deque()
        self._fill(waiting, source)
        return self._drawn(waiting, source)

    def _opened(self) -> Executor | None:
        if self._executor is None and self._make is not None:
            self._executor = self._make()
        return self._executor

    def _drawn(self, waiting: "deque[Future[T]]", source: Iterator[int]) -> Generator[T, None, None]:
        try:
            while waiting:
                result = self._awaited(waiting.popleft())
                self._fill(waiting, source)  # before the consumer works, so that the wire never rests
                yield result
        finally:
            for future in waiting:
                future.cancel()
            waiting.clear()

    def _awaited(self, future: Future[T]) -> T:
        while True:
            try:
                return future.result(LOOK_UP_S)
            except TimeoutError:
                if future.done():
                    return future.result()
            self._while_waiting()

    def _fill(self, waiting: "deque[Future[T]]", source: Iterator[int]) -> None:
        assert self._executor is not None
        while len(waiting) < self._ahead:
            number = next(source, None)
            if number is None:
                return
            waiting.append(self._executor.submit(self._work, number))
