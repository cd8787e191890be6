"""The same questions to our list, to Django's own admin and to the database alone, all on one database."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks import databases
from benchmarks.burst.sender import send
from benchmarks.contenders import BCONNECT
from benchmarks.pages import plain_sql
from benchmarks.pages.questions import KINDS, LIST, STOCK_LIST, Question, questions
from benchmarks.web import GUNICORN, Running, environment, listening

OURS, STOCK, SQL = "bconnect", "stock admin", "SQL alone"
REPEATS = 7
_WARM_UPS, _WARM_UP_CONNECTIONS = 24, 6


@dataclass(frozen=True, slots=True)
class Asked:
    """All answers to one kind of question. `cpu_ms` is what the server spent on each; None of the database alone."""

    database: str
    customers: int
    kind: str
    who: str
    times_s: Sequence[float]  # sorted
    cpu_ms: float | None = None
    refused: int = 0

    def percentile_ms(self, share: float) -> float:
        return 1000 * self.times_s[min(len(self.times_s) - 1, int(len(self.times_s) * share))]

    @property
    def fault(self) -> str | None:
        return f"{self.refused} of {len(self.times_s)} were not answered 200" if self.refused else None


def answers(
    sizes: Sequence[int], workdir: Path, kinds: Sequence[str] = databases.KINDS, repeats: int = REPEATS
) -> Iterator[Asked]:
    """Everybody, with as many customers as each of `sizes`, on every database there is."""
    for kind in kinds:
        for customers in sizes:
            folder = Path(tempfile.mkdtemp(prefix="pages-", dir=workdir))
            with databases.database(kind, folder) as url:
                if url is not None:
                    yield from _on_one(url, kind, customers, folder, repeats)


def _on_one(url: str, database: str, customers: int, folder: Path, repeats: int) -> Iterator[Asked]:
    env = environment(url, folder)
    command = [sys.executable, "-m", "benchmarks.pages.load", str(customers)]
    told = subprocess.run(command, env=env, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout
    everything = list(questions(customers))
    for kind in KINDS:
        plain = [each for each in everything if each.kind == kind and each.where is not None]
        if plain:
            times_s = plain_sql.times_s(url, plain * repeats)
            yield Asked(database, customers, kind, SQL, times_s)
    servers = {
        OURS: (BCONNECT, "web", "--port", "0"),
        STOCK: (sys.executable, "-m", "gunicorn", *GUNICORN, "benchmarks.peers.stock.wsgi"),
    }
    for who, serve in servers.items():
        with listening(serve, env, folder) as web:
            visit = _Visit(web, told.strip())
            visit.warm_up(STOCK_LIST if who == STOCK else LIST)
            for kind in KINDS:
                asked = [each for each in everything if each.kind == kind]
                paths = [path for each in asked if (path := _path(each, who)) is not None]
                if paths:
                    times_s, cpu_ms, refused = visit.ask(paths * repeats)
                    yield Asked(database, customers, kind, who, times_s, cpu_ms, refused)


def _path(question: Question, who: str) -> str | None:
    return question.stock if who == STOCK else question.ours


class _Visit:
    """Somebody logged in, who asks one thing after the other over one connection, as a browser does."""

    def __init__(self, web: Running, session: str) -> None:
        self._web = web
        self._head = (
            f"Host: {web.host}:{web.port}\r\nCookie: sessionid={session}\r\n"
            "Accept: text/html\r\nAccept-Language: en\r\nAccept-Encoding: gzip\r\n\r\n"
        )

    def warm_up(self, path: str) -> None:
        """Both processes show a page: the first takes several times as long."""
        send([self._request(path)] * _WARM_UPS, self._web.host, self._web.port, _WARM_UP_CONNECTIONS)

    def ask(self, paths: Sequence[str]) -> tuple[list[float], float, int]:
        """Times in seconds, sorted; CPU in ms a request; how many were not answered 200."""
        before = self._web.cpu_s()
        told = send([self._request(path) for path in paths], self._web.host, self._web.port, 1)
        cpu_ms = 1000 * (self._web.cpu_s() - before) / len(paths)
        return told.times_s, cpu_ms, len(paths) - told.statuses[200]

    def _request(self, path: str) -> bytes:
        return f"GET {quote(path, safe='/?&=+')} HTTP/1.1\r\n{self._head}".encode()
