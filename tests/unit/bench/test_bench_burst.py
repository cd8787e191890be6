"""The burst of webhook calls: signed as Robaws signs, every answer counted, the targets held against ours alone."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
from benchmarks.burst import table
from benchmarks.burst.calls import SECRET, requests
from benchmarks.burst.case import Burst
from benchmarks.burst.sender import LOST, Answers, send
from benchmarks.data import BUNDLED
from benchmarks.targets import Verdict

from robaws.signature import verify

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
CLOSING = b"HTTP/1.1 500 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
CUT = b""


@contextmanager
def server(*answers: bytes) -> Iterator[int]:
    """Gives these answers, over and over, to requests of one line; CUT and CLOSING close the connection."""
    left = iter(list(answers) * 100)

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline():
                answer = next(left)
                self.wfile.write(answer)
                if answer in (CUT, CLOSING):
                    return

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:  # leaving it waits for its threads
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield int(listening.server_address[1])
        finally:
            listening.shutdown()
            thread.join()


def test_the_calls_are_signed_and_each_of_another_client():
    calls = list(islice(requests(BUNDLED, "127.0.0.1:1"), 50))
    for call in calls:
        head, _, body = call.partition(b"\r\n\r\n")
        (header,) = [line for line in head.decode().split("\r\n") if line.startswith("Robaws-Signature: ")]
        assert verify(header.removeprefix("Robaws-Signature: "), body, [SECRET], time.time()).ok
        assert f"Content-Length: {len(body)}" in head.decode()
    assert len(set(calls)) == 50


@pytest.mark.parametrize(
    ("answers", "statuses"),
    [
        ((LENGTH,), {200: 40}),
        ((CHUNKED,), {200: 40}),
        ((LENGTH, CLOSING), {200: 20, 500: 20}),
        ((LENGTH, CUT), {200: 20, LOST: 20}),
    ],
)
def test_every_call_is_sent_once_and_its_answer_counted(answers: tuple[bytes, ...], statuses: dict[int, int]):
    with server(*answers) as port:
        told = send([b"call\n"] * 40, "127.0.0.1", port, 1)
    assert told.statuses == statuses
    assert len(told.times_s) == 40


def burst(who: str, applied_per_s: float | None, **answers: float) -> Burst:
    times_s = [answers.get("each_s", 0.01)] * 90 + [answers.get("longest_s", 0.02)] * 10
    told = Answers(Counter({200: 100}), times_s, 1.0)
    return Burst(who, "SQLite", 100, int(answers.get("stored", 100)), told, 1.0, applied_per_s)


def verdicts(*bursts: Burst) -> list[bool | None]:
    found: list[Verdict] = list(table.verdicts(bursts))
    return [verdict.met for verdict in found]


def test_only_ours_has_targets_to_reach():
    assert verdicts(burst("inline", None), burst("bconnect", 1000)) == [True] * 4
    assert verdicts(burst("bconnect", 299, longest_s=3, stored=99)) == [False] * 4
    assert verdicts(burst("bconnect serve", None)) == [True] * 3
