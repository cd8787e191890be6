"""Refused calls: for what reasons, and what may a flood of them cost? A few writes a minute, no more."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from bconnect.webhooks.store import count_refused
from robaws.signature import Reason

WRITES_A_MINUTE = 30
TOO_LARGE = "larger than 1 MiB"
WHY = {
    None: "not signed by an active secret",
    Reason.MISSING: "without a signature",
    Reason.MALFORMED: "with a signature header of another form",
    Reason.STALE: "signed more than 5 minutes ago: a repeat by a third party, or a clock that is wrong",
    Reason.FUTURE: "signed more than 5 minutes in the future: is this machine's clock right?",
    Reason.MISMATCH: "not signed by an active secret",
}
"""For the log and the table only: no answer says more than its status does."""


class Refusals:
    """Counts refused calls. `write` gets a reason, how often, and the time; threads may share it.

    What the allowance of a minute does not cover waits in the process for the next refused call that it does.
    """

    def __init__(
        self,
        write: Callable[[str, int, datetime], None] = count_refused,
        now: Callable[[], datetime] = timezone.now,
    ) -> None:
        self._write, self._now = write, now
        self._lock = threading.Lock()
        self._minute: datetime | None = None
        self._written = 0
        self._waiting: Counter[str] = Counter()

    def note(self, reason: str) -> bool:
        """Count one. Returns whether it was written down."""
        now = self._now()
        due = self._due(reason, now)
        for each, times in due.items():
            self._write(each, times, now)
        return bool(due)

    def forget(self) -> None:
        """Begin anew, as with the next minute; what waits is dropped."""
        with self._lock:
            self._minute, self._waiting = None, Counter()

    def _due(self, reason: str, now: datetime) -> Counter[str]:
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            if minute != self._minute:
                self._minute, self._written = minute, 0
            self._waiting[reason] += 1
            if self._written >= WRITES_A_MINUTE:
                return Counter()
            due, self._waiting = self._waiting, Counter()
            self._written += len(due)
            return due
