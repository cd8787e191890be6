"""A stand-in for Robaws, as documentation and working code show it: for demos, tests and benchmarks."""

from typing import TYPE_CHECKING, Any

from robaws.simulator.api import SimulatedRobaws
from robaws.simulator.bundled import bundled_clients, load_clients
from robaws.simulator.deliveries import Delivery, Habits
from robaws.simulator.faults import Faults
from robaws.simulator.generate import generate_clients
from robaws.simulator.limits import Limits
from robaws.simulator.messages import Break, Mode, Request, Response
from robaws.simulator.rules import Rule
from robaws.simulator.server import RunningServer, serve
from robaws.simulator.tenant import Tenant

if TYPE_CHECKING:
    from robaws.simulator.inprocess import in_process_transport

__all__ = [
    "Break",
    "Delivery",
    "Faults",
    "Habits",
    "Limits",
    "Mode",
    "Request",
    "Response",
    "Rule",
    "RunningServer",
    "SimulatedRobaws",
    "Tenant",
    "bundled_clients",
    "generate_clients",
    "in_process_transport",
    "load_clients",
    "serve",
]


def __getattr__(name: str) -> Any:
    """Imports httpx2 only when it is asked for: a server does without, and starts in half the time."""
    if name == "in_process_transport":
        from robaws.simulator.inprocess import in_process_transport

        return in_process_transport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
