"""Both sides at rest: what must be true then."""

from random import Random
from typing import Any

from bconnect.customers.fields import AS_ONE, COLUMNS, Place, same
from bconnect.customers.models import NEW_ID_PREFIX, Customer
from bconnect.intakes.models import Intake
from bconnect.sync import runs
from bconnect.sync.mapping import UnusableRecordError, project
from bconnect.sync.models import Conflict, CreateIntent, ParkedEdit, Redirect, Tombstone
from bconnect.webhooks.batch import ATTEMPTS, CLAIM_FOR, PAUSES
from bconnect.webhooks.models import OPEN, Delivery, Status
from bconnect.webhooks.replay import replay
from robaws.records import ABSENT
from tests.simulation import merges, processes
from tests.simulation.ledger import THERE, Violation
from tests.simulation.setup import Move
from tests.simulation.world import World

ROUNDS = 4
"""So many full pulls and pushes at most, of which the last must find nothing to do."""


def settle_and_judge(world: World) -> None:
    _calm_down(world)
    the_inbox_is_emptied(world)
    if runs.watermark() is None:
        processes.pull(world, Move("the end of the first full pull", 0), "incremental")
    processes.pull(world, Move("last incremental", 0), "incremental")
    if not world.hid_clients:
        everything_arrived(world)
    they_come_to_rest(world)
    both_sides_are_equal(world)
    nobody_is_doubled(world)
    no_intake_is_orphaned(world)
    the_dead_are_inactive_and_the_living_are_not(world)
    the_forgotten_stay_away(world)
    nobody_is_in_conflict_with_themselves(world)
    merges.all_are_over(world)
    merges.redirects_lead_on(world)
    old_news_changes_nothing(world)
    world.happened["open conflict at the end"] += Conflict.objects.filter(resolved_at=None).count()
    world.happened["parked at the end"] += ParkedEdit.objects.count()
    world.happened["creation held at the end"] += CreateIntent.objects.count()


def _calm_down(world: World) -> None:
    world.is_partial = False
    world.is_resting = True
    world.calm()
    world.renew_quota()
    _pass(world)


def _pass(world: World) -> None:
    world.clock.pass_(world.setup.lag_s + 120)


def the_inbox_is_emptied(world: World) -> None:
    """What still comes is stored and applied; what was claimed by the dead is taken over, what failed tried again."""
    world.mail.deliver_the_rest(Random(world.case_seed))
    for _ in range(ATTEMPTS + 1):
        if not Delivery.objects.filter(status__in=OPEN).exists():
            break
        world.clock.pass_(CLAIM_FOR.total_seconds() + PAUSES[-1].total_seconds())
        processes.inbox(world, Move("last inbox", 0))
    told = {each.robaws_id: each for each in Delivery.objects.exclude(robaws_id=None)}
    for event_id in world.mail.accepted:
        if event_id not in told:
            raise Violation(f"event {event_id} was accepted and is not stored")
        if told[event_id].status in OPEN:
            raise Violation(f"event {event_id} was accepted and is never applied: it is {told[event_id].status}")
    stay_away = _stay_away()
    for client_id, event_id in world.mail.latest.items():
        is_applied = event_id in told and told[event_id].status == Status.PROCESSED
        if is_applied and client_id not in stay_away:
            what_was_told_is_known(world, client_id)


def what_was_told_is_known(world: World, client_id: str) -> None:
    """The last event of this client was applied: nothing that Robaws holds waits to be taken in."""
    record = world.tenant.clients.get(client_id)
    if record is None or world.accounts.values_there(record) is None:
        return
    row = Customer.objects.filter(robaws_client_id=client_id).first()
    if row is None:
        raise Violation(f"client {client_id} was told of by webhook, and is not here")
    in_conflict = _open_conflicts()
    for column in world.accounts.columns:
        may_hide = column == "role" and (world.setup.is_partial or world.hid_fields)
        overruled = world.setup.policy == "bconnect" and row.is_pending
        if may_hide or overruled or (row.pk, column) in in_conflict:
            continue
        line = world.accounts.line(row.pk, client_id, column)
        if world.accounts.ledger.is_waiting(line, column, THERE):
            raise Violation(
                f"{column} of client {client_id} is {line.there[-1].value!r} in Robaws and {line.here[-1].value!r} "
                "here: the webhook that told of it was applied"
            )


