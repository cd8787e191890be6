"""`bconnect web`: what it needs to start, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

BCONNECT = str(Path(sys.executable).parent / "bconnect")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings of an installation that is ready to serve."""
    settings = {
        **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        "DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('web')}/bconnect.sqlite3",
        "BCONNECT_SECRET_KEY": "a key",
    }
    subprocess.run([BCONNECT, "migrate", "--verbosity", "0"], env=settings, check=True, timeout=PATIENCE_S)
    return settings


def refused(settings: dict[str, str], *options: str) -> str:
    """The one line of a start that is refused."""
    done = subprocess.run(
        [BCONNECT, "web", "--port", "0", *options],
        env=settings, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def web(migrated: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [BCONNECT, "web", "--port", "0", "--workers", "1"],
        env=migrated, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def address_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().split()[2]


def port_of(address: str) -> int:
    return int(address.rstrip("/").rpartition(":")[2])


def test_without_a_secret_key_it_names_the_variable(migrated: dict[str, str]) -> None:
    assert "BCONNECT_SECRET_KEY" in refused({**migrated, "BCONNECT_SECRET_KEY": ""})


def test_before_the_migrations_it_names_the_command(migrated: dict[str, str], tmp_path: Path) -> None:
    assert "bconnect migrate" in refused({**migrated, "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"})


def test_without_a_database_it_names_the_variable(migrated: dict[str, str], tmp_path: Path) -> None:
    assert "DATABASE_URL" in refused({**migrated, "DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder.sqlite3"})


def test_on_an_occupied_port_it_says_how_to_choose_another(migrated: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        assert "--port" in refused(migrated, "--port", str(occupied.getsockname()[1]))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_answers_and_ends_cleanly(web: "subprocess.Popen[str]", number: int) -> None:
    address = address_of(web)
    with urllib.request.urlopen(address + "readyz") as answer:
        assert answer.read() == b"ok\n"
    web.send_signal(number)
    assert web.wait(PATIENCE_S) == 0


SIGNED = f"Robaws-Signature: t={int(time.time())},v1={64 * '0'}"
UNFINISHED = {
    "a line": "POST /api/webhooks/robaws/customers HT",
    "a head": "GET /admin/login/ HTTP/1.1\r\nHost: localhost\r\n",
    "a webhook": "POST /api/webhooks/robaws/customers HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
    f"{SIGNED}\r\n\r\n{{",
    "chunks": "POST /api/webhooks/robaws/customers HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    f"{SIGNED}\r\n\r\nffff\r\n0\r\n\r\n",
    "a form": f"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken={32 * 'x'}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nx=",
    "a caller who takes no answer": 300 * "GET /static/unfold/css/styles.css HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("begun", UNFINISHED.values(), ids=UNFINISHED.keys())
def test_silent_callers_keep_nobody_from_being_answered(web: "subprocess.Popen[str]", begun: str) -> None:
    address = address_of(web)
    port = port_of(address)
    with ExitStack() as callers:
        for _ in range(8):  # twice as many as it has threads
            caller = callers.enter_context(socket.socket())
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            caller.connect(("127.0.0.1", port))
            caller.sendall(begun.encode())
        time.sleep(2)
        with urllib.request.urlopen(address + "healthz", timeout=60) as answer:
            assert answer.status == 200


def test_a_caller_who_asks_before_the_body_is_told_to_go_on(web: "subprocess.Popen[str]") -> None:
    with socket.create_connection(("127.0.0.1", port_of(address_of(web))), timeout=PATIENCE_S) as caller:
        head = "POST /api/webhooks/robaws/customers HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        caller.sendall(f"{head}Content-Length: 2\r\n\r\n".encode())
        assert caller.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        caller.sendall(b"{}")
        answer = b""
        while b" 401 " not in answer:
            piece = caller.recv(1000)
            assert piece, answer
            answer += piece


def test_behind_a_proxy_that_ends_tls_cookies_are_secure(web: "subprocess.Popen[str]") -> None:
    request = urllib.request.Request(address_of(web) + "admin/login/", headers={"X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(request) as answer:
        assert "Secure" in answer.headers["Set-Cookie"]
