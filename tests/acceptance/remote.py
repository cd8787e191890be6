"""The stand-in for Robaws in a process of its own, with its side door: to be the person over there."""

import base64
import json
import re
import subprocess
import sys
from http.client import HTTPConnection
from typing import Any

KEY, SECRET = "acceptance-key", "a secret that is never shown"
LOGIN = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
_ADDRESS = re.compile(r"http://(127\.0\.0\.1:\d+)")


class SideDoor:
    """A person in Robaws, through one connection: every thread needs its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = HTTPConnection(url.removeprefix("http://"), timeout=30)

    def close(self) -> None:
        self._connection.close()

    # --- the person in Robaws -------------------------------------------------------------------------

    def ids(self) -> list[str]:
        return list(self._ask("GET", "clients")["ids"])

    def client(self, client_id: str) -> dict[str, Any]:
        return dict(self._ask("GET", f"clients/{client_id}"))

    def edit(self, client_id: str, **changes: Any) -> None:
        self._ask("PATCH", f"clients/{client_id}", changes)

    def add(self, **record: Any) -> str:
        return str(self._ask("POST", "clients", record)["id"])

    def remove(self, *client_ids: str) -> None:
        for each in client_ids:
            self._ask("DELETE", f"clients/{each}")

    # --- how it behaves, and what it counted ----------------------------------------------------------

    def behave(self, *rules: str, latency_ms: float = 0, seed: int = 0) -> None:
        """From now on these faults, and no others."""
        self._ask("PUT", "faults", {"rules": list(rules), "latency_ms": latency_ms, "seed": seed})

    def stats(self) -> dict[str, Any]:
        return dict(self._ask("GET", "stats"))

    def requests(self) -> int:
        return int(self.stats()["requests"])

    def _ask(self, method: str, room: str, body: Any = None) -> Any:
        self._connection.request(method, f"/_simulator/{room}", None if body is None else json.dumps(body))
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status < 300, f"{method} {room}: {answer.status} {text[:200]!r}"
        return json.loads(text) if text else None


class Remote(SideDoor):
    """A running `python -m robaws.simulator`. Options are its own; without limits unless they name one."""

    def __init__(self, *options: str) -> None:
        is_limited = {"--rate", "--burst", "--daily"} & set(options)
        command = [sys.executable, "-m", "robaws.simulator", "--side-door", "--key", KEY, "--secret", SECRET]
        command += [*options, *(() if is_limited else ("--no-limits",))]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        first_line = self.process.stdout.readline()
        found = _ADDRESS.search(first_line)
        assert found, f"the simulator did not start: {first_line!r}"
        super().__init__(found[0])

    def stop(self) -> None:
        self.close()
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
