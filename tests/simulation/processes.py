"""The product's own processes: pulls, pushes, deletions, and the worker of the webhooks' inbox."""

from typing import Any

from bconnect.customers.models import Customer
from bconnect.sync.forget import delete_everywhere
from bconnect.sync.lease import Lease, LeaseHeldError
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
        chosen = PullOptions(who="test", policy=Policy(world.setup.policy))
        getattr(Pull(client, world.mapping, chosen, lease=lease, now=world.clock.now), kind)(*args, **options)

    world.run(move, work)


def push(world: World, move: Move, **options: Any) -> None:
    def work(client: RobawsClient, lease: Lease) -> None:
        chosen = PushOptions(**{"who": "test", "policy": Policy(world.setup.policy), **options})
        Push(client, world.mapping, chosen, lease=lease, tenant_key="test", now=world.clock.now).run()

    world.run(move, work)


def second_run(world: World) -> None:
    """Another process wants to run just now."""
    if not world.holds_lease:
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
