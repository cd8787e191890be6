"""What the tests of the stand-in share: a record, a clock that stands, a caller with a login."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from robaws.simulator import Request, Response, SimulatedRobaws, Tenant

CLIENTS = "/api/v2/clients"
START = 1_760_000_000.0


def record(number: int, **members: Any) -> dict[str, Any]:
    """A client as the data file has it, with `members` put in."""
    whole = {
        "id": str(number),
        "logicId": f"K{number}",
        "name": f"Client {number}",
        "email": f"info@client{number}.be",
        "tel": None,
        "vatNumber": None,
        "address": {"addressLine1": "Kaai 1", "postalCode": "2000", "city": "Antwerpen", "country": "BE"},
        "extraFields": {"Role": {"type": "SELECT", "group": None, "stringValue": "POV"}},
        "createdAt": "2020-01-01T00:00:00.000Z",
        "updatedAt": f"2025-01-01T00:00:{number % 60:02d}.000Z",
    }
    return whole | members


class Clock:
    """Stands until it is told to go on."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Caller:
    """Asks the stand-in as a client with a good login would."""

    simulated: SimulatedRobaws
    clock: Clock

    @property
    def tenant(self) -> Tenant:
        return self.simulated.tenant

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: dict[str, str] | None = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
        login: str = "key:secret",
    ) -> Response:
        sent = {"authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
        if body is not None:
            sent["content-type"] = content_type
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        target = path + (f"?{urlencode(query)}" if query else "")
        return self.simulated.handle(Request(method, target, sent | (headers or {}), raw))

    def page(self, **query: str) -> dict[str, Any]:
        response = self.ask("GET", CLIENTS, query={"include": "extraFields", **query})
        assert response.status == 200, response.body
        page: dict[str, Any] = orjson.loads(response.body)
        return page

    def ids(self, **query: str) -> list[str]:
        return [item["id"] for item in self.page(**query)["items"]]

    def patch(self, number: int, body: object, form: str = "merge-patch+json") -> Response:
        path, content_type = f"{CLIENTS}/{number}", f"application/{form}"
        return self.ask("PATCH", path, body, content_type=content_type, query={"include": "extraFields"})


MakeCaller = Callable[..., Caller]


def body(response: Response) -> dict[str, Any]:
    decoded: dict[str, Any] = orjson.loads(response.body)
    return decoded
