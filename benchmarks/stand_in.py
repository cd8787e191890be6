"""A Robaws that costs almost nothing: `/api/v2/clients` from ready-made pages, in a process of its own.

Beyond 100,000 clients the pages are made as they are asked for, which takes 1 to 2 ms each.

Neither ours nor a peer's: none of the contenders knows it, and its CPU time is not counted. It prints its
address as its first line and ends when its standard input does, so that it never outlives the harness.
"""

import argparse
import asyncio
import base64
import re
import sys
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.data import BUNDLED, Clients
from benchmarks.login import KEY, SECRET
from benchmarks.shelf import Shelf
from benchmarks.side_door import SideDoor

_LOGIN = b"Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode())
_CONTENT_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
}


class Bucket:
    """The real token bucket: `rate` tokens a second, at most `burst` of them."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self._tokens, self._at = float(burst), 0.0

    def take(self, now: float) -> int | None:
        """The whole tokens left after this request, or None: refused."""
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1:
            return None
        self._tokens -= 1
        return int(self._tokens)


class Connection(asyncio.Protocol):
    """One keep-alive connection; requests are answered in the order they came."""

    def __init__(self, door: SideDoor, shelf: Shelf, bucket: Bucket | None, latency_s: float) -> None:
        self._door, self._shelf, self._bucket, self._latency_s = door, shelf, bucket, latency_s
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        while (end := self._unread.find(b"\r\n\r\n") + 4) > 3:
            head = self._unread[:end]
            whole = end + _length(head)
            if len(self._unread) < whole:
                return
            body, self._unread = self._unread[end:whole], self._unread[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        target = head.split(b" ", 2)[1].decode("ascii")
        if target.startswith("/bench/"):
            self._send(200, self._door.answer(target))
            return
        status, answer, extra = self._robaws(head, target, body)
        asyncio.get_running_loop().call_later(self._latency_s, self._send, status, answer, extra)

    def _robaws(self, head: bytes, target: str, body: bytes) -> tuple[int, bytes, str]:
        self._door.requests += 1
        extra = ""
        if self._bucket:
            left = self._bucket.take(asyncio.get_running_loop().time())
            extra = f"X-RateLimit-Remaining: {left or 0}\r\n"
            if left is None:
                self._door.refused += 1
                return 429, b'{"message":"Too many requests"}', f"{extra}Retry-After: 1\r\n"
        if _LOGIN not in head:
            return 401, b'{"message":"Bad credentials"}', extra
        parts = urlsplit(target)
        if head.startswith(b"PATCH "):
            return *self._shelf.patch(parts.path, body, datetime.now(UTC)), extra
        return *self._shelf.answer(parts.path, parts.query), extra

    def _send(self, status: int, body: bytes, extra: str = "") -> None:
        date = formatdate(usegmt=True)  # a client may go by this clock rather than by its own
        head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nDate: {date}\r\n{extra}"
        head += "Content-Type: application/json\r\n"
        self._transport.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def _length(head: bytes) -> int:
    found = _CONTENT_LENGTH.search(head)
    return int(found[1]) if found else 0


async def serve(options: argparse.Namespace) -> None:
    shelf = Shelf(Clients(options.data, options.clients))
    door = SideDoor(shelf)
    bucket = Bucket(options.rate, options.burst) if options.rate else None
    loop = asyncio.get_running_loop()
    latency_s = options.latency_ms / 1000
    server = await loop.create_server(lambda: Connection(door, shelf, bucket, latency_s), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.stand_in", description=__doc__)
    parser.add_argument("--data", type=Path, default=BUNDLED)
    parser.add_argument("--clients", type=int, help="how many; default: as many as the file holds")
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--rate", type=float, default=0, help="requests a second; 0: no limit")
    parser.add_argument("--burst", type=int, default=20)
    asyncio.run(serve(parser.parse_args()))
