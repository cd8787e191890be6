"""Clients over a handler function instead of a network."""

from collections.abc import Callable
from typing import Any

import httpx2
from robaws_fake_clock import FakeClock

from robaws.auth import Auth, BasicAuth
from robaws.client import RobawsClient
from robaws.limiter import Limiter, MemoryStore
from robaws.transport import Transport

Handler = Callable[[httpx2.Request], httpx2.Response]
BASE = "https://robaws.example"


def transport_over(
    handler: Handler, clock: FakeClock | None = None, auth: Auth | None = None, **options: Any
) -> Transport:
    """A transport whose clock only sleeping moves, with no jitter."""
    clock = clock or FakeClock()
    limiter = Limiter(MemoryStore(clock), sleep=clock.sleep, clock=clock)
    options = {"base_url": BASE, "random": lambda: 1.0, **options}
    return Transport(
        auth=auth or BasicAuth("key", "topsecret"),
        limiter=limiter,
        wire=httpx2.MockTransport(handler),
        sleep=clock.sleep,
        clock=clock,
        **options,
    )


def client_over(handler: Handler, **options: Any) -> RobawsClient:
    """A client over `transport_over`."""
    return RobawsClient(transport_over(handler, **options))


class Script:
    """A handler that plays answers one after the other, the last one for ever; `asked` keeps the requests."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self._answers[0] if len(self._answers) == 1 else self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def ok(body: object = None, **headers: str) -> httpx2.Response:
    """A 200 with JSON."""
    return httpx2.Response(200, json={} if body is None else body, headers=headers)