def nobody_is_in_conflict_with_themselves(world: World) -> None:
    """What Robaws holds in a conflict was written there by somebody, and is not our own write come back."""
    for conflict in Conflict.objects.filter(resolved_at=None).select_related("customer"):
        # A customer made here may have been edited on the copy that a pull brought in: two people, on two rows.
        if conflict.field in world.accounts.columns and conflict.customer_id not in world.made_here:
            line = world.accounts.line(conflict.customer_id, conflict.customer.robaws_client_id, conflict.field)
            if line.there and not line.there[-1].written:
                raise Violation(f"{conflict} of client {conflict.customer.robaws_client_id} is with our own write")


def the_forgotten_stay_away(world: World) -> None:
    back = Customer.objects.filter(robaws_client_id__in=_stay_away()).first()
    if back is not None:
        raise Violation(f"client {back.robaws_client_id} was deleted or merged here, and has come back")


def old_news_changes_nothing(world: World) -> None:
    """Every event once more, as a person replays them."""
    if not Delivery.objects.exists():
        return
    before, writes = _rows(), world.tenant.stats.writes
    replay(Delivery.objects.all(), world.clock.now())
    processes.inbox(world, Move("replay", 0))
    after = _rows()
    if after != before:
        raise Violation(f"an event that is replayed changes a row: {_difference(before, after)}")
    if world.tenant.stats.writes != writes:
        raise Violation("an event that is replayed makes a write request")


def everything_arrived(world: World) -> None:
    """An incremental pull brings all that was written in Robaws since the last complete one."""
    rows = {row.robaws_client_id: row for row in Customer.objects.all()}
    in_conflict, stay_away = _open_conflicts(), _stay_away()
    for client_id, record in world.tenant.clients.items():
        if client_id in stay_away or world.accounts.values_there(record) is None:
            continue
        row = rows.get(client_id)
        if row is None:
            raise Violation(f"client {client_id} never came here: the incremental pull has passed it by")
        for column in world.accounts.columns:
            line = world.accounts.line(row.pk, client_id, column)
            if world.setup.policy == "bconnect" and row.is_pending:
                continue
            if (row.pk, column) not in in_conflict and world.accounts.ledger.is_waiting(line, column, THERE):
                raise Violation(
                    f"{column} of client {client_id} is {line.there[-1].value!r} in Robaws and {line.here[-1].value!r} "
                    "here: the incremental pull has passed it by"
                )


def they_come_to_rest(world: World) -> None:
    """After a few full pulls and pushes there is nothing left to do: no write request, no row written."""
    _pass(world)
    for done in range(1, ROUNDS + 1):
        rows, clients, writes = _rows(), dict(world.tenant.clients), world.tenant.stats.writes
        processes.pull(world, Move(f"full pull {done} at rest", 0), "full")
        who_is_gone_is_known(world)
        _pass(world)
        processes.push(world, Move(f"push {done} at rest", 0), allow_twins=world.setup.allow_twins, yes_all=True)
        _pass(world)
        merges.go_on_at_rest(world, done)
        after = _rows()
        if after == rows and world.tenant.stats.writes == writes and dict(world.tenant.clients) == clients:
            return
    if world.tenant.stats.writes != writes:
        raise Violation(f"at rest, {world.tenant.stats.writes - writes} more write requests are sent")
    raise Violation(f"at rest, a row is written again: {_difference(rows, after)}")


def who_is_gone_is_known(world: World) -> None:
    """One full pull is enough, also one that was cut short before and goes on."""
    shown = Customer.objects.filter(gone_at=None).exclude(robaws_client_id__startswith=NEW_ID_PREFIX)
    for client_id in shown.values_list("robaws_client_id", flat=True):
        if client_id not in world.tenant.clients:
            raise Violation(f"client {client_id} is gone, and a full pull at rest has not found it out")


