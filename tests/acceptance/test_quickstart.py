"""docs/quickstart.md, word for word: its commands are read from the page and run in a fresh folder, in turn."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.rig import BCONNECT
from tests.patience import PATIENCE_S

PAGE = Path(__file__).parents[2] / "docs" / "quickstart.md"
FIRST, LAST = "## Play with it", "## Make it rain"
KEEP_THE_TERMINAL = ("simulate_robaws", "serve")


def blocks() -> list[str]:
    """The commands of the part that is played through, a block at a time."""
    part = PAGE.read_text(encoding="utf-8").partition(FIRST)[2].partition(LAST)[0]
    return re.findall(r"^```\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Terminal:
    """Runs blocks as they stand on the page; only where bconnect is and the ports are this machine's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ports = folder, {port: str(free_port()) for port in ("8765", "8000")}
        surroundings = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._environment = {**surroundings, "LANG": "C.UTF-8", "DJANGO_SUPERUSER_PASSWORD": "a long password"}

    def here(self, block: str) -> str:
        for port, free in self._ports.items():
            block = re.sub(rf"\b{port}\b", free, block)
        block = block.replace("createsuperuser", "createsuperuser --noinput")  # the password is typed on the page
        block = re.sub(r"bconnect serve$", f"bconnect serve --port {self._ports['8000']}", block, flags=re.MULTILINE)
        return block.replace("../.venv/bin/bconnect", str(BCONNECT)).replace("mkdir play && cd play", "")

    def type(self, block: str) -> str:
        done = subprocess.run(
            ["bash", "-euc", self.here(block)], cwd=self.folder, env=self._environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def keeping(self, block: str) -> Iterator[None]:
        process = subprocess.Popen(
            ["bash", "-euc", f"exec {self.here(block).strip()}"], cwd=self.folder, env=self._environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            assert "http://127.0.0.1" in process.stdout.readline(), "the first line says that it is ready"
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
            process.stdout.close()


@pytest.mark.skipif(not os.environ["DATABASE_URL"].startswith("sqlite"), reason="the quickstart is on SQLite")
@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_quickstart_works_word_for_word(tmp_path: Path) -> None:
    terminal, said = Terminal(tmp_path), list[str]()
    with ExitStack() as kept:
        for block in blocks():
            if block.split()[1:2] and block.split()[1] in KEEP_THE_TERMINAL:
                kept.enter_context(terminal.keeping(block))
            else:
                said.append(terminal.type(block))
        told = "\n".join(said)
        for words in ("0 to mend", "4,017", "answered 200", "222 CARS LLC", "here → Robaws"):
            assert words in told
        assert renamed(terminal), "the change made in Robaws came by webhook"


def renamed(terminal: Terminal) -> bool:
    look = """../.venv/bin/bconnect shell -v0 -c "print(Customer.objects.get(robaws_client_id='3473').name)" """
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if terminal.type(look).strip() == "222 CARS LLC":
            return True
        time.sleep(0.5)
    return False
