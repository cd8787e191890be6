"""Whoever calls the webhook's address: Robaws as its documentation describes it, or a stranger.

Written from the documentation alone (Robaws, "Webhooks"), so that a mistake in our own signatures shows here.
"""

import hashlib
import hmac
import json
import socket
import time
import uuid
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

PATH = "/api/webhooks/robaws/customers"
NO_ANSWER = 0


def signature(secret: str, body: bytes, at: float | None = None) -> str:
    moment = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def event(client: dict[str, Any], event_id: str = "", kind: str = "client.updated") -> bytes:
    return json.dumps({"id": event_id or str(uuid.uuid4()), "event": kind, "data": client}).encode()


def later(seconds: float) -> str:
    """An `updatedAt` so far from now. One of more than an hour ahead is not believed."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Caller:
    """Calls one address, over one connection that is opened anew where it broke."""

    def __init__(self, address: str, secret: str) -> None:
        self._netloc, self._secret = urlsplit(address).netloc, secret
        self._connection = HTTPConnection(self._netloc, timeout=20)

    def post(self, body: bytes, *, path: str = PATH, **headers: str) -> int:
        """The answer's status, signed unless `Robaws_Signature` says otherwise; NO_ANSWER where there was none."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"Robaws-Signature": signature(self._secret, body), "Content-Type": "application/json", **named}
        return self.ask("POST", path, body, {name: value for name, value in named.items() if value})

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> int:
        try:
            self._connection.request(method, path, body, headers or {})
            answer = self._connection.getresponse()
            content = answer.read()
        except OSError:
            self._connection.close()
            return NO_ANSWER
        assert b"Traceback" not in content
        assert len(content) < 100, "an answer that says more than it has to"
        return answer.status

    def raw(self, request: bytes) -> int:
        """The status of the answer to these very bytes."""
        host, port = self._netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall(request)
            head = line.recv(4096)
        return int(head.split(b" ", 2)[1]) if head else NO_ANSWER

    def close(self) -> None:
        self._connection.close()
