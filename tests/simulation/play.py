"""A case from its beginning to its verdict."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from random import Random
from unittest import mock

from django.apps import apps
from django.db import connection, transaction

from bconnect.sync import absence, pending
from bconnect.sync.models import Conflict
from tests.simulation import colleagues, deciding, faults, merges, people, processes, rest, sending, undoing
from tests.simulation.ledger import Violation
from tests.simulation.setup import OVERTAKEN, RUNS, SECOND, STEPS, WORKER, Case, Move
from tests.simulation.world import World

ACTS = people.ACTS | colleagues.ACTS | {"merge_here": merges.merge_here, "resolve": deciding.resolve_conflict}
CHANGES_OF_MIND = merges.MOVES | undoing.MOVES
APPS = ("intakes", "webhooks", "sync", "customers")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`broken` is the violation, or the mishap that ended the case; `rule` where it was seen. Empty where all held."""

    case: Case
    broken: str
    rule: str
    happened: Counter[str]


def played(case: Case) -> Outcome:
    """Play it on an empty table, let both sides rest, and judge."""
    wipe()
    world = World(case, act)
    try:
        with _guards(case):
            for move in case.moves:
                play(world, move)
                world.happened[move.kind] += 1
        rest.settle_and_judge(world)
    except Violation as violation:
        return Outcome(case, f"{violation}", _origin(violation), world.happened)
    except Exception as error:  # noqa: BLE001 - whatever the product raises that it should not is a finding
        return Outcome(case, f"{type(error).__name__}: {error} ({_origin(error)})", _origin(error), world.happened)
    return Outcome(case, "", "", world.happened)


@contextmanager
def _guards(case: Case) -> Iterator[None]:
    """So few customers as a case has are never too many at once; here some tenants' guards are made for few."""
    with ExitStack() as stack:
        for guard in (absence, pending) if case.setup.guarded else ():
            stack.enter_context(mock.patch.object(guard, "COUNT_ALLOWED", 1))
        yield


def play(world: World, move: Move) -> None:
    chance = move.chance
    if move.kind in RUNS or move.kind in STEPS:
        world.clock.pass_(chance.choice((0, 5, 120, 1500)))
    match move.kind:
        case "full" | "incremental":
            processes.pull(world, move, move.kind)
        case "limited":
            processes.pull(world, move, "limited", chance.randint(1, 4), full=chance.random() < 0.5)
        case "one":
            processes.pull(world, move, "one", _one(world, chance))
        case "pull_odd":
            world.weather("odd-name-missing=0.5@GET,/api/v2/clients", seed=move.seed)
            processes.pull(world, move, "incremental")
            world.calm()
        case kind if kind in sending.MOVES:
            sending.MOVES[kind](world, move, chance)
        case "inbox_cut":
            _cut_inbox(world, move)
        case "delete_both":
            if (customer := people.deletable(chance)) is not None:
                processes.delete_both(world, move, customer)
        case kind if kind in CHANGES_OF_MIND:
            CHANGES_OF_MIND[kind](world, move)
        case "wait":
            world.clock.pass_(chance.choice((1, 30, 400, 4000, 100_000)))
        case "weather":
            world.weather(*faults.drawn(chance), seed=move.seed)
        case "calm":
            world.calm()
            world.renew_quota()
        case "quota":
            world.quota.spend(chance)
        case _:
            act(world, move)


def _cut_inbox(world: World, move: Move) -> None:
    """An event comes that can't be applied now: nobody can ask Robaws about it, or its worker dies."""
    chance = move.chance
    is_outage = chance.random() < 0.5
    with world.mail.laconic() if is_outage else nullcontext():
        colleagues.edit_there(world, chance)
    world.mail.deliver_the_rest(chance)
    if is_outage:
        world.weather("500@GET,/api/v2/clients/*", seed=move.seed)
        processes.inbox(world, Move(WORKER, move.seed))
        world.calm()
    else:
        processes.inbox(world, Move(WORKER, move.seed, crash_at=chance.randint(2, 25)))


def _one(world: World, chance: Random) -> str:
    """Mostly a client that somebody has a reason to look at."""
    disputed = Conflict.objects.filter(resolved_at=None).order_by("id")
    ids = list(disputed.values_list("customer__robaws_client_id", flat=True))
    if ids and chance.random() < 0.7:
        return chance.choice(ids)
    return str(chance.randint(1, world.setup.clients + 2))


def act(world: World, move: Move) -> None:
    world.clock.pass_(0.002)
    if move.kind == WORKER:
        processes.inbox(world, move)
    elif move.kind in SECOND:
        processes.second_run(world)
    elif move.kind in OVERTAKEN:
        processes.overtaken(world)
    else:
        ACTS[move.kind](world, move.chance)


def wipe() -> None:
    """An empty table, as fast as can be."""
    with transaction.atomic(), connection.cursor() as cursor:
        for label in APPS:
            for model in reversed(list(apps.get_app_config(label).get_models())):
                cursor.execute(f"DELETE FROM {model._meta.db_table}")


def _origin(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else ""


Player = Callable[[Case], Outcome]
