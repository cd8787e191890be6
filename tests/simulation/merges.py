"""Duplicates merged, the steps that follow in Robaws, and both taken back; runs taken back."""

from collections.abc import Callable
from random import Random

from bconnect.customers.fields import FLAGS, Place, same
from bconnect.customers.models import NEW_ID_PREFIX, Customer
from bconnect.sync import merging, unmerge
from bconnect.sync.lease import Lease
from bconnect.sync.merge_job import waiting
from bconnect.sync.merge_plan import CannotMergeError
from bconnect.sync.merge_steps import Around, go_on, look_again
from bconnect.sync.models import Change, CreateIntent, Merge, MergedCustomer
from bconnect.sync.reconcile import Policy
from bconnect.sync.traces import merged_into
from robaws.client import RobawsClient
from tests.simulation import undoing
from tests.simulation.ledger import Violation
from tests.simulation.merged import ADDRESS
from tests.simulation.setup import Move
from tests.simulation.values import TOKEN
from tests.simulation.world import World

ANYWAY_SHARE = 0.4
EDITED_SHARE = 0.5
CUT_SHARE = 0.6
CUT_OFF_SHARE = 0.5
IN_ROBAWS = (*(Merge.InRobaws.DEACTIVATE, Merge.InRobaws.DELETE) * 2, Merge.InRobaws.KEEP)
LOST_ANSWERS = ("reset-after", "hang-after", "500-after")
OTHER_CHOICE_SHARE = 0.15


def merge_here(world: World, chance: Random) -> None:
    """A person sees that some customers are one, in the web UI."""
    rows = list(Customer.objects.order_by("id"))
    if len(rows) < 2:
        return
    survivor, *others = _cut_off(chance) or chance.sample(rows, min(len(rows), chance.choice((2, 2, 2, 3))))
    _merge(world, survivor, others, _taken(world, survivor, others, chance), chance)


def _cut_off(chance: Random) -> list[Customer]:
    """A client that was pulled since, and the customer whose creation was cut off: it may have become that one."""
    half = CreateIntent.objects.select_related("customer").order_by("id").first()
    if half is None or chance.random() > CUT_OFF_SHARE:
        return []
    younger = Customer.objects.known_to_robaws().filter(created_at__gte=half.written_at).order_by("id")
    return [chance.choice(list(younger)), half.customer] if younger else []


def _merge(world: World, survivor: Customer, others: list[Customer], taken: dict[str, str], chance: Random) -> bool:
    """False where it is refused."""
    ids = [each.robaws_client_id for each in others]
    try:
        plan = merging.preview(survivor.robaws_client_id, ids, taken)
        record = merging.merge(
            survivor.robaws_client_id, ids, taken=taken, in_robaws=chance.choice(IN_ROBAWS), who="test",
            now=world.clock.now(), token=plan.token,
        )  # fmt: skip
    except CannotMergeError as refusal:
        world.happened[f"not merged: {str(refusal).partition(':')[0].partition('_')[0]}"] += 1
        return False
    world.happened["merged"] += 1
    world.merged.note(record, plan, taken)
    return True


def _taken(world: World, survivor: Customer, others: list[Customer], chance: Random) -> dict[str, str]:
    """Whose value a field gets, for some. A name holds the token by which a new customer is known again."""
    free = [column for column in world.accounts.columns if column not in FLAGS and column != "name"]
    columns = chance.sample(free, chance.choice((0, 0, 1, 2)))
    return {column: chance.choice([survivor, *others]).robaws_client_id for column in columns}


def go_on_with_merges(world: World, move: Move) -> None:
    """The worker does the steps that are left; or a person has looked at one that is held, or decides otherwise."""
    chance = move.chance
    standing = list(Merge.objects.exclude(state=Merge.State.UNDONE).order_by("id"))
    if not standing:
        return
    held = [record for record in standing if record.state == Merge.State.HELD]
    if held and chance.random() < ANYWAY_SHARE:
        record = chance.choice(held)
        for merged in record.merged.filter(step=MergedCustomer.Step.HELD):
            world.merged.shown(merged.customer_number)
        _steps(world, move, [record], anyway=True)
        return
    if chance.random() < OTHER_CHOICE_SHARE:
        merging.choose(chance.choice(standing), chance.choice(list(Merge.InRobaws)))
    _steps(world, move, waiting())


def go_on_at_rest(world: World, done: int) -> None:
    if Merge.objects.exists():
        _steps(world, Move(f"merges {done} at rest", 0), waiting())


def _steps(world: World, move: Move, records: list[Merge], *, anyway: bool = False) -> None:
    def work(client: RobawsClient, lease: Lease) -> None:
        for record in records:
            go_on(record, _around(world, client, lease, anyway=anyway))

    world.run(move, work)


def undo_merge(world: World, move: Move) -> None:
    standing = list(Merge.objects.exclude(state=Merge.State.UNDONE).order_by("-id"))
    if not standing:
        return
    record = standing[0] if move.chance.random() < 0.7 else move.chance.choice(standing)

    def work(client: RobawsClient, lease: Lease) -> None:
        around = _around(world, client, lease)
        look_again(record, around)
        with world.unwatched():
            world.accounts.look_here(f"{move}, after a look at Robaws")
        undone = unmerge.undo(record, tenant=world.mapping, who="test", now=world.clock.now())
        with world.unwatched():
            _note_undone(world, record)
        unmerge.push_restored(undone, around)

    world.run(move, work)


