"""A tenant whose webhooks come to us: its deliveries stored as the endpoint does it, and applied."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from bconnect.sync.mapping import Tenant as Mapping
from bconnect.sync.reconcile import Policy
from bconnect.webhooks import store
from bconnect.webhooks.applying import Counts, Inbox
from bconnect.webhooks.envelope import read_envelope
from bconnect.webhooks.models import Delivery
from robaws.records import Record
from robaws.simulator import Request, Response
from robaws.simulator.extra_fields import Definitions
from robaws.simulator.tenant import ROLE_GUID
from tests.integration.rig import Rig, client_record

URL = "/api/webhooks/robaws/customers"
EVENTS = ("client.created", "client.updated")
WITH_GUID = Mapping("Role", ROLE_GUID, "BE")


class WebhookRig(Rig):
    """`reads` lists the clients that were read live."""

    def __init__(self, records: Iterable[dict[str, Any]] = (), **tenant: Any) -> None:
        super().__init__(records, **tenant)
        self.tenant.webhooks.register("http://bconnect.test" + URL, EVENTS)
        self.reads: list[str] = []
        self._after_post: Callable[[], Any] | None = None

    def after_post(self, action: Callable[[], Any]) -> None:
        """Once, just after the next POST was carried out and before its answer arrives."""
        self._after_post = action

    def handle(self, request: Request) -> Response:
        response = super().handle(request)
        if request.method == "POST" and self._after_post is not None:
            action, self._after_post = self._after_post, None
            action()
        return response

    def deliver(self, order: Callable[[list[bytes]], list[bytes]] = list) -> int:
        """Store what Robaws has to tell, in this order; returns how many calls that were."""
        bodies = order([delivery.body for delivery in self.tenant.deliveries()])
        for body in bodies:
            self.store(body)
        return len(bodies)

    def store(self, body: bytes) -> None:
        store.accept(read_envelope(body), self.clock.now())

    def tell(self, event_id: str, data: Any, event: str = "client.updated") -> None:
        """Store one event that a test made up."""
        self.store(orjson.dumps({"id": event_id, "event": event, "data": data}))

    def inbox(self, read_live: Callable[[str], Record] | None = None, **options: Any) -> Inbox:
        return Inbox(self.mapping, Policy(self.policy), read_live or self._read_live, now=self.clock.now, **options)

    def apply(self, limit: int = 100) -> Counts:
        """Apply until nothing is due."""
        total, inbox = Counts(), self.inbox()
        while (counts := inbox.apply(limit)).taken:
            total.add(counts)
        return total

    def _read_live(self, client_id: str) -> Record:
        self.reads.append(client_id)
        with self.client() as client:
            return client.get_client(client_id)


def pulled(*numbers: int, **tenant: Any) -> WebhookRig:
    """A tenant with these clients, all of them pulled, an hour later."""
    rig = WebhookRig([client_record(number) for number in numbers or (1,)], **tenant)
    rig.pull("full")
    rig.clock.pass_(3600)
    return rig


def keyed_by_guid(record: dict[str, Any]) -> dict[str, Any]:
    definitions = Definitions({"Role": ROLE_GUID})
    definitions.learn(record.get("extraFields"))
    return {**record, "extraFields": definitions.keyed_by_guid(record.get("extraFields"))}


def events() -> list[Delivery]:
    return list(Delivery.objects.order_by("id"))


def statuses() -> list[str]:
    return [str(each.status) for each in events()]
