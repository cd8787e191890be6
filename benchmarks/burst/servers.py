"""Whose endpoint is called, and how each server is started: two processes of gunicorn with four threads each."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.burst.calls import SECRET
from benchmarks.contenders import BCONNECT
from benchmarks.measure import tree_cpu_s
from benchmarks.remote import ROOT

_ADDRESS = re.compile(r"http://([\d.]+):(\d+)")
_GUNICORN = (
    "--workers=2",
    "--threads=4",
    "--worker-class=gthread",
    "--bind=127.0.0.1:0",
    "--log-level=info",
    "--graceful-timeout=1",
)
_STARTS_WITHIN_S, _ENDS_WITHIN_S = 30.0, 5.0


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
        base = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return base | {
            "HOME": str(folder),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",  # this checkout, wherever the environment is from
            "BENCH_DOOR": self.name,
            "DATABASE_URL": database,
            "ROBAWS_WEBHOOK_SECRET": SECRET,
            "BCONNECT_SECRET_KEY": "only the benchmark uses this",
            "ROBAWS_BASE_URL": "http://127.0.0.1:9",  # nobody is there, and nobody has to be asked
        }


@dataclass(frozen=True, slots=True)
class Running:
    host: str
    port: int
    pid: int

    def cpu_s(self) -> float:
        """What it and its processes have spent so far."""
        return tree_cpu_s(self.pid)


def _peer(door: str) -> Server:
    module = "benchmarks.peers.doors"
    return Server(
        door,
        (sys.executable, "-m", f"{module}.tables"),
        (sys.executable, "-m", "gunicorn", *_GUNICORN, f"{module}.wsgi"),
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
def running(command: tuple[str, ...], env: dict[str, str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    told = folder / f"{Path(command[0]).name}.log"  # a pipe that nobody reads would stop it one day
    with told.open("w") as log:
        process = subprocess.Popen(command, env=env, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def started(server: Server, database: str, folder: Path) -> Iterator[Running]:
    """Its tables made, its web server answering."""
    env = server.env(database, folder)
    subprocess.run(server.prepare, env=env, cwd=folder, check=True, capture_output=True)
    with running(server.serve, env, folder) as process:
        host, port = _address(process, folder / f"{Path(server.serve[0]).name}.log")
        time.sleep(1.5)  # the processes that answer begin after the one that listens
        yield Running(host, port, process.pid)


def _address(process: "subprocess.Popen[bytes]", told: Path) -> tuple[str, int]:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        if found := _ADDRESS.search(told.read_text()):
            return found[1], int(found[2])
        time.sleep(0.05)
    raise RuntimeError(f"{' '.join(map(str, process.args))} told no address: {told.read_text()[-500:]}")  # type: ignore[arg-type]
