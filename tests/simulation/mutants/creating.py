"""Mutants of the creation of clients."""

from typing import Any

from bconnect.customers.fields import COLUMNS, FLAGS
from bconnect.customers.models import Customer
from bconnect.sync import (
    adopt,
    create,
)
from robaws.errors import RobawsError
from tests.simulation.mutants.registry import Replacement, mutant


@mutant("a creation leaves no intent behind")
def _no_intent() -> list[Replacement]:
    true_intend = create.Creator._intend

    def intend(self: Any, customer_id: int) -> Any:
        row, intent = true_intend(self, customer_id)
        create.CreateIntent.objects.filter(customer_id=customer_id).delete()
        return row, intent

    return [(create.Creator, "_intend", intend), (create.Creator, "_refuse_twins", lambda self, row: None)]


@mutant("after a lost answer a creation is sent again at once")
def _post_again() -> list[Replacement]:
    true_send = create.Creator._send

    def send(self: Any, row: Any, intent: Any) -> None:
        try:
            true_send(self, row, intent)
        except RobawsError as error:
            if error.may_be_applied:
                intent.delete()
            raise

    return [(create.Creator, "_send", send), (create.Creator, "_made_by", lambda self, intent: None)]


@mutant("an earlier creation is not looked for")
def _not_looked_for() -> list[Replacement]:
    return [(create.Creator, "_made_by", lambda self, intent: None)]


@mutant("intakes stay with the id that is no more")
def _orphans() -> list[Replacement]:
    return [(adopt.references, "move", lambda old_id, new_id: None)]


@mutant("the table is not brought up to date before a creation")
def _unprepared() -> list[Replacement]:
    return [(create.Creator, "prepare", lambda self: setattr(self, "_saw_all", True))]


@mutant("an edit made after the creation was sent is forgotten")
def _adopts_over() -> list[Replacement]:
    true_adopt = adopt.Adoption.adopt

    def adopt_(self: Any, customer_id: int, values: Any, whole: Any, taken: Any) -> None:
        sent = {column: values.get(column) for column in COLUMNS if column not in FLAGS}
        Customer.objects.filter(pk=customer_id).update(**sent)
        true_adopt(self, customer_id, values, whole, taken)

    return [(adopt.Adoption, "adopt", adopt_)]
