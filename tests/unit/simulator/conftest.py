"""Fixtures: a clock that stands, and a caller on a small tenant."""

from collections.abc import Iterable
from typing import Any

import pytest
from simulated_caller import Caller, Clock, MakeCaller, record

from robaws.simulator import Faults, SimulatedRobaws, Tenant


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock) -> MakeCaller:
    """A caller on a tenant of ten clients, or of those given; other keywords go to Tenant."""

    def made(clients: Iterable[dict[str, Any]] | None = None, faults: Faults | None = None, **options: Any) -> Caller:
        known = [record(number) for number in range(1, 11)] if clients is None else clients
        return Caller(SimulatedRobaws(Tenant(known, clock=clock, **options), faults), clock)

    return made


@pytest.fixture
def caller(make: MakeCaller) -> Caller:
    return make()
