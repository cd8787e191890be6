"""HTTP/1.1 as bytes: reads a request from a stream, writes a response. Only what the stand-in's callers use.

Own code and not `http.server`, whose parsing takes more time than the stand-in's answer.
"""

from http import HTTPStatus
from io import BufferedIOBase

from robaws.simulator.messages import Request, Response

_LONGEST_LINE = 65_536
_MOST_HEADERS = 200
_LARGEST_BODY = 64 * 1024 * 1024


class MalformedRequestError(Exception):
    """What came is no HTTP/1.1 request with a Content-Length; the connection must be closed."""


def read_request(stream: BufferedIOBase, peer: str) -> Request | None:
    """The next request, or None when the caller hung up. Raises: MalformedRequestError."""
    line = _line(stream)
    if not line:
        return None
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise MalformedRequestError(f"no request line: {line[:80]!r}")
    headers = _headers(stream)
    return Request(parts[0], parts[1], headers, _body(stream, headers), peer)


def head(response: Response, *, close: bool = False) -> bytes:
    """Status line and headers, with the length of the whole body."""
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    if response.status != 204:
        lines.append(f"Content-Length: {len(response.body)}")
    if close:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def wants_close(request: Request) -> bool:
    return request.headers.get("connection", "").lower() == "close"


def _line(stream: BufferedIOBase) -> str:
    return stream.readline(_LONGEST_LINE).decode("latin-1").rstrip("\r\n")


def _headers(stream: BufferedIOBase) -> dict[str, str]:
    headers: dict[str, str] = {}
    while line := _line(stream):
        name, colon, value = line.partition(":")
        if not colon or len(headers) >= _MOST_HEADERS:
            raise MalformedRequestError(f"no header: {line[:80]!r}")
        headers[name.strip().lower()] = value.strip()
    return headers


def _body(stream: BufferedIOBase, headers: dict[str, str]) -> bytes:
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not length.isdecimal() or int(length) > _LARGEST_BODY:
        raise MalformedRequestError("a body needs a Content-Length of at most 64 MiB")
    body = stream.read(int(length)) if length != "0" else b""
    if len(body) < int(length):
        raise MalformedRequestError("the body is shorter than its Content-Length")
    return body
