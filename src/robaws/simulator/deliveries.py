"""A registered endpoint, one webhook call to it, and how badly the calls behave."""

from dataclasses import dataclass

from robaws.signature import sign
from robaws.simulator.messages import JsonObject


@dataclass(frozen=True, slots=True)
class Habits:
    """How badly the calls behave; shares are 0..1, times in seconds.

    `attempts` is how often one call is tried, `suspend_after` how many failures in a row suspend an endpoint.
    """

    lose: float = 0.0
    repeat: float = 0.0
    reorder: float = 0.0
    partial: float = 0.0
    delay_s: float = 0.0
    reorder_within_s: float = 1.0
    guid_keys: bool = False
    attempts: int = 5
    back_off_s: float = 1.0
    suspend_after: int = 25


@dataclass(slots=True)
class Endpoint:
    """A registration. `secret` is shown in the answer to the registration only."""

    id: str
    url: str
    events: tuple[str, ...]
    secret: str
    failures: int = 0
    suspended: bool = False

    def shown(self) -> JsonObject:
        status = "SUSPENDED" if self.suspended else "ACTIVE"
        return {"id": self.id, "url": self.url, "events": list(self.events), "status": status}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call to one endpoint. `due` is on the tenant's clock; `attempt` counts from 1."""

    endpoint_id: str
    url: str
    secret: str
    event: str
    body: bytes
    due: float
    attempt: int = 1

    def headers(self, now: float) -> dict[str, str]:
        """Signed at the moment of sending, so that a retry carries a fresh time."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "Robaws-Webhooks/1.0",
            "Robaws-Signature": sign(self.secret, self.body, int(now)),
        }
