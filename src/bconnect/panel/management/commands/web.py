"""`bconnect web`: the web UI."""

import argparse
import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bconnect.operations.refusals import NOT_DONE, refuse_unmigrated, refuse_without_secret_key


class Command(BaseCommand):
    help = "Serve the web UI."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
        parser.add_argument("--port", type=_port, default=8000, help="0 takes any free one (8000)")
        parser.add_argument("--workers", type=_count, default=2, help="processes (2)")
        parser.add_argument("--threads", type=_count, default=4, help="threads of each process (4)")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_without_secret_key()
        refuse_unmigrated()
        _refuse_occupied(options["host"], options["port"])
        # Loaded last: a refusal need not wait for the server.
        from bconnect.panel.server import Listening, Server

        listening = Listening(options["host"], options["port"], options["workers"], options["threads"])
        Server(listening, self._ready).run()

    def _ready(self, address: str) -> None:
        self.stdout.write(f"bconnect at {address}  (Ctrl-C stops it)")
        self.stdout.flush()


def _refuse_occupied(host: str, port: int) -> None:
    """gunicorn would try for five seconds and tell of each attempt."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            f"Can't listen on {host}, port {port}: {error.strerror}. Choose others with --host and --port.",
            returncode=NOT_DONE,
        ) from error


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"must be a port from 0 to 65535, not {text!r}")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, not {text!r}")
    return int(text)
