"""Whose endpoint is called, and how each server is started."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.burst.calls import SECRET
from benchmarks.contenders import BCONNECT
from benchmarks.web import GUNICORN, Running, environment, listening


@dataclass(frozen=True, slots=True)
class Server:
    """`stored` counts the events its database holds; `apply` is the command that applies them, where it does not
    do so at once."""

    name: str
    prepare: tuple[str, ...]
    serve: tuple[str, ...]
    stored: str
    apply: tuple[str, ...] = ()

    def env(self, database: str, folder: Path) -> dict[str, str]:
        return environment(database, folder) | {"BENCH_DOOR": self.name, "ROBAWS_WEBHOOK_SECRET": SECRET}


def _peer(door: str) -> Server:
    module = "benchmarks.peers.doors"
    return Server(
        door,
        (sys.executable, "-m", f"{module}.tables"),
        (sys.executable, "-m", "gunicorn", *GUNICORN, f"{module}.wsgi"),
        "SELECT count(*) FROM webhook_log",
    )


OURS = Server(
    "bconnect",
    (BCONNECT, "migrate", "-v0"),
    (BCONNECT, "web", "--port", "0"),
    "SELECT count(*) FROM robaws_webhook_logs WHERE payload IS NOT NULL",
    (BCONNECT, "worker", "--part", "inbox"),
)
AT_WORK = replace(OURS, name="bconnect serve", serve=(BCONNECT, "serve", "--port", "0"), apply=())
"""The same while its worker applies what comes."""
ALL = (_peer("verify_insert"), _peer("inline"), OURS, AT_WORK)


@contextmanager
def started(server: Server, database: str, folder: Path) -> Iterator[Running]:
    """Its tables made, its web server answering."""
    env = server.env(database, folder)
    subprocess.run(server.prepare, env=env, cwd=folder, check=True, capture_output=True)
    with listening(server.serve, env, folder) as web:
        yield web
