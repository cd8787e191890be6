"""A call to ourselves, as Robaws would send it: is the address reached, the signature believed, the event kept?

The event is of a type of our own, so that it is stored and then ignored: it must not become a customer.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import orjson

from bconnect.webhooks.models import Delivery
from robaws.signature import sign

EVENT = "bconnect.test"
TIMEOUT_S = 2.0
"""Robaws waits no longer (Robaws, "Webhooks")."""


class NotReachedError(Exception):
    """Nobody answered at the address."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of the call. `is_stored` says whether the event is in this database."""

    status: int
    duration_ms: float
    is_stored: bool

    @property
    def is_good(self) -> bool:
        return self.status == 200 and self.is_stored


def event(event_id: str) -> dict[str, Any]:
    """An event of the size and shape of `client.updated`, about an invented client."""
    address = {"addressLine1": "Teststraat 1", "addressLine2": None, "postalCode": "2000", "city": "Antwerpen"}
    return {
        "id": event_id,
        "event": EVENT,
        "data": {
            "id": "0",
            "name": "bconnect test",
            "email": "test@bconnect.invalid",
            "tel": "+32 3 000 00 00",
            "address": {**address, "country": "BE"},
            "extraFields": {"Role": {"type": "SELECT", "group": None, "stringValue": "POV"}},
            "updatedAt": "2026-01-01T00:00:00.000Z",
        },
    }


def call(url: str, secret: str, now: float, *, transport: httpx2.BaseTransport | None = None) -> Trial:
    """Send one. `now`: seconds since 1970. Raises NotReachedError."""
    event_id = f"{EVENT}-{uuid4()}"
    body = orjson.dumps(event(event_id))
    headers = {"Content-Type": "application/json", "Robaws-Signature": sign(secret, body, int(now))}
    try:
        with httpx2.Client(transport=transport, timeout=TIMEOUT_S) as client:
            answer = client.post(url, content=body, headers=headers)
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise NotReachedError(
            f"{url} does not answer ({type(error).__name__}): is `bconnect web` running, and is this its address?"
        ) from error
    duration_ms = answer.elapsed.total_seconds() * 1000
    return Trial(answer.status_code, duration_ms, Delivery.objects.filter(robaws_id=event_id).exists())
