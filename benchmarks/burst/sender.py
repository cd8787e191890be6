"""Many calls over a few kept connections, each waiting for its answer: statuses and times.

One thread and no parsing beyond the status line and the length: on a small machine the sender shares the
processors with the server, so what it spends would count against it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

LONGEST_S = 60.0
LOST = 0
"""In place of a status: the connection broke before the answer."""


@dataclass(slots=True)
class Answers:
    """How often each status came, and every call's time in seconds, sorted."""

    statuses: Counter[int] = field(default_factory=Counter)
    times_s: list[float] = field(default_factory=list)
    wall_s: float = 0.0

    def add(self, other: "Answers") -> None:
        """Those of another sending too; the wall time stays this one's."""
        self.statuses.update(other.statuses)

    @property
    def per_s(self) -> float:
        return len(self.times_s) / self.wall_s

    def percentile_ms(self, share: float) -> float:
        return 1000 * self.times_s[min(len(self.times_s) - 1, int(len(self.times_s) * share))]


def send(requests: Sequence[bytes], host: str, port: int, connections: int) -> Answers:
    """Send all of them, `connections` at a time."""
    return asyncio.run(_send(requests, host, port, connections))


async def _send(requests: Sequence[bytes], host: str, port: int, connections: int) -> Answers:
    answers, left = Answers(), iter(requests)
    begun = time.perf_counter()
    await asyncio.gather(*(_one_by_one(left, host, port, answers) for _ in range(connections)))
    answers.wall_s = time.perf_counter() - begun
    answers.times_s.sort()
    return answers


async def _one_by_one(left: Iterator[bytes], host: str, port: int, answers: Answers) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for request in left:
        begun = time.perf_counter()
        try:
            status, stays_open = await asyncio.wait_for(_ask(reader, writer, request), LONGEST_S)
        except (OSError, EOFError, ValueError, TimeoutError):
            status, stays_open = LOST, False
        answers.statuses[status] += 1
        answers.times_s.append(time.perf_counter() - begun)
        if not stays_open:
            await _closed(writer)
            reader, writer = await asyncio.open_connection(host, port)
    await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):  # it broke before
        await writer.wait_closed()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, bool]:
    """Status, and whether the connection can be used again."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, length = head.partition(b"content-length:")
    if length:
        await reader.readexactly(int(length.split(b"\r\n", 1)[0]))
    else:  # in chunks, the last of which is empty
        await reader.readuntil(b"0\r\n\r\n")
    return int(head.split(b" ", 2)[1]), b"connection: close" not in head
