"""A demo under way, as `make demo` starts it, in a folder of the test's own."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.patience import PATIENCE_S


class DemoRun:
    """`python -m bconnect.demo` with `settings` in its environment. `text` is what it has written so far."""

    def __init__(self, folder: Path, **settings: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name != "SERVE"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bconnect.demo"],
            cwd=folder,
            env={**kept, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.folder = folder
        self.text = ""
        self._said = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, pattern: str) -> str:
        """The first group of the first match in what it writes; fails where it ends without one."""
        with self._said:
            self._said.wait_for(lambda: re.search(pattern, self.text) or self._ended, PATIENCE_S)
            match = re.search(pattern, self.text)
        assert match, f"no {pattern!r} in:\n{self.text}"
        return match[1]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Stop it and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.status()

    def status(self) -> int:
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert "Traceback" not in self.text, self.text
        return status

    _ended = False

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._said:
                self.text += line
                self._said.notify_all()
        with self._said:
            self._ended = True
            self._said.notify_all()
        self.process.stdout.close()
