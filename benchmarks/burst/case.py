"""One burst against one server on one database, and what came of it."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import databases
from benchmarks.burst.calls import requests
from benchmarks.burst.sender import Answers, send
from benchmarks.burst.servers import ALL, Server, started
from benchmarks.web import running

CONNECTIONS = 20
APPLIED_WITHIN_S = 120.0
_APPLIED = "SELECT count(*) FROM robaws_webhook_logs WHERE status = 'processed'"


@dataclass(frozen=True, slots=True)
class Burst:
    """`cpu_ms` is what the server spent on a call; `applied_per_s` is None for who applies nothing afterwards."""

    who: str
    database: str
    sent: int
    stored: int
    answers: Answers
    cpu_ms: float
    applied_per_s: float | None = None

    @property
    def accepted(self) -> int:
        return self.answers.statuses[200]


def bursts(data: Path, workdir: Path, kinds: tuple[str, ...] = databases.KINDS) -> Iterator[Burst]:
    """Everybody on every database there is."""
    for kind in kinds:
        for server in ALL:
            folder = Path(tempfile.mkdtemp(prefix="burst-", dir=workdir))
            with databases.database(kind, folder) as url:
                if url is not None:
                    yield burst(server, kind, url, folder, data)


def burst(server: Server, kind: str, url: str, folder: Path, data: Path) -> Burst:
    with started(server, url, folder) as web:
        calls = list(requests(data, f"{web.host}:{web.port}"))
        warm_up = send(calls[:CONNECTIONS], web.host, web.port, CONNECTIONS)
        before = web.cpu_s()
        answers = send(calls[CONNECTIONS:], web.host, web.port, CONNECTIONS)
        answers.add(warm_up)
        cpu_ms = 1000 * (web.cpu_s() - before) / (len(calls) - CONNECTIONS)
    stored = databases.value(url, server.stored)
    applied_per_s = _applied_per_s(server, url, folder, stored) if server.apply else None
    return Burst(server.name, kind, len(calls), stored, answers, cpu_ms, applied_per_s)


def _applied_per_s(server: Server, url: str, folder: Path, expected: int) -> float:
    """By one worker, from its first event on: its start is not counted."""
    with running(server.apply, server.env(url, folder), folder) as worker:
        first, begun = _until(url, 1, worker)
        done, ended = _until(url, expected, worker)
    return (done - first) / (ended - begun)


def _until(url: str, at_least: int, worker: "subprocess.Popen[bytes]") -> tuple[int, float]:
    deadline = time.monotonic() + APPLIED_WITHIN_S
    while (done := databases.value(url, _APPLIED)) < at_least:
        if worker.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"only {done} of {at_least} events were applied")
        time.sleep(0.02)
    return done, time.monotonic()
