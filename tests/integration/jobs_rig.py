"""A job whose one step does what a test says, and a look into the queue."""

from collections.abc import Callable
from typing import Any

from django_q.models import OrmQ
from django_q.signing import SignedPackage

from bconnect.jobs.outcome import Outcome
from bconnect.jobs.slices import Slice

STEP = "tests.integration.jobs_rig.step"

script: list[Callable[[Slice], Outcome]] = []
"""What the step does at its next calls."""


def step(turn: Slice) -> Outcome:
    return script.pop(0)(turn)


def queued() -> list[tuple[Any, ...]]:
    """Path and arguments of every call in the queue, oldest first."""
    packages = [SignedPackage.loads(row.payload) for row in OrmQ.objects.order_by("id")]
    return [(package["func"], *package["args"]) for package in packages]
