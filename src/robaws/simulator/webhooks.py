"""Which webhook calls are due to whom: the registered endpoints, and the queue with its habits.

Nothing is sent here; `courier.py` sends over HTTP, a test takes the deliveries and plays them itself.
Source: Robaws, "Webhooks".
"""

import heapq
import random
import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace

import orjson

from robaws.simulator.deliveries import Delivery, Endpoint, Habits
from robaws.simulator.extra_fields import Definitions
from robaws.simulator.messages import JsonObject


class Webhooks:
    """The endpoints and the queue. Thread-safe; `changed` is notified when something is queued."""

    def __init__(self, clock: Callable[[], float], seed: int, definitions: Definitions) -> None:
        self.habits = Habits()
        self.changed = threading.Condition()
        self._clock, self._definitions = clock, definitions
        self._random = random.Random(f"webhooks/{seed}")  # noqa: S311 - repeatable mischief, no secret
        self._endpoints: dict[str, Endpoint] = {}
        self._queue: list[tuple[float, int, Delivery]] = []
        self._sequence = 0
        self._last_id = 0
        self.delivered = 0
        self.failed = 0

    def register(self, url: str, events: tuple[str, ...]) -> Endpoint:
        with self.changed:
            self._last_id += 1
            endpoint = Endpoint(str(self._last_id), url, events, f"whsec_{secrets.token_hex(16)}")
            self._endpoints[endpoint.id] = endpoint
            return endpoint

    def unregister(self, endpoint_id: str) -> bool:
        with self.changed:
            return self._endpoints.pop(endpoint_id, None) is not None

    @property
    def endpoints(self) -> list[Endpoint]:
        with self.changed:
            return list(self._endpoints.values())

    def emit(self, event: str, record: JsonObject) -> None:
        """Queues the event for everyone who wants it, as the habits have it."""
        with self.changed:
            wanting = [e for e in self._endpoints.values() if event in e.events and not e.suspended]
            if not wanting:
                return
            body = self._body(event, record)
            for endpoint in wanting:
                for _ in range(self._copies()):
                    self._push(Delivery(endpoint.id, endpoint.url, endpoint.secret, event, body, self._due_at()))
            self.changed.notify_all()

    def take_all(self) -> list[Delivery]:
        """Everything that is queued, in the order in which it would be sent, whether due yet or not."""
        with self.changed:
            taken = [heapq.heappop(self._queue)[2] for _ in range(len(self._queue))]
            return [delivery for delivery in taken if self._is_wanted(delivery)]

    def take_due(self) -> Delivery | float | None:
        """The next delivery that is due, or the seconds until there is one, or None: nothing is queued."""
        with self.changed:
            while self._queue:
                wait_s = self._queue[0][0] - self._clock()
                if wait_s > 0:
                    return wait_s
                delivery = heapq.heappop(self._queue)[2]
                if self._is_wanted(delivery):
                    return delivery
            return None

    def settle(self, delivery: Delivery, *, accepted: bool) -> None:
        """What became of an attempt: a failed one comes again later, too many suspend the endpoint."""
        with self.changed:
            endpoint = self._endpoints.get(delivery.endpoint_id)
            if accepted:
                self.delivered += 1
            else:
                self.failed += 1
            if endpoint is None:
                return
            endpoint.failures = 0 if accepted else endpoint.failures + 1
            endpoint.suspended = endpoint.failures >= self.habits.suspend_after
            if not accepted and not endpoint.suspended and delivery.attempt < self.habits.attempts:
                wait_s = self.habits.back_off_s * 2 ** (delivery.attempt - 1)
                self._push(replace(delivery, attempt=delivery.attempt + 1, due=self._clock() + wait_s))
                self.changed.notify_all()

    def snapshot(self) -> JsonObject:
        with self.changed:
            shown = [endpoint.shown() for endpoint in self._endpoints.values()]
            counts = {"queued": len(self._queue), "delivered": self.delivered, "failed": self.failed}
            return {**counts, "endpoints": shown}

    def _push(self, delivery: Delivery) -> None:
        self._sequence += 1
        heapq.heappush(self._queue, (delivery.due, self._sequence, delivery))

    def _is_wanted(self, delivery: Delivery) -> bool:
        endpoint = self._endpoints.get(delivery.endpoint_id)
        return endpoint is not None and not endpoint.suspended

    def _copies(self) -> int:
        if self._random.random() < self.habits.lose:
            return 0
        return 2 if self._random.random() < self.habits.repeat else 1

    def _due_at(self) -> float:
        late_s = self.habits.delay_s
        if self._random.random() < self.habits.reorder:
            late_s += self._random.uniform(0, self.habits.reorder_within_s)
        return self._clock() + late_s

    def _body(self, event: str, record: JsonObject) -> bytes:
        data = record
        if self._random.random() < self.habits.partial:
            data = {name: record[name] for name in ("id", "name") if name in record}
        elif self.habits.guid_keys and "extraFields" in record:
            data = {**record, "extraFields": self._definitions.keyed_by_guid(record["extraFields"])}
        event_id = uuid.UUID(int=self._random.getrandbits(128), version=4)
        return orjson.dumps({"id": str(event_id), "event": event, "data": data})
