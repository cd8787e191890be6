"""What goes in and out of the stand-in: a request, a response, and how an answer may fail to arrive."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qsl

import orjson

JsonObject = dict[str, Any]


class Mode(Enum):
    """Which database answers (Robaws, "API rate limiting"): each has a daily quota of its own."""

    LIVE = "live"
    REPLICA = "replica"


class Break(Enum):
    """How an answer fails to arrive. The transport (HTTP or in-process) plays it."""

    REFUSED = "refused"  # no connection at all
    RESET = "reset"  # the connection dies instead of an answer
    HANG = "hang"  # nothing comes until the client gives up
    CUT = "cut"  # the head and half of the body, then the connection dies


@dataclass(frozen=True, slots=True)
class Request:
    """`target` is path and raw query; header names are lower-case; `peer` is the caller's address."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str = "127.0.0.1"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The decoded body.

        Raises: Problem (400) when it is not JSON.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise Problem(400, "The body is not valid JSON") from error


@dataclass(frozen=True, slots=True)
class Response:
    """`delay_s` is the time the answer takes, or until `calm` is set; `breaks` says that it does not arrive whole."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    calm: threading.Event | None = field(default=None, compare=False)
    breaks: Break | None = None


class Handler(Protocol):
    """What answers requests: the stand-in, or the side door around it."""

    def handle(self, request: Request) -> Response: ...


class Problem(Exception):  # noqa: N818 - it is an answer, raised from wherever the reason is found
    """An answer other than 2xx: `fields` holds a message per member of the body."""

    def __init__(self, status: int, message: str, fields: Mapping[str, str] | None = None, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message, self.fields = status, message, dict(fields or {})
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def response(self, path: str) -> Response:
        body: JsonObject = {
            "status": self.status,
            "error": HTTPStatus(self.status).phrase,
            "message": self.message,
            "path": path,
        }
        if self.fields:
            body["errors"] = [{"field": name, "message": text} for name, text in self.fields.items()]
        return json_response(self.status, body, self.headers)


def json_response(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    """`body` may be bytes that are JSON already: a page is joined from encoded records."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Response(status, raw, {"Content-Type": "application/json", **(headers or {})})
