"""A person decides a conflict."""

from random import Random

from bconnect.customers.fields import AS_ONE, FLAGS, Place, Value, same
from bconnect.customers.models import Customer
from bconnect.sync import resolve
from bconnect.sync.models import Conflict
from tests.simulation.ledger import Version
from tests.simulation.values import token_of, written
from tests.simulation.world import World


def resolve_conflict(world: World, chance: Random) -> None:
    """A person sees both values and takes one of them, or a third."""
    conflicts = list(Conflict.objects.filter(resolved_at=None).select_related("customer").order_by("id"))
    if not conflicts:
        return
    conflict = chance.choice(conflicts)
    pk, column = conflict.customer_id, conflict.field
    take = chance.choice(list(resolve.Take))
    value = written(column, chance, token_of(conflict.customer.name)) if column not in FLAGS else None
    if take is resolve.Take.VALUE and not isinstance(value, str):
        take = resolve.Take.OURS
    if column not in world.accounts.columns:
        take = resolve.Take.THEIRS  # the ledger knows the other columns of an address, and not what these would make
    seen = _shown(world, pk, column, conflict.theirs)
    resolve.resolve(
        conflict.pk, take, value if take is resolve.Take.VALUE else None,
        tenant=world.mapping, who="test", now=world.clock.now(),
    )  # fmt: skip
    world.happened[f"resolved: {take.value}"] += 1
    if column not in world.accounts.columns:
        _note_rest(world, pk, column)
        return
    line = world.accounts.line(pk, world.accounts.client_of.get(pk), column)
    if take is resolve.Take.THEIRS:
        world.accounts.ledger.yielded(line, conflict.theirs, seen)
    else:
        kept = value if take is resolve.Take.VALUE else getattr(conflict.customer, column)
        world.accounts.wrote_here(pk, {column: kept}, seen)
        # Their value is what counts as agreed on now: to write it here is to take the decision back.
        line.common.append(Version(conflict.theirs, seen))


def _note_rest(world: World, pk: int, decided: str) -> None:
    """With Robaws' address its street and number were taken, with its country the code."""
    rest = {column for group in AS_ONE if decided in group for column in group}
    for column in sorted(rest & {*world.accounts.columns}):
        line, now = world.accounts.line(pk, world.accounts.client_of.get(pk), column), _value(pk, column)
        if line.here and line.there:  # whoever decided saw all of it
            mine, theirs = line.here[-1], line.there[-1]
            line.here.append(Version(mine.value, mine.seen | theirs.seen, mine.written))
        if line.here and not world.accounts.same(column, line.here[-1].value, now):
            world.accounts.ledger.yielded(line, now, _shown(world, pk, column, now))


def _value(pk: int, column: str) -> Value:
    value: Value = Customer.objects.values_list(column, flat=True).get(pk=pk)
    return value


def _shown(world: World, pk: int, column: str, theirs: Value) -> frozenset[int]:
    line = world.accounts.line(pk, world.accounts.client_of.get(pk), column)
    place = Place("BE", "BE")
    return next((each.seen for each in reversed(line.there) if same(column, each.value, theirs, place)), frozenset())
