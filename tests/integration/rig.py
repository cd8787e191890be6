"""A tenant in memory and everything needed to pull from it: no socket, no thread, no wait."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from bconnect.customers.models import Customer
from bconnect.sync.apply import Applier
from bconnect.sync.incoming import Origin
from bconnect.sync.lease import Lease
from bconnect.sync.mapping import Tenant as Mapping
from bconnect.sync.models import SyncRun
from bconnect.sync.pull import Pull, PullOptions
from bconnect.sync.push import Push, PushOptions
from bconnect.sync.reconcile import Policy
from bconnect.sync.tally import Tally
from robaws.auth import BasicAuth
from robaws.client import RobawsClient
from robaws.limiter import Limiter, MemoryStore
from robaws.simulator import Faults, Request, Response, SimulatedRobaws, Tenant, in_process_transport
from robaws.transport import Transport

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def client_record(number: int, **members: Any) -> dict[str, Any]:
    """A tidy client, as Robaws sends one."""
    record: dict[str, Any] = {
        "id": str(number),
        "name": f"Client {number}",
        "email": f"info@client{number}.be",
        "tel": None,
        "gsm": None,
        "website": None,
        "vatNumber": None,
        "language": "nl",
        "currency": "EUR",
        "clientType": "company",
        "address": {
            "addressLine1": f"Kerkstraat {number}",
            "addressLine2": None,
            "postalCode": "2000",
            "city": "Antwerpen",
            "country": "België",
        },
        "extraFields": {"Role": {"type": "SELECT", "group": None, "stringValue": "FORWARDER"}},
        "createdAt": "2024-01-01T00:00:00.000Z",
        "updatedAt": "2024-01-01T00:00:00.000Z",
    }
    return {**record, **members}


class Clock:
    """The one clock of both sides; it stands still until somebody moves it."""

    def __init__(self) -> None:
        self.seconds = START.timestamp()

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds


class Rig:
    """One Robaws tenant, one table. `requests` counts what the last pull or push sent."""

    def __init__(self, records: Iterable[dict[str, Any]] = (), **tenant: Any) -> None:
        self.clock = Clock()
        self.tenant = Tenant(records, clock=self.clock, **tenant)
        self.robaws = SimulatedRobaws(self.tenant)
        self.mapping = Mapping("Role", "", "BE")
        self.policy = "manual"
        self.requests = 0
        self._instead: dict[tuple[str, str], Response] = {}
        self._spelt: dict[bytes, bytes] = {}
        self._before_patch: Callable[[], Any] | None = None
        self._after_patch: Callable[[], Any] | None = None
        self._once: dict[tuple[str, str], tuple[dict[str, Any], Callable[[], Any]]] = {}

    def faults(self, *rules: str, seed: int = 0) -> None:
        """From now on Robaws behaves like this."""
        self.robaws.faults = Faults(*rules, seed=seed)

    def client(self) -> RobawsClient:
        self.limits = MemoryStore(self.clock)
        limiter = Limiter(self.limits, 1e6, 1000, sleep=self.clock.pass_, clock=self.clock)
        wire = in_process_transport(self, sleep=self.clock.pass_)
        return RobawsClient(
            Transport(
                "http://robaws.test",
                BasicAuth("key", "secret"),
                limiter,
                wire=wire,
                sleep=self.clock.pass_,
                random=lambda: 0.5,
                clock=self.clock,
            )
        )

    def pull(self, kind: str = "incremental", *args: Any, **options: Any) -> Tally:
        return self.run(kind, *args, **options)[1]

    def run(
        self,
        kind: str,
        *args: Any,
        allow_mass_deactivation: bool = False,
        interrupt_after: int | None = None,
        **kwargs: Any,
    ) -> tuple[SyncRun, Tally]:
        """`kind` is a method of Pull: full, incremental, limited, one.

        `interrupt_after` presses Ctrl-C after so many pages.
        """
        pages = 0

        def progress(done: int, total: int | None) -> None:
            nonlocal pages
            pages += 1
            if pages == interrupt_after:
                raise KeyboardInterrupt

        options = PullOptions(who="test", policy=Policy(self.policy), allow_mass_deactivation=allow_mass_deactivation)
        with self.client() as client, Lease() as lease:
            try:
                pull = Pull(client, self.mapping, options, lease=lease, progress=progress, now=self.clock.now)
                work: Callable[..., tuple[SyncRun, Tally]] = getattr(pull, kind)
                return work(*args, **kwargs)
            finally:
                self.requests = client.requests

    def push(self, executor: Callable[[], Executor] | None = None, **options: Any) -> Tally:
        options = {"who": "test", "policy": Policy(self.policy), **options}
        with self.client() as client, Lease() as lease:
            try:
                push = Push(
                    client, self.mapping, PushOptions(**options), lease=lease, tenant_key="test", executor=executor,
                    now=self.clock.now,
                )  # fmt: skip
                return push.run()[1]
            finally:
                self.requests = client.requests

    def writes(self) -> int:
        """How many write requests Robaws has got so far."""
        return self.tenant.stats.writes

    def before_patch(self, action: Callable[[], Any]) -> None:
        """Once, just before the next PATCH arrives."""
        self._before_patch = action

    def after_patch(self, action: Callable[[], Any]) -> None:
        """Once, just after the next PATCH was applied and before its answer arrives."""
        self._after_patch = action

    def answer_once_with(self, method: str, path: str, record: dict[str, Any], action: Callable[[], Any]) -> None:
        """The next such request gets this record, and `action` happens while it is on its way."""
        self._once[(method, path)] = (record, action)

    def take_in(self, client_id: str) -> None:
        """What a webhook does meanwhile: the client as it is now, taken in by another process."""
        record = {**self.remote(client_id)}
        Applier(self.mapping, Policy(self.policy), now=self.clock.now).apply([record], Origin.EVENT)

    def answer_instead(self, method: str, path: str, status: int) -> None:
        """From now on this request gets this status and nothing else."""
        self._instead[(method, path)] = Response(status, b"{}", {"Content-Type": "application/json"})

    def spell(self, text: bytes, raw: bytes) -> None:
        """From now on every answer has these bytes where Robaws wrote `text`."""
        self._spelt[text] = raw

    def answer_as_before(self) -> None:
        self._instead.clear()

    def handle(self, request: Request) -> Response:
        """Robaws, with what a test slips in front of it."""
        if (request.method, request.path) in self._instead:
            return self._instead[(request.method, request.path)]
        if (request.method, request.path) in self._once:
            record, action = self._once.pop((request.method, request.path))
            action()
            return Response(200, orjson.dumps(record), {"Content-Type": "application/json"})
        if request.method == "PATCH" and self._before_patch is not None:
            action, self._before_patch = self._before_patch, None
            action()
        response = self.robaws.handle(request)
        for text, raw in self._spelt.items():
            response = replace(response, body=response.body.replace(text, raw))
        if request.method == "PATCH" and self._after_patch is not None:
            action, self._after_patch = self._after_patch, None
            action()
        return response

    def remote(self, client_id: str) -> dict[str, Any]:
        """The client as Robaws holds it."""
        return dict(self.tenant.clients[client_id])

    def edit(self, client_id: str, **changes: Any) -> None:
        """What a person changes in Robaws' own web application, a second later."""
        self.clock.pass_(1)
        self.tenant.edit(client_id, changes)


def edit_here(client_id: str, **columns: Any) -> None:
    """An edit that passes by every hook, as other programs make them."""
    Customer.objects.filter(robaws_client_id=client_id).update(**columns)


def customer(client_id: str) -> Customer:
    return Customer.objects.get(robaws_client_id=client_id)


def snapshot() -> list[dict[str, Any]]:
    """Every customer row, whole: two equal snapshots mean that nothing was written."""
    return list(Customer.objects.order_by("robaws_client_id").values())


def pulled(*records: dict[str, Any], **tenant: Any) -> Rig:
    rig = Rig(records or [client_record(1)], **tenant)
    rig.pull("full")
    return rig
