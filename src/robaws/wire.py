"""One request out, one whole answer in, over kept-alive connections; every way to fail becomes a RobawsError.

Below httpx2's Client on purpose: that one logs whole URLs, keeps cookies and follows redirects.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import httpx2

from robaws.errors import BadAnswer, ConnectionLost, Misconfigured, RobawsError, TimedOut, Unreachable

LARGEST_BODY_BYTES = 64 * 1024 * 1024
_LIMITS = httpx2.Limits(max_connections=16, max_keepalive_connections=16, keepalive_expiry=30)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """Status, headers and the whole decoded body."""

    status: int
    headers: httpx2.Headers
    body: bytes


class Wire:
    """Sends over a connection pool; thread-safe. `whole_answer_s` bounds an answer that only trickles in."""

    def __init__(
        self,
        pool: httpx2.BaseTransport,
        *,
        connect_s: float,
        read_s: float,
        whole_answer_s: float = 120,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool, self._clock, self._whole_answer_s = pool, clock, whole_answer_s
        timeout = httpx2.Timeout(read_s, connect=connect_s, pool=whole_answer_s)
        self._extensions = {"timeout": timeout.as_dict()}

    def send(
        self,
        method: str,
        url: str,
        headers: list[tuple[bytes, bytes]],
        body: bytes | None,
        *,
        heard: Callable[[httpx2.Headers], None] = lambda headers: None,
    ) -> RawAnswer:
        """Raises Unreachable, TimedOut, ConnectionLost, BadAnswer or Misconfigured.

        `heard` is called with the answer's headers before its body is read: they count though it breaks off.
        """
        try:
            request = httpx2.Request(method, url, headers=headers, content=body, extensions=self._extensions)
            response = self._pool.handle_request(request)
            try:
                heard(response.headers)
                return RawAnswer(response.status_code, response.headers, self._read(response))
            finally:
                response.close()
        except (httpx2.TransportError, httpx2.DecodingError, httpx2.InvalidURL) as error:
            raise _translated(error, request_name(method, url)) from error

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _read(self, response: httpx2.Response) -> bytes:
        chunks: list[bytes] = []
        size, deadline = 0, self._clock() + self._whole_answer_s
        for chunk in response.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_BODY_BYTES:
                raise BadAnswer(
                    f"an answer of more than {LARGEST_BODY_BYTES >> 20} MiB: check the base URL, "
                    "or ask for smaller pages",
                    retry_helps=False,
                )
            if self._clock() > deadline:
                raise TimedOut(f"the answer was not complete after {self._whole_answer_s:.0f} s: try later")
        return b"".join(chunks)


def open_pool(base_url: str) -> httpx2.BaseTransport:
    """Connections to this host, through the proxy of the environment where one is set."""
    url = httpx2.URL(base_url)
    proxy = None if proxy_bypass(url.host) else getproxies().get(url.scheme)
    is_plain = url.scheme == "http" and proxy is None
    # Reading the certificates costs more CPU than a hundred pages; plain HTTP has no use for them.
    return httpx2.HTTPTransport(verify=not is_plain, limits=_LIMITS, proxy=proxy)


def request_name(method: str, url: str) -> str:
    """How a request is called in messages: no query, no host, nothing secret."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    return f"{method} /{path}"


def _translated(error: Exception, name: str) -> RobawsError:
    match error:
        case httpx2.ConnectError() | httpx2.ConnectTimeout() | httpx2.PoolTimeout() | httpx2.ProxyError():
            return Unreachable(
                f"{name}: no connection ({_why(error)}): check the network, the base URL and its certificate"
            )
        case httpx2.TimeoutException():
            return TimedOut(f"{name}: no answer in time; a write may have been applied: look, then try again")
        case httpx2.UnsupportedProtocol() | httpx2.LocalProtocolError() | httpx2.InvalidURL():
            return Misconfigured(f"{name} cannot be sent ({_why(error)}): check the base URL")
        case httpx2.DecodingError():
            return BadAnswer(f"{name}: the compressed answer is broken: check what stands between")
    return ConnectionLost(
        f"{name}: the connection broke off ({_why(error)}); a write may have been applied: look first"
    )


def _why(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__
