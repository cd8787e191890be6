"""What stands in the way of "in step": per field our value, what was agreed on, and what Robaws holds."""

from dataclasses import dataclass

from bconnect.customers.fields import FIELDS, Place, Value, same
from bconnect.customers.models import Customer
from bconnect.panel import words
from bconnect.sync import gateway
from bconnect.sync.mapping import UnusableRecordError, project
from bconnect.sync.merge import Verdict, judge
from bconnect.sync.reconcile import full_base


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not the same on both sides. `verdict.value` says whose change it is."""

    column: str
    label: str
    ours: Value
    base: Value
    theirs: Value
    verdict: Verdict


def differences(customer: Customer) -> list[Difference]:
    """The fields that differ, in the order of the field table; none for a customer Robaws does not know."""
    if customer.is_new or not customer.base:
        return []
    place = Place(customer.country_code, gateway.tenant().default_country)
    base = full_base(customer.base)
    robaws = in_robaws(customer)
    found = []
    for each in FIELDS:
        ours, agreed = getattr(customer, each.column), base[each.column]
        theirs = robaws.get(each.column, agreed)
        verdict = judge(agreed, ours, theirs, lambda a, b, column=each.column: same(column, a, b, place))  # type: ignore[misc]
        if verdict is not Verdict.UNCHANGED:
            found.append(Difference(each.column, words.said(each.label), ours, agreed, theirs, verdict))
    return found


def in_robaws(customer: Customer) -> dict[str, Value]:
    """The record as last seen, as our columns; only those it mentions."""
    if not isinstance(customer.metadata, dict):
        return {}
    try:
        values = project(customer.metadata, gateway.tenant(), customer.country_code).values
    except UnusableRecordError:
        return {}
    return {column: value for column, value in values.items() if isinstance(value, str | bool | None)}
