"""What people do, here and in Robaws, and what the ledger writes down of it."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from django.db import connection

from bconnect.customers.fields import FLAGS, Place, Value, same
from bconnect.customers.models import Customer, new_client_id
from bconnect.intakes.models import Intake
from bconnect.sync.forget import forget
from bconnect.sync.models import SentEdit
from tests.simulation.clients import spelt
from tests.simulation.setup import Setup
from tests.simulation.values import NEVER_CLEARED, respelt, token_of, written
from tests.simulation.world import World

T = TypeVar("T")
TYPED = ("name", "role", "email", "phone", "mobile", "city", "postal_code", "vat_number", "website")
TYPED += ("language", "currency", "client_type")
ADDRESS = {"parts": ("street", "street_number"), "lines": ("address",)}
COUNTRY = {"code": ("country_code",), "name": ("country",), "national": ()}


HOT_SHARE = 0.6
NEWEST_SHARE = 0.25


def typed_columns(setup: Setup) -> tuple[str, ...]:
    flags = tuple(FLAGS) if setup.knows_active else ()
    return TYPED + ADDRESS[setup.address] + COUNTRY[setup.country] + flags


def picked(setup: Setup, chance: Random, besides: tuple[str, ...] = ()) -> str:
    """A column to write, mostly one of the few hot ones."""
    columns = [each for each in typed_columns(setup) if each not in besides]
    hot = Random(setup.hot).sample(columns, 2)
    return chance.choice(hot if chance.random() < HOT_SHARE else columns)


# --- here ---------------------------------------------------------------------------------------------


def edit_here(world: World, chance: Random) -> None:
    _edit(world, chance, _any_row(chance))


def edit_newest(world: World, chance: Random) -> None:
    """Whoever has just made a customer types on."""
    _edit(world, chance, Customer.objects.order_by("id").last())


def _edit(world: World, chance: Random, row: Customer | None) -> None:
    if row is not None:
        columns = {picked(world.setup, chance) for _ in range(chance.choice((1, 1, 1, 2, 3)))}
        token = token_of(row.name)
        values = {
            column: spelt(column, written(column, chance, token), chance, world.setup) for column in sorted(columns)
        }
        if "street_number" in values and not row.street:
            values.setdefault("street", "Meir")
        write_here(world, row, values)


def edit_pending(world: World, chance: Random) -> None:
    """Somebody types on in what waits to be sent."""
    row = one_of_a_few(list(Customer.objects.filter(is_pending=True).order_by("id")), chance)
    _edit(world, chance, row)


def change_here(world: World, chance: Random) -> str | None:
    """Somebody gives a client that Robaws knows another value. The client's id."""
    row = one_of_a_few(list(Customer.objects.known_to_robaws().filter(gone_at=None).order_by("id")), chance)
    if row is None:
        return None
    _write_another(world, row, chance.choice(TYPED), chance)
    return row.robaws_client_id


def edit_under_way(world: World, chance: Random) -> None:
    """Somebody types into a field that was sent, and of which nobody knows if it has arrived."""
    sent = list(SentEdit.objects.select_related("customer").order_by("customer_id"))
    places = [(each.customer, column) for each in sent for column in sorted(each.values) if column in TYPED]
    if places:
        _write_another(world, *chance.choice(places), chance)


def take_back_under_way(world: World) -> None:
    """Somebody writes again what had stood there before all that was sent, and may have arrived."""
    for each in SentEdit.objects.select_related("customer").order_by("customer_id"):
        before = each.customer.base or {}
        write_here(world, each.customer, {column: before.get(column) for column in each.values if column in TYPED})


def _write_another(world: World, row: Customer, column: str, chance: Random) -> None:
    drawn = [written(column, chance, token_of(row.name)) for _ in range(4)]
    others = [each for each in drawn if not same(column, each, getattr(row, column), Place("BE", "BE"))]
    write_here(world, row, {column: others[0]} if others else {})


def fill_here(world: World, chance: Random) -> str | None:
    """Somebody fills in what is missing, and mostly what Robaws' record does not even mention. The client's id."""
    missing, unmentioned = [], []
    for row in Customer.objects.known_to_robaws().order_by("id"):
        known = world.accounts.values_there(dict(world.tenant.clients.get(row.robaws_client_id) or {})) or {}
        for column in typed_columns(world.setup):
            if getattr(row, column) is None and (column != "street_number" or row.street):
                (missing if column in known else unmentioned).append((row, column))
    if not missing and not unmentioned:
        return None
    row, column = chance.choice(unmentioned or missing)
    write_here(world, row, {column: written(column, chance, token_of(row.name))})
    return row.robaws_client_id


def give_role(world: World, client_id: str, chance: Random) -> None:
    row = Customer.objects.filter(robaws_client_id=client_id).first()
    if row is not None:
        write_here(world, row, {"role": written("role", chance, "")})


