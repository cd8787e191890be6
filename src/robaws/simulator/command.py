"""From options to a running server: what a Django command reuses as well."""

import argparse
import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from robaws.simulator.api import SimulatedRobaws
from robaws.simulator.bundled import bundled_clients, load_clients
from robaws.simulator.deliveries import Habits
from robaws.simulator.faults import Faults
from robaws.simulator.generate import generate_clients
from robaws.simulator.limits import Limits
from robaws.simulator.messages import JsonObject
from robaws.simulator.rules import Rule, parse_rule
from robaws.simulator.server import serve
from robaws.simulator.shift import SHIFTS
from robaws.simulator.tenant import Tenant


def run(options: argparse.Namespace) -> int:
    """Serves until SIGTERM or SIGINT and returns the exit status; call it from the main thread."""
    try:
        simulated = simulated_robaws(options)
        server = serve(simulated, options.host, options.port, side_door=options.side_door)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The Robaws simulator can not start: {error}\n")
        return 2
    stopping = _told_to_stop()  # before the line is out: whoever reads it may tell at once
    tenant = simulated.tenant
    login = f"key {tenant.key} secret {tenant.secret}"
    sys.stdout.write(f"Robaws simulator at {server.url} {login} ({len(tenant.clients):,} clients)\n")
    sys.stdout.flush()
    stopping.wait()
    server.stop()
    return 0


def _told_to_stop() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def simulated_robaws(options: argparse.Namespace) -> SimulatedRobaws:
    """What the options describe, not yet served. Raises: ValueError, OSError for a bad value or file."""
    return SimulatedRobaws(_tenant(options), _faults(options))


def _tenant(options: argparse.Namespace) -> Tenant:
    limits = Limits(options.rate, options.burst, options.daily, options.retry_after)
    return Tenant(
        _clients(options.clients, options.seed),
        seed=options.seed,
        limits=None if options.no_limits else limits,
        replica_lag_s=options.replica_lag,
        patch_forms=options.patch_forms.split(","),
        refuse_unknown_fields=options.refuse_unknown_fields,
        role_field=options.role_field,
        role_guid=options.role_guid,
        habits=_habits(options),
        key=options.key,
        secret=options.secret,
    )


def _clients(wanted: str | None, seed: int) -> Iterable[JsonObject]:
    if wanted is None:
        return bundled_clients()
    if wanted.isdecimal() and not Path(wanted).exists():
        return generate_clients(int(wanted), seed)
    return load_clients(wanted)


def _habits(options: argparse.Namespace) -> Habits:
    return Habits(
        lose=options.webhook_lose,
        repeat=options.webhook_repeat,
        reorder=options.webhook_reorder,
        partial=options.webhook_partial,
        delay_s=options.webhook_delay,
        guid_keys=options.webhook_guids,
        attempts=options.webhook_attempts,
        suspend_after=options.webhook_suspend_after,
    )


def _faults(options: argparse.Namespace) -> Faults:
    rules = [parse_rule(text) for text in options.fault]
    if options.cap_size is not None:
        rules.append(Rule("cap-size", options.cap_size))
    switches = {"no-totals": options.no_totals, "ids-as-numbers": options.ids_as_numbers}
    rules += [Rule(effect) for effect, wanted in switches.items() if wanted]
    if options.login_refused:
        rules.append(Rule("401"))
    rules += _shifts(options.shift)
    return Faults(*rules, seed=options.seed, latency_ms=options.latency_ms, jitter_ms=options.jitter_ms)


def _shifts(text: str) -> list[Rule]:
    rules = []
    for part in filter(None, text.split(",")):
        kind, _, probability = part.partition("=")
        if f"shift-{kind}" not in SHIFTS:
            raise ValueError(f"--shift knows delete, create and update, not {kind!r}")
        rules.append(parse_rule(f"shift-{kind}@{probability}"))
    return rules
