"""Runs that are taken back, often after an edit of what they brought."""

from collections.abc import Callable
from random import Random

from bconnect.customers.fields import FLAGS
from bconnect.customers.models import Customer
from bconnect.sync.lease import Lease
from bconnect.sync.models import Change, SyncRun
from bconnect.sync.undo import Undone, undo
from robaws.client import RobawsClient
from tests.simulation import colleagues, people, processes
from tests.simulation.accounts import TakingBack, changes_of_merged
from tests.simulation.ledger import Violation
from tests.simulation.merged import ADDRESS
from tests.simulation.setup import Move
from tests.simulation.values import written
from tests.simulation.world import World

EDITED_SHARE = 0.5
ADDRESS_SHARE = 0.5
OF_MERGED_SHARE = 0.4
LATEST = 8
BROUGHT = (Change.Source.ROBAWS, Change.Source.BCONNECT)


def undo_run(world: World, move: Move) -> None:
    """A person takes a run back, mostly the last one that changed something, or one whose work was edited since."""
    changed = list(Change.objects.exclude(run=None).order_by("-run").values_list("run", flat=True).distinct())
    if changed:
        number = changed[0] if move.chance.random() < 0.6 else move.chance.choice(changed)
        before = Random(f"{move.seed}/before")
        take_back(world, move, _of_one_merged_since(before) or _edited_since(world, before) or number)


def undo_address(world: World, move: Move) -> None:
    """A pull brings another address, somebody edits a part of it, and the pull is taken back."""
    chance = move.chance
    if (client_id := colleagues.move_away(world, chance)) is None:
        return
    processes.pull(world, Move("one", move.seed), "one", client_id)
    brought = Change.objects.exclude(run=None).filter(customer__robaws_client_id=client_id, field__in=ADDRESS)
    last = brought.order_by("-id").first()
    if last is not None and last.run_id is not None:
        parts = brought.filter(run=last.run_id).order_by("id").values_list("customer", "field")
        edit_one_of(world, list(parts), chance)
        take_back(world, move, last.run_id)


def take_back(world: World, move: Move, number: int) -> None:
    run = SyncRun.objects.get(pk=number)
    last = Change.objects.order_by("-id").values_list("pk", flat=True)[0]
    world.accounts.taking_back = TakingBack(run.pk, last)

    def work(client: RobawsClient, lease: Lease) -> None:
        undone = undo(run, tenant=world.mapping, who="test", now=world.clock.now())
        world.happened["changes taken back"] += len(undone.changes)
        for left in undone.left:
            world.happened[f"not taken back: {left.reason.partition(',')[0]}"] += 1
        _no_half_address_went_back(undone)

    try:
        world.run(move, work)
    finally:
        world.accounts.taking_back = None


def _no_half_address_went_back(undone: Undone) -> None:
    left = {(each.client_id, each.field) for each in undone.left}
    for change in undone.changes:
        client_id = change.customer.robaws_client_id
        stays = {column for column in ADDRESS if (client_id, column) in left}
        if change.field in ADDRESS and stays:
            raise Violation(f"{change.field} of client {client_id} is put back, and {', '.join(sorted(stays))} is not")


def _edited_since(world: World, chance: Random) -> int | None:
    """Mostly, somebody edits what a run brought or took away; its number."""
    if chance.random() > EDITED_SHARE:
        return None
    changes = Change.objects.exclude(run=None).filter(source__in=BROUGHT)
    made = Change.objects.filter(field="name", old=None).values("customer")
    found = list(changes.exclude(customer__in=made).order_by("-id")[:LATEST])
    if not found:
        return None
    of_addresses = [each for each in found if each.field in ADDRESS]
    change = chance.choice(of_addresses if of_addresses and chance.random() < ADDRESS_SHARE else found)
    edit_one_of(world, [(change.customer_id, change.field)], chance)
    return change.run_id


def _of_one_merged_since(chance: Random) -> int | None:
    """Sometimes the run changed a customer that was merged into another one since."""
    moved = Change.objects.filter(pk__in=changes_of_merged()).exclude(run=None).order_by("run")
    runs = list(moved.values_list("run", flat=True).distinct())
    return chance.choice(runs) if runs and chance.random() < OF_MERGED_SHARE else None


def edit_one_of(world: World, places: list[tuple[int, str]], chance: Random) -> None:
    """Somebody here writes into one of these rows' columns."""
    rows = {row.pk: row for row in Customer.objects.filter(pk__in=[pk for pk, _ in places])}
    typed = people.typed_columns(world.setup)
    known = [(rows[pk], column) for pk, column in places if pk in rows and column in typed]
    # A number can't stand without its street, and a name tells the simulation whose it is.
    usable = [
        (row, column)
        for row, column in known
        if column not in ("name", *FLAGS) and (column != "street_number" or row.street)
    ]
    if usable:
        row, column = chance.choice(usable)
        value = written(column, chance, "")
        Customer.objects.filter(pk=row.pk).update(**{column: value})
        world.accounts.wrote_here(row.pk, {column: value})


MOVES: dict[str, Callable[[World, Move], None]] = {"undo_run": undo_run, "undo_address": undo_address}