def sql_here(world: World, chance: Random) -> None:
    """Another program, which knows no ORM."""
    if (row := _any_row(chance)) is not None:
        column = picked(world.setup, chance, (*FLAGS, "street_number"))
        value = written(column, chance, token_of(row.name))
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE robaws_customers_cache SET {column} = %s WHERE id = %s", (value, row.pk))
        world.accounts.wrote_here(row.pk, {column: value})


def spell_here(world: World, chance: Random) -> None:
    if (row := _any_row(chance)) is not None:
        column = picked(world.setup, chance, tuple(FLAGS))
        value = respelt(column, getattr(row, column), chance, national=world.setup.country == "national")
        if value is not None:
            write_here(world, row, {column: value})


def spell_settled(world: World, chance: Random) -> None:
    """A value on which both sides agree is spelt otherwise, and nothing else of its customer is edited."""
    national = world.setup.country == "national"
    columns = [column for column in typed_columns(world.setup) if column not in FLAGS]
    spelt_so = [
        (row, column, value)
        for row in Customer.objects.filter(is_pending=False).order_by("id")
        for column in columns
        if (value := respelt(column, getattr(row, column), chance, national=national)) != getattr(row, column)
    ]
    if spelt_so:
        row, column, value = chance.choice(spelt_so)
        write_here(world, row, {column: value})


def clear_here(world: World, chance: Random) -> None:
    if (row := _any_row(chance)) is not None:
        column = cleared(world, chance)
        if column == "address" and row.is_new and row.street:
            return  # of a customer that is in Robaws nowhere yet, street and number say the address
        write_here(world, row, {column: chance.choice((None, ""))})


def make_here(world: World, chance: Random, **columns: Any) -> None:
    """A new customer; sometimes with an intake, as the intake form makes them."""
    world.tokens += 1
    token = f"#m{world.tokens}"
    typed = [column for column in typed_columns(world.setup) if column not in FLAGS]
    for column in chance.sample(typed, chance.randint(0, 5)):
        columns.setdefault(column, written(column, chance, token))
    columns["name"] = written("name", chance, token)
    if "street_number" in columns:
        columns.setdefault("street", "Meir")
    now = world.clock.now()
    row = Customer.objects.create(robaws_client_id=new_client_id(), **columns)
    Customer.objects.filter(pk=row.pk).update(created_at=now, updated_at=now)
    world.made_here[row.pk] = token
    told = [column for column in world.accounts.columns if column not in FLAGS]
    world.accounts.wrote_here(row.pk, dict.fromkeys(told) | columns)
    if chance.random() < 0.5:
        _refer(world, row)


def twin_here(world: World, chance: Random) -> None:
    """A new customer that shares an e-mail or a VAT number with one that is there."""
    row = _any_row(chance)
    column = chance.choice(("email", "vat_number", "phone"))
    shared = {column: getattr(row, column)} if row is not None else {}
    make_here(world, chance, **shared)


def intake(world: World, chance: Random) -> None:
    if (row := _any_row(chance)) is not None:
        _refer(world, row)


def forget_here(world: World, chance: Random) -> None:
    """A person deletes a customer here for good, and leaves the client in Robaws."""
    if (customer := deletable(chance)) is not None:
        world.accounts.doomed.add(customer.pk)
        forget(customer, who="test", now=world.clock.now())
        world.happened["forgotten"] += 1


def deletable(chance: Random) -> Customer | None:
    """One that no intake refers to."""
    used = Intake.objects.values("robaws_client_id")
    return one_of_a_few(list(Customer.objects.exclude(robaws_client_id__in=used).order_by("id")), chance)


def _any_row(chance: Random) -> Customer | None:
    return one_of_a_few(list(Customer.objects.order_by("id")), chance)


def write_here(world: World, row: Customer, values: dict[str, Value]) -> None:
    if _was_made_here(world, row):
        # A client made by us has no such member in this Robaws, which ignores what it does not know.
        values = {column: value for column, value in values.items() if column not in FLAGS}
    if values:
        Customer.objects.filter(pk=row.pk).update(**values)
        world.accounts.wrote_here(row.pk, values)


def _was_made_here(world: World, row: Customer) -> bool:
    return row.pk in world.made_here or any(row.robaws_client_id in ids for ids in world.made_by_post.values())


def _refer(world: World, row: Customer) -> None:
    made = Intake.objects.create(robaws_client_id=row.robaws_client_id, customer_name=row.name)
    world.intakes[made.pk] = row.pk


def cleared(world: World, chance: Random) -> str:
    return picked(world.setup, chance, NEVER_CLEARED)


def one_of_a_few(found: Sequence[T], chance: Random) -> T | None:
    if not found:
        return None
    if chance.random() < NEWEST_SHARE:
        return found[-1]
    return chance.choice(found[:2] if chance.random() < HOT_SHARE else found)


ACTS: dict[str, Callable[[World, Random], None]] = {
    "edit_here": edit_here,
    "edit_newest": edit_newest,
    "edit_pending": edit_pending,
    "sql_here": sql_here,
    "spell_here": spell_here,
    "clear_here": clear_here,
    "make_here": make_here,
    "twin_here": twin_here,
    "intake": intake,
    "forget_here": forget_here,
}
