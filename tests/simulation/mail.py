"""What Robaws tells by webhook on its way to us: late, repeated, shuffled, or never arriving."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

import orjson

from bconnect.webhooks import store
from bconnect.webhooks.envelope import read_envelope
from robaws.simulator import Tenant
from robaws.simulator.deliveries import Habits
from tests.simulation.setup import Setup

URL = "http://bconnect.test/api/webhooks/robaws/customers"
EVENTS = ("client.created", "client.updated")
PARTIAL = 0.15
"""The share of payloads that tell the id and the name only."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One event; `body` as it is sent."""

    event_id: str
    client_id: str
    body: bytes


class Mail:
    """The events of one tenant. `latest` is the last one that told of a client, `accepted` what we answered 200 to."""

    def __init__(self, tenant: Tenant, setup: Setup, now: Callable[[], datetime]) -> None:
        self._tenant, self._now = tenant, now
        self.latest: dict[str, str] = {}
        self.accepted: set[str] = set()
        self._under_way: list[Letter] = []
        self._delivered: list[Letter] = []
        self._guid_keys = setup.guid_webhooks
        self._tells_little(PARTIAL)
        if setup.webhooks:
            tenant.webhooks.register(URL, EVENTS)

    def deliver(self, chance: Random) -> int:
        """Some of what is under way arrives, in some order, some of it twice, some of what had arrived once more."""
        self._collect()
        share = chance.choice((0.3, 0.7, 1.0, 1.0))
        arriving = [each for each in self._under_way if chance.random() < share]
        arriving += [each for each in (*arriving, *self._delivered[-5:]) if chance.random() < 0.15]
        if chance.random() < 0.5:
            chance.shuffle(arriving)
        return self._arrive(arriving)

    @contextmanager
    def laconic(self) -> Iterator[None]:
        """What happens now is told with id and name only."""
        self._tells_little(1.0)
        try:
            yield
        finally:
            self._tells_little(PARTIAL)

    def lose(self, chance: Random) -> int:
        """Some of it never arrives: Robaws gave up, or the endpoint was suspended."""
        self._collect()
        lost = [each for each in self._under_way if chance.random() < 0.5]
        self._under_way = [each for each in self._under_way if each not in lost]
        return len(lost)

    def deliver_the_rest(self, chance: Random) -> int:
        self._collect()
        rest = [*self._under_way, *self._delivered[-3:]]
        chance.shuffle(rest)
        return self._arrive(rest)

    def _tells_little(self, share: float) -> None:
        self._tenant.webhooks.habits = Habits(partial=share, guid_keys=self._guid_keys)

    def _collect(self) -> None:
        for delivery in self._tenant.deliveries():
            content = orjson.loads(delivery.body)
            letter = Letter(content["id"], str(content["data"]["id"]), delivery.body)
            self.latest[letter.client_id] = letter.event_id
            self._under_way.append(letter)

    def _arrive(self, letters: list[Letter]) -> int:
        for letter in letters:
            store.accept(read_envelope(letter.body), self._now())
            self.accepted.add(letter.event_id)
            if letter in self._under_way:
                self._under_way.remove(letter)
                self._delivered.append(letter)
        return len(letters)
