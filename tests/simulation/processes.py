"""The product's own processes: pulls, pushes, deletions, and the worker of the webhooks' inbox."""

from typing import Any

from bconnect.customers.models import Customer
from bconnect.sync import absence, pending
from bconnect.sync.forget import delete_everywhere
from bconnect.sync.lease import TERM_S, Lease, LeaseHeldError
from bconnect.sync.pull import Pull, PullOptions
from bconnect.sync.push import Push, PushOptions
from bconnect.sync.reconcile import Policy
from bconnect.webhooks.applying import Inbox
from robaws.client import RobawsClient
from tests.simulation.ledger import Violation
from tests.simulation.setup import Move
from tests.simulation.world import World

EVENTS_AT_ONCE = 5


def pull(world: World, move: Move, kind: str, *args: Any, **options: Any) -> None:
    def work(client: RobawsClient, lease: Lease) -> None:
        chosen = PullOptions("test", world.is_resting, Policy(world.setup.policy))
        getattr(Pull(client, world.mapping, chosen, lease=lease, now=world.clock.now), kind)(*args, **options)

    before = _gone()
    world.run(move, work)
    found = _gone() - before
    if not world.is_resting and len(found) > max(absence.COUNT_ALLOWED, absence.known_count() * absence.SHARE_ALLOWED):
        raise Violation(f"{move}: so many clients at once are thought to be gone: {sorted(found)}")


def _gone() -> set[str]:
    return set(Customer.objects.exclude(gone_at=None).values_list("robaws_client_id", flat=True))


def push(world: World, move: Move, **options: Any) -> None:
    world.sent_to.clear()
    _push(world, move, **options)
    is_guarded = not options.get("yes_all") and "client_id" not in options
    most = max(pending.COUNT_ALLOWED, Customer.objects.count() * pending.SHARE_ALLOWED)
    if is_guarded and len(world.sent_to) > most:
        raise Violation(f"{move}: edits of so many customers at once are sent: {sorted(world.sent_to)}")


def _push(world: World, move: Move, **options: Any) -> None:
    def work(client: RobawsClient, lease: Lease) -> None:
        chosen = PushOptions(**{"who": "test", "policy": Policy(world.setup.policy), **options})
        Push(client, world.mapping, chosen, lease=lease, tenant_key="test", now=world.clock.now).run()

    world.run(move, work)


def overtaken(world: World) -> None:
    """The process was asleep for longer than its lease lasts, and another one has run meanwhile."""
    if world.holds_lease:
        world.clock.pass_(TERM_S + 1)
        with Lease(clock=world.clock):
            world.is_overtaken = True
        world.happened["lost its lease"] += 1


def second_run(world: World) -> None:
    """Another process wants to run just now."""
    if not world.holds_lease or world.is_overtaken:
        return
    try:
        Lease(clock=world.clock).acquire()
    except LeaseHeldError:
        world.happened["second run turned away"] += 1
    else:
        raise Violation("two runs are at work at once")


def delete_both(world: World, move: Move, customer: Customer) -> None:
    """A person deletes a customer, here and in Robaws."""
    world.accounts.doomed.add(customer.pk)

    def work(client: RobawsClient, lease: Lease) -> None:
        delete_everywhere(client, customer, tenant=world.mapping, who="test", now=world.clock.now())

    world.run(move, work)


def inbox(world: World, move: Move) -> None:
    """A worker applies what has come; several may work beside each other, and beside a run."""

    def work(client: RobawsClient) -> None:
        reader = Inbox(
            world.mapping, Policy(world.setup.policy), client.get_client, now=world.clock.now, clock=world.clock
        )
        while reader.apply(EVENTS_AT_ONCE).taken:
            pass

    with world.planted():
        world.process(move, work)
