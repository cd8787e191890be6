"""The replica database: the live one as it was some seconds ago.

Robaws, "API rate limiting": it is eventually consistent.
"""

from collections import deque
from collections.abc import Callable

from robaws.simulator.roster import Entry, Roster


class Replica:
    """Follows `live` by `lag_s`. Without a lag it is the live roster itself, and costs nothing."""

    def __init__(self, live: Roster, lag_s: float, clock: Callable[[], float]) -> None:
        self.roster = live.copy() if lag_s > 0 else live
        self._lag_s, self._clock = lag_s, clock
        self._coming: deque[tuple[float, int, Entry | None]] = deque()

    def follow(self, number: int, entry: Entry | None) -> None:
        """Notes a change of the live database; None is a deletion."""
        if self._lag_s > 0:
            self._coming.append((self._clock() + self._lag_s, number, entry))

    def catch_up(self) -> None:
        """Takes over the changes that are old enough."""
        while self._coming and self._coming[0][0] <= self._clock():
            _, number, entry = self._coming.popleft()
            if entry is None:
                self.roster.drop(number)
            else:
                self.roster.put(entry)
