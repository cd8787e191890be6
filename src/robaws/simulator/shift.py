"""What other people do to the list between two requests: delete, create and rename clients."""

import random
from collections.abc import Callable, Mapping

from robaws.simulator.messages import Mode
from robaws.simulator.tenant import Tenant


def _delete(tenant: Tenant, chance: random.Random) -> None:
    if client_id := _anyone(tenant, chance):
        tenant.remove(client_id)


def _create(tenant: Tenant, chance: random.Random) -> None:
    tenant.add({"name": f"Passing Customer {chance.randrange(10**6)}"})


def _rename(tenant: Tenant, chance: random.Random) -> None:
    if client_id := _anyone(tenant, chance):
        name = str(tenant.clients[client_id]["name"])
        tenant.edit(client_id, {"name": chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + name[1:]})


SHIFTS: Mapping[str, Callable[[Tenant, random.Random], None]] = {
    "shift-delete": _delete,
    "shift-create": _create,
    "shift-update": _rename,
}


def _anyone(tenant: Tenant, chance: random.Random) -> str | None:
    ordered = tenant.selection(Mode.LIVE).roster.ordered
    return str(chance.choice(ordered).number) if ordered else None
