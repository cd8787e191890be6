"""The day's requests: how many were taken, and what those who take them could know of it."""

from collections import Counter
from random import Random

from robaws.simulator import Request, Response, Tenant
from robaws.simulator.limits import Gate, Limits
from robaws.simulator.messages import Break, Mode
from tests.integration.rig import Clock
from tests.simulation.ledger import Violation

RESERVE, FREE, FEW = 500, 100, 4
"""Of a day's requests: those left to others, those that are free, and of which few may be left."""
LEFT = "X-RateLimit-Daily-Remaining"


class Quota:
    """Robaws tells with every answer how many are left. Whoever has once heard it has to count from there on; of an
    answer that was lost nobody hears anything."""

    def __init__(self, tenant: Tenant, clock: Clock) -> None:
        self._tenant, self._clock = tenant, clock
        self.renew()

    def renew(self) -> None:
        self._begin(None)

    def spend(self, chance: Random) -> None:
        """Others have used up nearly all that is free."""
        self._begin(Limits(per_day=RESERVE + FREE, retry_after=True))
        for mode in Mode:
            self._tenant.gate.spend(mode, chance.randint(FREE - FEW, FREE))

    def sets_out(self, request: Request) -> bool:
        """A request is sent. Whether by then anybody had been told how many are left."""
        return _mode(request) in self._told

    def check(self, request: Request, *, knew: bool) -> None:
        """What is left of the day is for others, once anybody was told how much that is."""
        mode = _mode(request)
        if not knew:
            # Nobody had been told when it set out; who was told meanwhile was not told of this one.
            self._uncounted[mode] += mode in self._told
            return
        taken = self._tenant.gate.snapshot()["spent"][mode] - FREE
        if taken > self._uncounted[mode]:
            raise Violation(f"{taken} {mode} requests are taken from the daily reserve")

    def heard(self, request: Request, response: Response) -> None:
        """The answer has arrived, or its head at least."""
        if response.breaks in (None, Break.CUT) and LEFT in response.headers:
            self._told.add(_mode(request))

    def _begin(self, limits: Limits | None) -> None:
        self._tenant.gate = Gate(limits, self._clock)
        self._told: set[str] = set()
        self._uncounted = Counter[str]()


def _mode(request: Request) -> str:
    return request.headers.get("database-mode") or Mode.LIVE.value
