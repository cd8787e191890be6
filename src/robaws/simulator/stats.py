"""What was asked of the stand-in: counters that a test or a benchmark reads."""

import re
import threading
from collections import Counter

from robaws.simulator.messages import Break, Mode, Request

_ID = re.compile(r"(/api/v2/[a-z-]+)/[^/]+$")


def operation(method: str, path: str) -> str:
    """`PATCH /api/v2/clients/{id}`: the request without the id."""
    template = _ID.sub(r"\1/{id}", path)
    return f"{method} {template}"


class Stats:
    """Thread-safe. `requests` counts every request that arrived, `too_many` every 429 that was given."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self.requests = 0
            self.too_many = 0
            self.broken = 0
            self.statuses: Counter[int] = Counter()
            self.operations: Counter[str] = Counter()
            self.modes: Counter[str] = Counter()

    @property
    def writes(self) -> int:
        """Requests that meant to change a client, whatever became of them."""
        writes = ("POST ", "PUT ", "PATCH ", "DELETE ")
        return sum(n for name, n in self.operations.items() if name.startswith(writes) and "/clients" in name)

    def count(self, request: Request, mode: Mode, status: int, breaks: Break | None) -> None:
        with self._lock:
            self.requests += 1
            self.too_many += status == 429
            self.broken += breaks is not None
            self.statuses[status] += 1
            self.operations[operation(request.method, request.path)] += 1
            self.modes[mode.value] += 1

    def snapshot(self) -> dict[str, object]:
        """Everything as plain values, for JSON."""
        with self._lock:
            return {
                "requests": self.requests,
                "too_many": self.too_many,
                "broken": self.broken,
                "writes": self.writes,
                "statuses": {str(status): n for status, n in self.statuses.items()},
                "operations": dict(self.operations),
                "modes": dict(self.modes),
            }