def both_sides_are_equal(world: World) -> None:
    excused = _waiting() | {
        (parked.customer_id, column) for parked in ParkedEdit.objects.all() for column in parked.edits
    }
    for row in Customer.objects.filter(gone_at=None).exclude(robaws_client_id__startswith=NEW_ID_PREFIX):
        record = world.tenant.clients.get(row.robaws_client_id)
        if record is None:
            raise Violation(f"row {row.pk} is of client {row.robaws_client_id}, which is gone, and is not marked so")
        try:
            values = project(record, world.mapping).values
        except UnusableRecordError:
            continue
        place = Place(row.country_code, "BE")
        for column in COLUMNS:
            here, there = getattr(row, column), values[column]
            if there is not ABSENT and (row.pk, column) not in excused and not same(column, here, there, place):
                said = f"{here!r} here and {there!r} in Robaws: {_base(row, column)}"
                raise Violation(f"{column} of client {row.robaws_client_id} is {said}")
    known = _stay_away() | set(Customer.objects.values_list("robaws_client_id", flat=True))
    for client_id, record in world.tenant.clients.items():
        if client_id not in known and world.accounts.values_there(record) is not None:
            raise Violation(f"client {client_id} is in Robaws and not here")


def _base(row: Customer, column: str) -> str:
    return f"base {(row.base or {}).get(column)!r}"


def nobody_is_doubled(world: World) -> None:
    """A customer made here is one client there, or waits for a person with the reason known."""
    owners, stay_away = dict(Customer.objects.values_list("robaws_client_id", "pk")), _stay_away()
    for pk, token in world.made_here.items():
        if pk in world.accounts.doomed or pk in world.merged:
            continue
        made = world.made_by_post.get(token, [])
        # Who was made anew had been deleted, by a merge or by somebody in Robaws; what is put back since is theirs.
        theirs = world.put_back if len(made) > 1 else world.put_back & stay_away
        alive = [each for each in made if each in world.tenant.clients and each not in theirs]
        if len(alive) > 1:
            raise Violation(f"customer {token} was made once here and is {alive} in Robaws")
        held = CreateIntent.objects.filter(customer_id=pk).exists()
        if alive and owners.get(alive[0]) != pk and not held:
            raise Violation(f"client {alive[0]} was made of row {pk} ({token}), and is of row {owners.get(alive[0])}")


def no_intake_is_orphaned(world: World) -> None:
    rows = dict(Customer.objects.values_list("robaws_client_id", "pk"))
    for pk, client_id in Intake.objects.values_list("pk", "robaws_client_id"):
        if client_id not in rows:
            raise Violation(f"intake {pk} refers to {client_id}, which no row is")
        wanted, found = world.merged.holder(world.intakes[pk]), rows[client_id]
        if wanted in rows.values() and wanted != found:
            raise Violation(f"intake {pk} was made for row {wanted} and refers to row {found}")


def the_dead_are_inactive_and_the_living_are_not(world: World) -> None:
    for row in Customer.objects.exclude(robaws_client_id__startswith=NEW_ID_PREFIX):
        record = world.tenant.clients.get(row.robaws_client_id)
        line, ledger = world.accounts.line(row.pk, row.robaws_client_id, "is_active"), world.accounts.ledger
        if record is None and row.gone_at is not None and ledger.was_written_here(line, "is_active", True):
            continue  # somebody here wants it active all the same
        if record is None and (row.is_active or row.gone_at is None):
            raise Violation(f"client {row.robaws_client_id} is deleted in Robaws and active here")
        if record is not None and row.gone_at is not None:
            raise Violation(f"client {row.robaws_client_id} is in Robaws and marked as gone here")
        is_active_there = record is not None and record.get("isActive") is not False
        if is_active_there and not row.is_active and not ledger.was_written_here(line, "is_active", False):
            raise Violation(f"client {row.robaws_client_id} is active in Robaws and inactive here")


def _stay_away() -> set[str]:
    """Deleted here, or merged into another customer."""
    return {
        each for model in (Tombstone, Redirect) for each in model.objects.values_list("robaws_client_id", flat=True)
    }


def _open_conflicts() -> set[tuple[int, str]]:
    return set(Conflict.objects.filter(resolved_at=None).values_list("customer_id", "field"))


def _waiting() -> set[tuple[int, str]]:
    """What waits for a decision, by row: with one column all those that say one thing with it."""
    groups = {field: group for group in AS_ONE for field in group}
    return {(pk, each) for pk, field in _open_conflicts() for each in groups.get(field, (field,))}


def _rows() -> list[dict[str, Any]]:
    return list(Customer.objects.order_by("id").values())


def _difference(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    for old, new in zip(before, after, strict=False):
        told = {name: (old[name], new[name]) for name in old if old[name] != new[name]}
        if told:
            return f"row {old['id']}: {told}"
    return f"{len(before)} rows became {len(after)}"
