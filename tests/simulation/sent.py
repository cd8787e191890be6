"""What the sync has sent to Robaws, held against the ledger: each write request as it is carried out."""

from typing import TYPE_CHECKING, Any

from bconnect.customers.models import Customer
from bconnect.sync.create import TELLING
from bconnect.sync.models import CreateIntent
from robaws.simulator import Request
from tests.simulation import wire
from tests.simulation.ledger import THERE, Violation
from tests.simulation.values import TOKEN

if TYPE_CHECKING:
    from tests.simulation.world import World


def deleted(world: "World", client_id: str, where: str, *, was_merged: bool) -> None:
    """Before it is: nothing may go that nobody here has seen. `was_merged`: before this request was on its way."""
    world.accounts.look_here(where)
    world.removed[client_id] = dict(world.tenant.clients[client_id])
    if world.merged.check_step(client_id, where, is_too_late=not was_merged):
        world.happened["merged client deleted"] += 1
        return
    pk = Customer.objects.values_list("pk", flat=True).filter(robaws_client_id=client_id).first()
    if pk is None:
        return  # somebody else has deleted it here, between our last look and this request
    ledger = world.accounts.ledger
    for column in world.accounts.columns:
        line = world.accounts.line(pk, client_id, column)
        # What a policy has overruled is no news: the next push would have replaced it.
        if ledger.is_waiting(line, column, THERE) and not ledger.is_overruled(line, column):
            raise Violation(f"{where}: client {client_id} is deleted with a {column} that nobody here has seen")


def patched(world: "World", client_id: str, before: dict[str, Any], request: Request, where: str) -> None:
    world.happened["PATCH"] += 1
    world.sent_to.add(client_id)
    world.accounts.look_here(where)
    pk = Customer.objects.filter(robaws_client_id=client_id).values_list("pk", flat=True).first()
    if pk is None:
        # Deleted here while its edit was on its way, or merged.
        after = dict(world.tenant.clients[client_id])
        if world.merged.check_step(client_id, where, wire.changes(request, before), after):
            world.happened["merged client deactivated"] += 1
        world.accounts.wrote_there(client_id, after)
        return
    wire.check_sent(wire.changes(request, before), pk, client_id, world.accounts, where)
    after = dict(world.tenant.clients[client_id])
    wire.check_untouched(before, after, where)
    if after != before:
        world.happened["PATCH applied"] += 1
        world.accounts.sent_there(pk, client_id, after, where)


def _is_known_again(world: "World", earlier: dict[str, Any], record: dict[str, Any]) -> bool:
    one, other = (world.accounts.values_there(each) or {} for each in (earlier, record))
    told = {column for column in TELLING | {"name"} if other.get(column) is not None}
    return any(world.accounts.same(column, one.get(column), other[column]) for column in told)


def posted(world: "World", client_id: str, where: str) -> None:
    world.happened["POST applied"] += 1
    world.sent_to.add(client_id)
    record = dict(world.tenant.clients[client_id])
    token = TOKEN.search(str(record["name"]))
    pks = [pk for pk, known in world.made_here.items() if token and known == token[0]]
    if not pks:
        raise Violation(f"{where}: client {client_id} was created out of nothing: {record['name']!r}")
    earlier = world.made_by_post.setdefault(token[0], [])
    # One that a merge deleted may be put back in the very moment in which the undo makes it anew.
    alive = [each for each in earlier if each in world.tenant.clients and each not in world.put_back]
    # One in which a colleague has changed all that was sent is theirs: it is not known again (decision 0011).
    world.put_back |= {each for each in alive if not _is_known_again(world, dict(world.tenant.clients[each]), record)}
    alive = [each for each in alive if each not in world.put_back]
    if alive:
        raise Violation(f"{where}: {record['name']!r} was created twice, as {alive[0]} and as {client_id}")
    earlier.append(client_id)
    world.accounts.look_here(where)
    # A copy of a cut-off creation that was deleted in a merge, and is back, has the same token.
    intents = CreateIntent.objects.filter(customer_id__in=pks).order_by("written_at")
    pk = [pks[0], *intents.values_list("customer_id", flat=True)][-1]
    if not Customer.objects.filter(pk=pk).exists():
        world.accounts.wrote_there(client_id, record)  # deleted or merged here in the very moment of sending
        return
    world.accounts.client_of[pk] = client_id
    world.accounts.sent_there(pk, client_id, record, where)
