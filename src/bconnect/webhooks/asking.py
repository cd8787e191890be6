"""Live reads for what events leave open, with a rest where Robaws does not answer at all.

Without the rest every doubtful event would wait for the same time-out, and new events behind all of them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.exceptions import ImproperlyConfigured

from robaws.errors import Absent, BadAnswer, Refused, RobawsError
from robaws.records import Record

REST = timedelta(seconds=30)
_OF_ONE_CLIENT = (Absent, Refused, BadAnswer)

ReadLive = Callable[[str], Record]
"""One client, live. Raises RobawsError, or ImproperlyConfigured without a login."""


class Asking:
    """Reads clients; after an answer that would be everybody's it asks no more for a while."""

    def __init__(self, read_live: ReadLive, now: Callable[[], datetime]) -> None:
        self._read_live, self._now = read_live, now
        self._rests_until: datetime | None = None
        self.reason = ""

    def rests_until(self) -> datetime | None:
        """When it may be asked again; None for now."""
        return self._rests_until if self._rests_until and self._rests_until > self._now() else None

    def __call__(self, client_id: str) -> Record:
        """Raises RobawsError and ImproperlyConfigured."""
        try:
            record = self._read_live(client_id)
        except (RobawsError, ImproperlyConfigured) as error:
            if not isinstance(error, _OF_ONE_CLIENT):
                self._rests_until, self.reason = self._now() + REST, str(error)
            raise
        self._rests_until = None
        return record
