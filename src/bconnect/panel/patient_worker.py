"""gunicorn's threaded worker, whose threads never wait for a caller: a request gets one when all of it is here.

gunicorn gives it one with its first byte, which then waits for the rest without a limit, and for the caller to take the
answer: with as many silent callers as there are threads nobody is answered any more.
"""

import selectors
import socket
import struct
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from bconnect.panel.arriving import Arriving, TooLargeError

ARRIVES_WITHIN_S = 10.0
TAKES_SOMETHING_WITHIN_S = 10
"""How long a thread waits for a caller to take the next part of its answer."""
PIECE_BYTES = 64 * 1024
MOST_HELD_BYTES = 64 * 1024 * 1024
"""Of all that is on its way to one process. What is beyond that is dropped."""

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"  # RFC 9110, 10.1.1; gunicorn says it again once the request has a thread
TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Receives in the main loop, which waits for all connections at once. All but `handle` runs there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arriving: dict[Any, Arriving] = {}
        self._held = 0

    def enqueue_req(self, conn: Any) -> None:
        """A connection that is new, or has something to read again."""
        arriving = Arriving(self.cfg, conn.client, time.monotonic() + ARRIVES_WITHIN_S)
        self._arriving[conn] = arriving
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))
        if conn.parser is not None:  # what came along with the last request
            self._add(arriving, conn.parser.unreader.take_buffered())
        self._receive(conn, conn.sock)

    def handle(self, conn: Any) -> Any:
        conn.sock.setblocking(True)
        # The kernel's own limit: one of Python's would be taken back by gunicorn.
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", TAKES_SOMETHING_WITHIN_S, 0))
        conn.init()
        conn.parser.unreader.unread(conn.received)
        conn.received = b""
        return super().handle(conn)

    def murder_pending(self) -> None:
        """Called about every second: drop what did not come in time, and while stopping what has not begun."""
        super().murder_pending()
        now = time.monotonic()
        for conn, arriving in list(self._arriving.items()):
            if now >= arriving.ends_at or not (self.alive or arriving.received):
                self._drop(conn)

    def _receive(self, conn: Any, _sock: Any) -> None:
        arriving = self._arriving[conn]
        try:
            piece = conn.sock.recv(PIECE_BYTES)
            is_over = not piece
            self._add(arriving, piece)
        except BlockingIOError:
            is_over = False
        except OSError:
            self._drop(conn)
            return
        try:
            if is_over and not arriving.received:
                self._drop(conn)
            elif is_over or arriving.is_whole():
                self._hand_over(conn)
            elif self._held > MOST_HELD_BYTES:
                self._drop(conn)
            elif arriving.waits:
                arriving.waits = False
                with suppress(OSError):
                    conn.sock.send(GO_ON)
        except TooLargeError:
            self._refuse(conn)

    def _add(self, arriving: Arriving, piece: bytes) -> None:
        arriving.add(piece)
        self._held += len(piece)

    def _hand_over(self, conn: Any) -> None:
        conn.received = bytes(self._let_go(conn).received)
        super().enqueue_req(conn)

    def _refuse(self, conn: Any) -> None:
        with suppress(OSError):
            conn.sock.send(TOO_LARGE)
        self._drop(conn)

    def _drop(self, conn: Any) -> None:
        self._let_go(conn)
        self.nr_conns -= 1
        conn.close()

    def _let_go(self, conn: Any) -> Arriving:
        arriving = self._arriving.pop(conn)
        self._held -= len(arriving.received)
        self.poller.unregister(conn.sock)
        return arriving
