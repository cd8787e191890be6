"""What people do in Robaws, and what tells of it."""

from collections.abc import Callable
from random import Random
from typing import Any

from bconnect.customers.fields import FLAGS, Value
from bconnect.customers.models import Customer
from tests.simulation.clients import changes_of, drawn_client, spelt
from tests.simulation.people import ADDRESS, cleared, one_of_a_few, picked, typed_columns, write_here
from tests.simulation.values import token_of, written
from tests.simulation.world import World


def clash(world: World, chance: Random) -> None:
    """Two people, one here and one in Robaws, change the same field of the same customer, not knowing of each other."""
    rows = [row for row in Customer.objects.order_by("id") if row.robaws_client_id in world.tenant.clients]
    if rows:
        row = chance.choice(rows)
        column = (
            "role"
            if chance.random() < (0.8 if world.setup.is_partial else 0.2)
            else picked(world.setup, chance, ("street_number",))
        )
        mine, other = (written(column, chance, token_of(row.name)) for _ in range(2))
        besides = picked(world.setup, chance, ("street_number",))
        more = {besides: written(besides, chance, token_of(row.name))} if chance.random() < 0.5 else {}
        write_here(world, row, {**more, column: mine})
        _change(world, row.robaws_client_id, column, other)


def cross_there(world: World, chance: Random) -> None:
    """Somebody changes in Robaws what somebody here has changed too, and what is perhaps being sent just now."""
    pending = Customer.objects.filter(is_pending=True).order_by("id")
    places = [
        (row, column)
        for row in pending
        for column in typed_columns(world.setup)
        if row.robaws_client_id in world.tenant.clients and column not in ("street_number", *FLAGS)
        if getattr(row, column) != (row.base or {}).get(column)
    ]
    if places:
        now = [each for each in places if each[0].robaws_client_id == world.being_sent]
        row, column = chance.choice(now or places)
        _change(world, row.robaws_client_id, column, written(column, chance, token_of(row.name)))


# --- in Robaws ----------------------------------------------------------------------------------------


def edit_there(world: World, chance: Random) -> None:
    if (client_id := _any_client(world, chance)) is not None:
        for column in sorted({picked(world.setup, chance) for _ in range(chance.choice((1, 1, 2)))}):
            record = world.tenant.clients[client_id]
            value = written(column, chance, token_of(str(record["name"])))
            _change(world, client_id, column, spelt(column, value, chance, world.setup))


def bulk_there(world: World, chance: Random) -> None:
    """An import in Robaws: one field of every client, all within a moment."""
    column = picked(world.setup, chance, ("street_number",))
    ids = sorted(world.tenant.clients, key=int)
    for client_id in chance.sample(ids, len(ids)):
        token = token_of(str(world.tenant.clients[client_id]["name"]))
        _change(world, client_id, column, written(column, chance, token), seconds=0.001)


def spell_there(world: World, chance: Random) -> None:
    if (client_id := _any_client(world, chance)) is not None:
        column = picked(world.setup, chance, tuple(FLAGS))
        values = world.accounts.values_there(dict(world.tenant.clients[client_id]))
        if values and values.get(column) is not None:
            _change(world, client_id, column, spelt(column, values[column], chance, world.setup))


def clear_there(world: World, chance: Random) -> None:
    if (client_id := _any_client(world, chance)) is not None:
        column = cleared(world, chance)
        _change(world, client_id, column, None)


def unsynced_there(world: World, chance: Random) -> None:
    if (client_id := _any_client(world, chance)) is not None:
        world.clock.pass_(1)
        world.tenant.edit(client_id, {"notes": f"note {chance.random()}"})


def make_there(world: World, chance: Random) -> None:
    _make(world, chance, drawn_client(0, world.setup, chance))


def move_away(world: World, chance: Random) -> str | None:
    """A client of whom there is a customer here has another address."""
    known = Customer.objects.filter(gone_at=None).values_list("robaws_client_id", flat=True).order_by("id")
    client_id = one_of_a_few([each for each in known if each in world.tenant.clients], chance)
    if client_id is not None:
        for column in ("city", *ADDRESS[world.setup.address]):
            _change(world, client_id, column, written(column, chance, ""))
    return client_id


def make_without_role(world: World, chance: Random) -> str:
    record = drawn_client(0, world.setup, chance)
    record["extraFields"].pop("Role", None)
    return _make(world, chance, record)


def _make(world: World, chance: Random, record: dict[str, Any]) -> str:
    world.clock.pass_(1)
    world.tokens += 1
    for member in ("id", "createdAt", "updatedAt"):
        del record[member]
    record["name"] = f"{written('name', chance, '')}#t{world.tokens}"
    client_id = world.tenant.add(record)
    world.accounts.wrote_there(client_id, dict(world.tenant.clients[client_id]))
    return client_id


def delete_there(world: World, chance: Random) -> None:
    for _ in range(chance.choice((2, 2, 3)) if world.setup.guarded else 1):
        if (client_id := _any_client(world, chance)) is not None:
            world.clock.pass_(1)
            world.removed[client_id] = dict(world.tenant.clients[client_id])
            world.tenant.remove(client_id)


def restore_there(world: World, chance: Random) -> None:
    """Somebody in Robaws takes a deletion back."""
    if world.removed:
        world.clock.pass_(1)
        client_id = chance.choice(sorted(world.removed))
        record = world.removed.pop(client_id)
        world.put_back.add(client_id)
        del record["updatedAt"]
        if "vatIdNumber" in record:  # what is added has all the usual members, and none twice
            record["vatNumber"] = record.pop("vatIdNumber")
        world.tenant.add(record)
        world.accounts.wrote_there(client_id, dict(world.tenant.clients[client_id]))


def deliver(world: World, chance: Random) -> None:
    world.happened["webhook calls"] += world.mail.deliver(chance)


def lose_mail(world: World, chance: Random) -> None:
    world.happened["webhook calls lost"] += world.mail.lose(chance)


def _any_client(world: World, chance: Random) -> str | None:
    return one_of_a_few(sorted(world.tenant.clients, key=int), chance)


def _change(world: World, client_id: str, column: str, value: Value, *, seconds: float = 1) -> None:
    world.clock.pass_(seconds)
    record = dict(world.tenant.clients[client_id])
    if column == "role" and value is None:
        # A merge patch can't say null: the field would be absent then, which says nothing.
        fields = record["extraFields"] or {}
        role = {"type": "SELECT", "group": None, "stringValue": None}
        world.tenant.put(record, {**record, "extraFields": {**fields, "Role": role}})
    else:
        world.tenant.edit(client_id, changes_of(column, value, record))
    world.accounts.wrote_there(client_id, dict(world.tenant.clients[client_id]))


ACTS: dict[str, Callable[[World, Random], None]] = {
    "clash": clash,
    "cross_there": cross_there,
    "edit_there": edit_there,
    "bulk_there": bulk_there,
    "spell_there": spell_there,
    "clear_there": clear_there,
    "unsynced_there": unsynced_there,
    "make_there": make_there,
    "delete_there": delete_there,
    "restore_there": restore_there,
    "deliver": deliver,
    "lose_mail": lose_mail,
}
