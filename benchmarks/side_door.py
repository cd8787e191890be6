"""What only the harness may ask the stand-in: how many requests came, and to change some clients."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from benchmarks.shelf import Shelf


class SideDoor:
    """Counters of the requests at the front door, and the orders that come through the side."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.requests = self.refused = 0

    def answer(self, target: str) -> bytes:
        """`/bench/count` tells and restarts the counters; `/bench/touch?count=N` renames N clients.

        `/bench/city?name=X` tells how many clients have that city.
        """
        parts = urlsplit(target)
        if parts.path == "/bench/city":
            return json.dumps(self._shelf.count_in(parse_qs(parts.query)["name"][0])).encode()
        if parts.path == "/bench/touch":
            self._shelf.touch(int(parse_qs(parts.query)["count"][0]), datetime.now(UTC))
        counted = {"requests": self.requests, "refused": self.refused, "clients": len(self._shelf)}
        self.requests = self.refused = 0
        return json.dumps(counted).encode()
