"""Web servers as the harness starts them: two processes of gunicorn with four threads each, on a free port."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import tree_cpu_s
from benchmarks.remote import ROOT

GUNICORN = (
    "--workers=2",
    "--threads=4",
    "--worker-class=gthread",
    "--bind=127.0.0.1:0",
    "--log-level=info",
    "--graceful-timeout=1",
)
BCONNECT_KEY = "only the benchmark uses this"
_ADDRESS = re.compile(r"http://([\d.]+):(\d+)")
_STARTS_WITHIN_S, _ENDS_WITHIN_S = 30.0, 5.0


@dataclass(frozen=True, slots=True)
class Running:
    host: str
    port: int
    pid: int

    def cpu_s(self) -> float:
        """What it and its processes have spent so far."""
        return tree_cpu_s(self.pid)


def environment(database: str, folder: Path) -> dict[str, str]:
    """The whole environment, for ours and for a peer: of the caller's only PATH and language."""
    base = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return base | {
        "HOME": str(folder),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",  # this checkout, wherever the environment is from
        "DATABASE_URL": database,
        "BCONNECT_SECRET_KEY": BCONNECT_KEY,
        "ROBAWS_BASE_URL": "http://127.0.0.1:9",  # nobody is there, and nobody has to be asked
    }


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
def listening(command: tuple[str, ...], env: dict[str, str], folder: Path) -> Iterator[Running]:
    """Until the block is left."""
    with running(command, env, folder) as process:
        host, port = _address(process, folder / f"{Path(command[0]).name}.log")
        time.sleep(1.5)  # the processes that answer begin after the one that listens
        yield Running(host, port, process.pid)


def _address(process: "subprocess.Popen[bytes]", told: Path) -> tuple[str, int]:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        if found := _ADDRESS.search(told.read_text()):
            return found[1], int(found[2])
        time.sleep(0.05)
    raise RuntimeError(f"{' '.join(map(str, process.args))} told no address: {told.read_text()[-500:]}")  # type: ignore[arg-type]
