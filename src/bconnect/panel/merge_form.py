"""The preview of a merge as it is shown and as it comes back: who stays, who is merged, whose value each field gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from bconnect.customers import normalise, references
from bconnect.customers.duplicates.evidence import Evidence
from bconnect.customers.duplicates.lookup import weakest
from bconnect.customers.fields import COLUMNS, COUNTRY, LINE, Value
from bconnect.customers.models import Customer
from bconnect.panel.customer_page import label
from bconnect.sync import merging
from bconnect.sync.merge_plan import Plan
from bconnect.sync.models import Merge


@dataclass(frozen=True, slots=True)
class Column:
    """One customer of the preview."""

    customer: Customer
    intakes: int
    stays: bool
    is_merged: bool

    @property
    def label(self) -> str:
        """Tells it from the others also where they have one name."""
        return (
            self.customer.name if self.customer.is_new else f"{self.customer.name} ({self.customer.robaws_client_id})"
        )


@dataclass(frozen=True, slots=True)
class Cell:
    client_id: str
    whose: str
    """The label of the customer's column."""
    value: Value
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One field, or several that say one thing: a cell for each customer."""

    column: str
    label: str
    cells: list[Cell]
    differs: bool


@dataclass(frozen=True, slots=True)
class Preview:
    columns: list[Column]
    lines: list[Line]
    token: str
    in_robaws: str
    stay_active: list[str]
    """Names of those that can't be deactivated in Robaws: nothing in their records there says if they are active."""
    evidence: Evidence | None
    """For the two that are least alike."""
    can_deactivate: bool
    """Whether at least one of the others can."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody chose."""

    survivor_id: str
    other_ids: tuple[str, ...]
    taken: Mapping[str, str]
    in_robaws: str
    token: str


def preview(client_ids: Sequence[str], answer: Answer | None = None) -> Preview:
    """With the suggestion, or with what was chosen already. Raises CannotMergeError."""
    survivor_id = answer.survivor_id if answer else merging.suggested(client_ids)
    plan = merging.preview(survivor_id, [each for each in client_ids if each != survivor_id])
    shown = [plan.survivor_id, *plan.other_ids]
    customers = {each.robaws_client_id: each for each in Customer.objects.filter(robaws_client_id__in=shown)}
    can_deactivate = len(plan.stay_active) < len(plan.other_ids)
    default = Merge.InRobaws.DEACTIVATE if can_deactivate else Merge.InRobaws.KEEP
    columns = [
        Column(
            customers[each],
            references.count(each),
            each == survivor_id,
            answer is None or each == survivor_id or each in answer.other_ids,
        )
        for each in shown
    ]
    return Preview(
        columns=columns,
        lines=_lines(plan, {each.customer.robaws_client_id: each.label for each in columns}, answer),
        token=plan.token,
        in_robaws=answer.in_robaws if answer else default,
        stay_active=[f"{customers[each].name} ({each})" for each in plan.without_flag],
        evidence=weakest([each.pk for each in customers.values()]),
        can_deactivate=can_deactivate,
    )


def read_answer(posted: QueryDict, client_ids: Sequence[str]) -> Answer:
    """Fields that belong to a customer that was left out count as not chosen."""
    survivor_id = posted.get("into", "")
    merged = [each for each in client_ids if each != survivor_id and each in posted.getlist("merged")]
    chosen = {name.removeprefix("take-"): posted[name] for name in posted if name.startswith("take-")}
    in_robaws = posted.get("in_robaws", "")
    return Answer(
        survivor_id,
        tuple(merged),
        {column: each for column, each in chosen.items() if each in (survivor_id, *merged)},
        in_robaws if in_robaws in Merge.InRobaws.values else Merge.InRobaws.KEEP.value,
        posted.get("token", ""),
    )


def _lines(plan: Plan, labels: Mapping[str, str], answer: Answer | None) -> list[Line]:
    """`labels` are those of the columns, by client id."""
    choices = {each.column: each for each in plan.choices}
    lines = []
    for columns in _CHOICES:
        first = choices[columns[0]]
        taken_from = answer.taken.get(first.column, first.taken_from) if answer else first.taken_from
        values = {each: [choices[column].values[each] for column in columns] for each in labels}
        cells = [Cell(each, whose, _told(columns, values[each]), each == taken_from) for each, whose in labels.items()]
        if any(cell.value not in (None, "") for cell in cells):
            differs = any(choices[column].differs for column in columns)
            lines.append(Line(first.column, label(first.column), cells, differs))
    return sorted(lines, key=lambda line: not line.differs)


_CHOICES = tuple(
    next((group for group in (LINE, COUNTRY) if column in group), (column,))
    for column in COLUMNS
    if column not in (*LINE[1:], *COUNTRY[1:])
)
"""What is chosen at one go, named by its first column: columns that say one thing are one choice."""


def _told(columns: Sequence[str], values: Sequence[Value]) -> Value:
    """A choice's value as one text: the address, and the street where that does not begin with it."""
    if columns == LINE:
        address, street = str(values[0] or ""), normalise.join_street(*values[1:]) or ""
        return address if address.startswith(street) else "\n".join(filter(None, (street, address)))
    return next((value for value in values if value not in (None, "")), values[0])
