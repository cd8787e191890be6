"""Pushes, and what has to meet one just so: another spelling, an edit that crosses, an answer that is lost."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from bconnect.customers.models import Customer
from tests.simulation import colleagues, faults, people, processes
from tests.simulation.setup import Move
from tests.simulation.world import World

LOST_ANSWERS = ("reset-after", "hang-after", "reset-after", "500-after", "html-after")
TAKEN_BACK_SHARE = 0.3
MISSING_SHARE = 0.7
LOOKS = (9, 15)
"""Between these of its moments a push looks which edits only spell a value otherwise."""


def _push(world: World, move: Move, chance: Random) -> None:
    processes.push(world, move, allow_twins=chance.random() < 0.4)


def _limited(world: World, move: Move, chance: Random) -> None:
    processes.push(world, move, limit=chance.randint(1, 3))


def _one(world: World, move: Move, chance: Random) -> None:
    rows = list(Customer.objects.order_by("id").values_list("robaws_client_id", flat=True))
    processes.push(world, move, client_id=chance.choice(rows) if rows else "1")


def _spelt(world: World, move: Move, chance: Random) -> None:
    """Somebody spells a value otherwise, and types on while the push looks at it."""
    for _ in range(chance.randint(1, 2)):
        people.spell_settled(world, chance)
    typed = [(chance.randint(*LOOKS), Move("edit_pending", chance.getrandbits(32))) for _ in range(2)]
    processes.push(world, replace(move, slips=(*move.slips, *typed)))


def _cut(world: World, move: Move, chance: Random) -> None:
    """Nobody hears what became of a creation."""
    people.make_here(world, chance)
    world.weather(*faults.cut_creation(chance), seed=move.seed)
    _push(world, move, chance)
    world.calm()


def _typed(world: World, move: Move, chance: Random) -> None:
    """Whoever has just made a customer types on while it is sent."""
    people.make_here(world, chance)
    typed = (-chance.choice((1, 1, 2, 3)), Move("edit_newest", chance.getrandbits(32)))
    processes.push(world, replace(move, slips=(*move.slips, typed)), allow_twins=True)


def _crossed(world: World, move: Move, chance: Random) -> None:
    """Somebody changes the same thing in Robaws, after the push has looked at it."""
    if chance.random() < MISSING_SHARE:
        world.calm()
        client_id = people.fill_here(world, chance)
        processes.push(world, _crossing(world, move, chance, 1), client_id=client_id or "1")
    else:
        people.edit_here(world, chance)
        processes.push(world, _crossing(world, move, chance, chance.choice((1, 1, 2))))


def _crossing(world: World, move: Move, chance: Random, request: int) -> Move:
    """Just before this write request, where anything guards it."""
    crossed = (-request, Move("cross_there", chance.getrandbits(32)))
    return replace(move, slips=(*move.slips, crossed)) if world.setup.guards_writes else move


def _lost(world: World, move: Move, chance: Random) -> None:
    """Nobody hears what became of an edit, and somebody types something else into the same field, or takes it back."""
    client_id = people.change_here(world, chance)
    world.weather(f"{chance.choice(LOST_ANSWERS)}@PATCH", seed=move.seed)
    processes.push(world, move, client_id=client_id or "1")
    world.calm()
    if chance.random() < TAKEN_BACK_SHARE:
        people.take_back_under_way(world)
    else:
        people.edit_under_way(world, chance)


def _hidden(world: World, move: Move, chance: Random) -> None:
    """Robaws has never shown a client's custom fields when a role is sent to it, which is its first."""
    client_id = colleagues.make_without_role(world, chance)
    world.weather("no-extra-fields@GET,/api/v2/clients/*", seed=move.seed)
    processes.pull(world, Move("one", move.seed), "one", client_id)
    people.give_role(world, client_id, chance)
    processes.push(world, Move(move.kind, move.seed), client_id=client_id)
    world.calm()


MOVES: dict[str, Callable[[World, Move, Random], None]] = {
    "push": _push,
    "push_limited": _limited,
    "push_one": _one,
    "push_spelt": _spelt,
    "push_cut": _cut,
    "push_typed": _typed,
    "push_crossed": _crossed,
    "push_lost": _lost,
    "push_hidden": _hidden,
}
