"""The stand-in as the harness holds it: started for a case, asked for its counts, ended with the case."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).parent.parent
_OPENER = build_opener(ProxyHandler({}))  # a proxy of the machine has no business on the loopback


@dataclass(frozen=True, slots=True)
class Count:
    """What came to the stand-in since it was last asked."""

    requests: int
    refused: int  # answered 429
    clients: int  # how many it has


@dataclass(frozen=True, slots=True)
class Remote:
    """A running stand-in; `url` is its address without a path."""

    url: str

    def count(self) -> Count:
        """The requests since the last call of this, or of `touch`."""
        return self._ask("/bench/count")

    def touch(self, clients: int) -> Count:
        """Change `clients` clients, spread over the whole list."""
        return self._ask(f"/bench/touch?count={clients}")

    def count_in(self, city: str) -> int:
        """How many of its clients have this city."""
        with _OPENER.open(f"{self.url}/bench/city?name={city}", timeout=60) as answer:
            return int(json.load(answer))

    def _ask(self, path: str) -> Count:
        with _OPENER.open(self.url + path, timeout=60) as answer:
            return Count(**json.load(answer))


@contextmanager
def stand_in(
    data: Path, clients: int | None = None, *, latency_ms: float = 0, rate: float = 0, burst: int = 20
) -> Iterator[Remote]:
    """Serve `clients` clients (None: those of the file) in another process; `rate` 0 means no limit."""
    options = [f"--data={data}", f"--latency-ms={latency_ms}", f"--rate={rate}", f"--burst={burst}"]
    if clients is not None:
        options.append(f"--clients={clients}")
    command = [sys.executable, "-m", "benchmarks.stand_in", *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        url = server.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"the stand-in did not start: run {' '.join(command)} to see why")
        yield Remote(url)
        # leaving the block closes its standard input, which ends it
