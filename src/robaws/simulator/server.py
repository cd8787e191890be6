"""The stand-in over HTTP/1.1: keep-alive, a thread per connection, faults that only a socket can show."""

import contextlib
import socket
import socketserver
import struct
import sys
import threading
import time
from types import TracebackType
from typing import Self, cast

from robaws.simulator.api import SimulatedRobaws
from robaws.simulator.courier import Courier
from robaws.simulator.messages import Break, Handler, Request, Response
from robaws.simulator.side_door import SideDoor
from robaws.simulator.wire import MalformedRequestError, head, read_request, wants_close

_LONGEST_HANG_S = 300.0
_LOOK_EVERY_S = 0.1


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: Handler) -> None:
        self.handler = handler
        self.stopping = threading.Event()
        self.connections: set[socket.socket] = set()
        super().__init__(address, _Connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is no error of ours; anything else is shown as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(cast("socket.socket", request), client_address)

    def hang_up(self) -> None:
        """Ends the connections that are kept alive."""
        self.stopping.set()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):  # the caller may have gone already
                connection.shutdown(socket.SHUT_RDWR)


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        listener = cast("_Listener", self.server)
        listener.connections.add(self.connection)
        try:
            self._converse(listener, str(self.client_address[0]))
        finally:
            listener.connections.discard(self.connection)

    def _converse(self, listener: _Listener, peer: str) -> None:
        try:
            while (request := read_request(self.rfile, peer)) is not None and not listener.stopping.is_set():
                if not self._answer(listener, request) or wants_close(request):
                    return
        except MalformedRequestError as error:
            refusal = Response(400, str(error).encode(), {"Content-Type": "text/plain"})
            self.connection.sendall(head(refusal, close=True) + refusal.body)

    def _answer(self, listener: _Listener, request: Request) -> bool:
        """Whether the connection lives on."""
        response = listener.handler.handle(request)
        if response.delay_s:
            _wait(response, listener.stopping)
        if response.breaks is None:
            self.connection.sendall(head(response) + response.body)
            return True
        if response.breaks is Break.HANG:
            listener.stopping.wait(_LONGEST_HANG_S)
        elif response.breaks is Break.CUT:
            self.connection.sendall(head(response) + response.body[: len(response.body) // 2])
        else:
            # Closing with a linger time of nought sends a reset; it must come before the server's orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        return False


def _wait(response: Response, stopping: threading.Event) -> None:
    """Until the answer is due, the faults that delay it are over, or the server stops."""
    due = time.monotonic() + response.delay_s
    while (left_s := due - time.monotonic()) > 0 and not (response.calm and response.calm.is_set()):
        if stopping.wait(min(left_s, _LOOK_EVERY_S)):
            return


class RunningServer:
    """Answers at `url` until `stop`; webhook calls are sent meanwhile. Usable as a context manager."""

    def __init__(self, simulated: SimulatedRobaws, listener: _Listener) -> None:
        self.simulated = simulated
        host, port = listener.server_address[:2]
        self.url = f"http://{host!s}:{port}"
        self._listener = listener
        self._courier = Courier(simulated.tenant.webhooks, simulated.tenant.clock)
        self._thread = threading.Thread(
            target=listener.serve_forever, args=(0.1,), name="robaws-simulator", daemon=True
        )
        self._thread.start()
        self._courier.start()

    def stop(self) -> None:
        self._listener.shutdown()
        self._listener.hang_up()
        self._listener.server_close()
        self._courier.stop()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(
    simulated: SimulatedRobaws, host: str = "127.0.0.1", port: int = 0, *, side_door: bool = False
) -> RunningServer:
    """Starts answering at once; port 0 takes any free one. `side_door` opens `/_simulator/` to this machine.

    Raises: OSError when the address can not be bound.
    """
    handler: Handler = SideDoor(simulated) if side_door else simulated
    return RunningServer(simulated, _Listener((host, port), handler))