def merge_and_go_on(world: World, move: Move) -> None:
    merge_here(world, move.chance)
    go_on_with_merges(world, move)


def merge_and_undo(world: World, move: Move) -> None:
    merge_here(world, move.chance)
    chance = Random(f"{move.seed}/between")
    is_cut = chance.random() < CUT_SHARE
    if is_cut:
        _lose_the_steps_answers(world, chance)
    go_on_with_merges(world, Move("go_on_with_merges", move.seed))
    if is_cut:
        world.calm()
    if move.chance.random() < EDITED_SHARE:
        _edit_what_was_taken_over(world, move.chance)
    undo_merge(world, move)


def merge_and_undo_run(world: World, move: Move) -> None:
    """What a run has brought to a customer is taken over by another one, and then the run is taken back."""
    chance = move.chance
    found = Change.objects.exclude(run=None).filter(source__in=undoing.BROUGHT).select_related("customer")
    made = Change.objects.filter(field="name", old=None).values("customer")
    free = [column for column in world.accounts.columns if column not in (*FLAGS, *ADDRESS, "name")]
    standing = [
        each
        for each in found.filter(field__in=free).exclude(customer__in=made).order_by("-id")
        if same(each.field, getattr(each.customer, each.field), each.new, Place("BE", "BE"))
    ]
    if not standing:
        return
    change = chance.choice(standing[: undoing.LATEST])
    others = list(Customer.objects.exclude(pk=change.customer_id).filter(gone_at=None).order_by("id"))
    taken = {change.field: change.customer.robaws_client_id}
    if others and _merge(world, chance.choice(others), [change.customer], taken, chance) and change.run_id is not None:
        undoing.take_back(world, move, change.run_id)


def _lose_the_steps_answers(world: World, chance: Random) -> None:
    """Nobody hears what became of those that were merged last, and nobody can look either."""
    record = Merge.objects.order_by("-id").first()
    ids = record.merged.values_list("robaws_client_id", flat=True) if record else ()
    lost = [
        f"{chance.choice(LOST_ANSWERS)}@{method},/api/v2/clients/{client_id}{often}"
        for client_id in ids
        for method, often in (("DELETE", chance.choice(("", ",x1"))), ("PATCH", ""))
    ]
    world.weather(*lost, seed=chance.getrandbits(32))


def _edit_what_was_taken_over(world: World, chance: Random) -> None:
    record = Merge.objects.order_by("-id").first()
    if record is not None:
        undoing.edit_one_of(world, [(record.survivor_id, column) for column in record.fields], chance)


def _note_undone(world: World, record: Merge) -> None:
    record.refresh_from_db()
    others = list(record.merged.order_by("-id"))
    world.merged.undone(record, others, world.tenant.clients)
    world.happened["merge undone"] += 1
    for merged in others:
        world.happened[f"merge undone, step {merged.step}"] += 1
        token = TOKEN.search(merged.name)
        if merged.step == MergedCustomer.Step.DELETED and token:
            world.made_here[merged.customer_number] = token[0]


def _around(world: World, client: RobawsClient, lease: Lease, *, anyway: bool = False) -> Around:
    return Around(
        client, world.mapping, lease, Policy(world.setup.policy), "test", world.clock.now, "test", anyway=anyway
    )


def all_are_over(world: World) -> None:
    """At rest no merge has steps left, but for those that wait for a person and say why."""
    steps_left = (MergedCustomer.Step.WAITING, MergedCustomer.Step.HELD)
    for merged in MergedCustomer.objects.filter(merge__state=Merge.State.DONE, step__in=steps_left):
        raise Violation(f"{merged.merge} is said to be done, and {merged}")
    for record in Merge.objects.exclude(state__in=(Merge.State.DONE, Merge.State.UNDONE)):
        told = record.error or any(record.merged.exclude(error="").values_list("error", flat=True))
        if record.state != Merge.State.HELD or not told:
            raise Violation(f"{record} is {record.state} at rest: {told!r}")


def redirects_lead_on(world: World) -> None:
    """The id of one that was merged means the customer that holds what was its."""
    rows = dict(Customer.objects.values_list("pk", "robaws_client_id"))
    for merged in MergedCustomer.objects.exclude(merge__state=Merge.State.UNDONE).select_related("merge"):
        if merged.robaws_client_id.startswith(NEW_ID_PREFIX):
            continue
        holder = world.merged.holder(merged.customer_number)
        found = merged_into(merged.robaws_client_id)
        if found != rows.get(holder):
            raise Violation(f"client {merged.robaws_client_id} was merged into row {holder}, and leads to {found}")


MOVES: dict[str, Callable[[World, Move], None]] = {
    "go_on_with_merges": go_on_with_merges,
    "merge_and_go_on": merge_and_go_on,
    "merge_and_undo": merge_and_undo,
    "undo_merge": undo_merge,
    "merge_and_undo_run": merge_and_undo_run,
}
