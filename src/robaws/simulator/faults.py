"""Which faults strike a request: seeded, so that the same requests in the same order meet the same faults."""

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from robaws.simulator.effects import AFTERWARDS, INSTEAD
from robaws.simulator.extra_fields import Definitions
from robaws.simulator.messages import JsonObject, Request, Response
from robaws.simulator.query import LARGEST_PAGE
from robaws.simulator.rules import Rule, parse_rule
from robaws.simulator.shapes import NAMES as SHAPES
from robaws.simulator.shapes import reshaped
from robaws.simulator.shift import SHIFTS
from robaws.simulator.tenant import Tenant

EFFECTS = frozenset({*INSTEAD, *AFTERWARDS, *SHAPES, *SHIFTS, "cap-size", "delay"})
_CLIENTS = "/api/v2/clients"


@dataclass(frozen=True, slots=True)
class Strike:
    """The rules that strike one request, each with the key that decides its chances."""

    rules: tuple[tuple[Rule, str], ...] = ()

    @property
    def largest_page(self) -> int:
        caps = [int(rule.value or 50) for rule, _ in self.rules if rule.effect == "cap-size"]
        return min(caps, default=LARGEST_PAGE)

    @property
    def delay_s(self) -> float:
        return sum(rule.value or 1.0 for rule, _ in self.rules if rule.effect == "delay")

    def shift(self, tenant: Tenant) -> None:
        """Moves the list, before it is read."""
        for rule, key in self.rules:
            if rule.effect in SHIFTS:
                chance = random.Random(key)  # noqa: S311 - repeatable mischief, no secret
                with tenant.lock:
                    for _ in range(int(rule.value or 1)):
                        SHIFTS[rule.effect](tenant, chance)

    def instead(self, path: str) -> Response | None:
        """The answer given without doing anything, if there is one."""
        hits = (rule for rule, _ in self.rules if rule.effect in INSTEAD)
        rule = next(hits, None)
        return INSTEAD[rule.effect](path, rule.value) if rule else None

    def afterwards(self, request: Request, response: Response, definitions: Definitions) -> Response:
        """What becomes of the answer once the work is done."""
        if response.body and response.status < 300 and request.path.startswith(_CLIENTS):
            response = self._reshaped(response, definitions)
        for rule, _ in self.rules:
            if rule.effect in AFTERWARDS:
                response = AFTERWARDS[rule.effect](response)
        return response

    def _reshaped(self, response: Response, definitions: Definitions) -> Response:
        body = response.body
        for rule, key in self.rules:
            if rule.effect in SHAPES:
                body = reshaped(body, rule.effect, rule.value, key, definitions)
        return Response(response.status, body, response.headers)


NO_STRIKE = Strike()


class Faults:
    """The rules in force, the time an answer takes and the counters behind both. Thread-safe.

    `over` is set once others are in force: what they delayed goes on then.
    Each rule counts the requests that match it and draws from (seed, rule, count): one rule's luck does not
    change another's. Raises: ValueError for an effect that is not known.
    """

    def __init__(self, *rules: Rule | str, seed: int = 0, latency_ms: float = 0.0, jitter_ms: float = 0.0) -> None:
        self.rules = tuple(_checked(rule) for rule in rules)
        self.seed, self.latency_ms, self.jitter_ms = seed, latency_ms, jitter_ms
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._matched = [0] * len(self.rules)
        self._struck = [0] * len(self.rules)
        self._jitter = random.Random(f"jitter/{seed}")  # noqa: S311 - repeatable mischief, no secret

    def strike(self, request: Request) -> Strike:
        """Counts the request and tells what strikes it."""
        if not self.rules:
            return NO_STRIKE
        with self._lock:
            return Strike(tuple(self._hits(request)))

    def latency_s(self) -> float:
        if not self.jitter_ms:
            return self.latency_ms / 1000
        with self._lock:
            return (self.latency_ms + self._jitter.uniform(0, self.jitter_ms)) / 1000

    def snapshot(self) -> JsonObject:
        """As JSON; how often each rule struck is part of it."""
        with self._lock:
            rules = [{"rule": str(rule), "struck": n} for rule, n in zip(self.rules, self._struck, strict=True)]
        return {"seed": self.seed, "latency_ms": self.latency_ms, "jitter_ms": self.jitter_ms, "rules": rules}

    def _hits(self, request: Request) -> Iterable[tuple[Rule, str]]:
        for index, rule in enumerate(self.rules):
            if not rule.matches(request) or (rule.effect in SHIFTS and not _is_list(request)):
                continue
            self._matched[index] += 1
            key = f"{self.seed}#{index}/{self._matched[index]}"
            if self._is_hit(index, rule, key):
                self._struck[index] += 1
                yield rule, key

    def _is_hit(self, index: int, rule: Rule, key: str) -> bool:
        if rule.nth is not None and self._matched[index] != rule.nth:
            return False
        if rule.times is not None and self._struck[index] >= rule.times:
            return False
        return rule.probability >= 1 or random.Random(key).random() < rule.probability  # noqa: S311


def _checked(rule: Rule | str) -> Rule:
    rule = parse_rule(rule) if isinstance(rule, str) else rule
    if rule.effect not in EFFECTS:
        raise ValueError(f"Unknown fault {rule.effect!r}; known are {', '.join(sorted(EFFECTS))}")
    return rule


def _is_list(request: Request) -> bool:
    return request.method == "GET" and request.path == _CLIENTS
