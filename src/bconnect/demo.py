"""`make demo`: a Robaws of one's own, a full sync of it, and the web UI, in a folder of its own.

Every step is the command a user would type, in a process of its own. The folder is their working directory
and its `.env` their only settings, so no other database and no other tenant is ever touched. SERVE=0 ends
the demo after the sync.
"""

import fcntl
import json
import os
import re
import secrets
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

FOLDER = Path(".demo")
NOT_INHERITED = ("ROBAWS_", "BCONNECT_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
USUAL_PORT = 8000
STOP_WITHIN_S = 15.0
DONE, NOT_DONE, INTERRUPTED = 0, 3, 130


class DemoError(Exception):
    """The demo can't go on; the message is the line to show, `status` what it exits with."""

    def __init__(self, line: str, status: int) -> None:
        super().__init__(line)
        self.status = status


def main() -> int:
    """Runs the demo and returns its exit status: 0, the failing step's, or 130 where it was stopped early."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with _own(FOLDER):
            return _demo()
    except DemoError as error:
        _say(f"\nThe demo ends here: {error}", sys.stderr.fileno())
        return error.status
    except KeyboardInterrupt:
        _say("\nThe demo was stopped.", sys.stderr.fileno())
        return INTERRUPTED


def _demo() -> int:
    with _running([sys.executable, "-m", "robaws.simulator", "--port", "0"], piped=True) as simulator:
        _settle(_line_of(simulator, "the Robaws simulator"))
        _step("migrate", "--verbosity", "0")
        _step("sync_customers", "--full")
        if os.environ.get("SERVE", "1") == "0":
            return DONE
        _answer("create_demo_intakes")
        _answer("find_duplicates", "--json")
        login = json.loads(_answer("create_demo_user", "--json"))
        return _serve(login)


def _settle(simulator_line: str) -> None:
    """Write the settings of all further steps: the address and login that the simulator told."""
    told = re.search(r"at (?P<url>http://\S+) key (?P<key>\S+) secret (?P<secret>\S+)", simulator_line)
    if told is None:
        raise DemoError(f"the simulator's first line was {simulator_line!r}, without an address.", NOT_DONE)
    _say(simulator_line.strip())
    settings = {
        "DATABASE_URL": "sqlite:///bconnect.sqlite3",
        "BCONNECT_SECRET_KEY": secrets.token_urlsafe(50),
        "ROBAWS_BASE_URL": told["url"],
        "ROBAWS_API_KEY": told["key"],
        "ROBAWS_API_SECRET": told["secret"],
    }
    (FOLDER / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def _serve(login: dict[str, str]) -> int:
    """Serve the web UI until Ctrl-C or SIGTERM, which are the way it is meant to end."""
    with _running([*_bconnect("serve"), "--port", str(_free_port())], piped=True) as web:
        address = _line_of(web, "the web UI").split()[2]
        bconnect = shlex.quote(str(Path(sys.executable).absolute().with_name("bconnect")))
        _say(
            f"\nOpen      {address}\nLog in as {login['username']}\nPassword  {login['password']}\n\n"
            f"Other commands on this demo: cd {FOLDER} && {bconnect} sync_customers --dry-run\nCtrl-C ends it."
        )
        try:
            status = web.wait()
        except KeyboardInterrupt:
            return DONE
    raise DemoError(f"the web UI ended by itself with status {status}.", status or NOT_DONE)


# --- processes ------------------------------------------------------------------------------------------


def _bconnect(*words: str) -> list[str]:
    return [sys.executable, "-m", "bconnect.cli", *words]


def _step(*words: str) -> None:
    """Run a command as if typed, and show it."""
    _say(f"\n$ bconnect {' '.join(words)}")
    with _running(_bconnect(*words)) as process:
        _check(words, process.wait())


def _answer(*words: str) -> str:
    """Run a command unseen and return what it wrote; its errors are seen."""
    with _running(_bconnect(*words), piped=True) as process:
        answer, _ = process.communicate()
        _check(words, process.returncode)
    return answer


def _check(words: Sequence[str], status: int) -> None:
    if status:
        raise DemoError(f"`bconnect {' '.join(words)}` ended with status {status}; see above.", status)


def _line_of(process: "subprocess.Popen[str]", name: str) -> str:
    """The first line it writes, which says that it is ready."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        status = process.wait()
        raise DemoError(f"{name} did not start (status {status}).", status or NOT_DONE)
    return line


@contextmanager
def _running(command: list[str], *, piped: bool = False) -> "Iterator[subprocess.Popen[str]]":
    """A child in the demo's folder, ended when the block is left."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    output = subprocess.PIPE if piped else None
    process = subprocess.Popen(command, cwd=FOLDER, env=inherited, stdout=output, text=True)  # noqa: S603 - words of our own
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()  # does nothing to one that has ended
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


# --- the machine ----------------------------------------------------------------------------------------


@contextmanager
def _own(folder: Path) -> Iterator[None]:
    """The folder, without an earlier demo's data, for this demo alone."""
    with ExitStack() as held:
        try:
            folder.mkdir(exist_ok=True)
            lock = held.enter_context((folder / "lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in folder.glob("bconnect.sqlite3*"):
                left.unlink()
        except BlockingIOError as error:
            raise DemoError(f"another demo runs in {folder.absolute()}: end it first.", NOT_DONE) from error
        except OSError as error:
            raise DemoError(f"its folder {folder.absolute()} can't be used: {error}.", NOT_DONE) from error
        yield


def _free_port() -> int:
    for port in (USUAL_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError("no port of this machine is free.", NOT_DONE)


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _say(line: str, to: int = 1) -> None:
    """Unbuffered, so that it stands in the right place among the lines of the children."""
    os.write(to, f"{line}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
