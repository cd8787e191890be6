"""How long may a job hold its worker? The engine has no heartbeat, so long work is cut into short slices."""

import time
from collections.abc import Callable
from multiprocessing.synchronize import Event


class SliceOver(KeyboardInterrupt):
    """Raised inside the work, which writes down how far it got."""


class Stopping:
    """Whether this machine's worker is about to end. Shared with the processes that are forked after `share`."""

    def __init__(self) -> None:
        self._event: Event | None = None

    def share(self, event: Event) -> None:
        self._event = event

    def __call__(self) -> bool:
        return self._event is not None and self._event.is_set()


stopping = Stopping()


class Slice:
    """One turn of `seconds`. Work calls `progress` wherever it may be stopped."""

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        is_stopping: Callable[[], bool] = stopping,
    ) -> None:
        self._clock, self._is_stopping = clock, is_stopping
        self._ends_at = clock() + seconds

    @property
    def is_over(self) -> bool:
        return self._is_stopping() or self._clock() >= self._ends_at

    def progress(self, done: int = 0, total: int | None = None) -> None:
        """Raises SliceOver when the turn is over. The arguments are those of every progress callback."""
        if self.is_over:
            raise SliceOver
