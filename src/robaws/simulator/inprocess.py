"""The stand-in without a socket: an httpx2 transport, for which broken answers are httpx2's own errors."""

import time
from collections.abc import Callable, Iterator

import httpx2

from robaws.simulator.messages import Break, Handler, Request, Response


class InProcess(httpx2.BaseTransport):
    """Takes every host for Robaws. `sleep` plays the latency; a hanging answer raises at once."""

    def __init__(self, handler: Handler, sleep: Callable[[float], None] = time.sleep) -> None:
        self._handler, self._sleep = handler, sleep

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._handler.handle(
            Request(
                method=request.method,
                target=request.url.raw_path.decode("ascii"),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=request.read(),
            )
        )
        if response.delay_s:
            self._sleep(response.delay_s)
        if response.breaks is not None:
            return _broken(request, response)
        return httpx2.Response(response.status, headers=dict(response.headers), content=response.body)


class _CutStream(httpx2.SyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body[: len(self._body) // 2]
        raise httpx2.RemoteProtocolError("peer closed connection without sending complete message body")


def _broken(request: httpx2.Request, response: Response) -> httpx2.Response:
    match response.breaks:
        case Break.REFUSED:
            raise httpx2.ConnectError("Connection refused", request=request)
        case Break.HANG:
            raise httpx2.ReadTimeout("timed out", request=request)
        case Break.CUT:
            headers = {**response.headers, "Content-Length": str(len(response.body))}
            return httpx2.Response(response.status, headers=headers, stream=_CutStream(response.body))
    raise httpx2.ReadError("Connection reset by peer", request=request)


def in_process_transport(simulated: Handler, sleep: Callable[[float], None] = time.sleep) -> InProcess:
    """A transport for `httpx2.Client(transport=…)` whose other end is `simulated`."""
    return InProcess(simulated, sleep)
