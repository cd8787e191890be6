"""The command line's options: of the server, the tenant, the faults and the webhook calls."""

import argparse

from robaws.simulator.faults import EFFECTS
from robaws.simulator.tenant import DOCUMENTED_FORMS, ROLE_GUID


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All options of the stand-in."""
    _add_server(parser.add_argument_group("server"))
    _add_tenant(parser.add_argument_group("tenant"))
    _add_faults(parser.add_argument_group("faults"))
    _add_webhooks(parser.add_argument_group("webhook calls"))


def _add_server(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--host", default="127.0.0.1")
    group.add_argument("--port", type=int, default=0, help="0 takes any free port (the default)")
    group.add_argument("--side-door", action="store_true", help="open /_simulator/ to this machine")


def _add_tenant(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--clients", metavar="N|FILE", help="so many generated, or a .jsonl(.gz) file")
    group.add_argument("--seed", type=int, default=0, help="of generated clients, faults and webhook calls")
    group.add_argument("--key", default="key")
    group.add_argument("--secret", default="secret")
    group.add_argument("--no-limits", action="store_true")
    group.add_argument("--rate", type=float, default=15.0, help="requests a second")
    group.add_argument("--burst", type=int, default=20)
    group.add_argument("--daily", type=int, default=10_000, help="requests a day and mode")
    group.add_argument("--retry-after", action="store_true", help="a 429 says when to come back")
    group.add_argument("--replica-lag", type=float, default=0.0, metavar="SECONDS")
    group.add_argument("--patch-forms", default=",".join(sorted(DOCUMENTED_FORMS)), help="merge,json,plain")
    group.add_argument("--refuse-unknown-fields", action="store_true", help="400 instead of ignoring them")
    group.add_argument("--role-field", default="Role")
    group.add_argument("--role-guid", default=ROLE_GUID)


def _add_faults(group: argparse._ArgumentGroup) -> None:
    known = ", ".join(sorted(EFFECTS))
    group.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="EFFECT[=VALUE][@CONDITION,…]",
        help=f"e.g. 500@0.02 or reset-after@POST:1; effects: {known}",
    )
    group.add_argument("--latency-ms", type=float, default=0.0)
    group.add_argument("--jitter-ms", type=float, default=0.0)
    group.add_argument("--cap-size", type=int, metavar="N", help="no page is larger")
    group.add_argument("--no-totals", action="store_true")
    group.add_argument("--ids-as-numbers", action="store_true")
    group.add_argument("--login-refused", action="store_true")
    group.add_argument("--shift", default="", metavar="delete=P,create=P,update=P", help="before each list")


def _add_webhooks(group: argparse._ArgumentGroup) -> None:
    for name in ("lose", "repeat", "reorder", "partial"):
        group.add_argument(f"--webhook-{name}", type=float, default=0.0, metavar="SHARE")
    group.add_argument("--webhook-delay", type=float, default=0.0, metavar="SECONDS")
    group.add_argument("--webhook-guids", action="store_true", help="key extra fields by GUID")
    group.add_argument("--webhook-attempts", type=int, default=5)
    group.add_argument("--webhook-suspend-after", type=int, default=25, metavar="FAILURES")
