"""What a push counts, and when failure after failure means that Robaws is down."""

from bconnect.sync.tally import Tally
from robaws.errors import LoginRefused, QuotaSpent, RobawsError, Unreachable, is_absent

FAILURES_IN_A_ROW = 5


class RobawsDownError(RobawsError):
    """So many requests failed one after the other that going on makes no sense."""


class PushTally(Tally):
    """The counts of one push. `failed` ends the run where every other customer would fail as well."""

    def __init__(self) -> None:
        super().__init__()
        self._in_a_row = 0

    def came_through(self) -> None:
        """Robaws answered as it should."""
        self._in_a_row = 0

    def failed(self, client_id: str, error: Exception | None) -> None:
        """This customer failed; raises what concerns all the others too."""
        if isinstance(error, LoginRefused | QuotaSpent | Unreachable):
            raise error
        if error is not None and is_absent(error):
            self.fail(client_id, "it is gone from Robaws; the next full sync will mark it inactive")
            return
        self.fail(client_id, str(error))
        if isinstance(error, RobawsError) and error.retry_helps:
            self._in_a_row += 1
            if self._in_a_row >= FAILURES_IN_A_ROW:
                raise RobawsDownError(f"{FAILURES_IN_A_ROW} customers failed in a row, the last: {error}")
