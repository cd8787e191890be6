"""The peers' own virtual environment, so that what they need never mixes with what the product needs."""

import subprocess
import sys
from pathlib import Path

_HOME = Path(__file__).parent
_VENV = _HOME / ".venv-peers"
_WANTED = _HOME / "peers/requirements.txt"
_INSTALLED = _VENV / "installed.txt"  # the requirements as they were when the installation succeeded

PYTHON = str(_VENV / "bin/python")


def ensure() -> None:
    """Create or renew it where the requirements changed; raises CalledProcessError where pip cannot."""
    if _INSTALLED.exists() and _INSTALLED.read_text() == _WANTED.read_text():
        return
    print(f"installing the peers into {_VENV.relative_to(_HOME.parent)} …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(_VENV)], check=True)
    (_VENV / ".gitignore").write_text("*\n")  # as venv itself writes from Python 3.13 on
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", str(_WANTED)], check=True)
    _INSTALLED.write_text(_WANTED.read_text())


def versions() -> str:
    """What is pinned, in one line."""
    lines = (line.strip() for line in _WANTED.read_text().splitlines())
    return ", ".join(line.replace("==", " ") for line in lines if line and not line.startswith("#"))
