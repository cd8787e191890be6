"""What refers to a customer by its Robaws client id: asked before a delete, moved when an id changes.

The apps that hold such a column register it; customers knows none of them. Nor does it know which other ids lead to
a customer: other programs may go on to write the id of one that was merged.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Model, ProtectedError, QuerySet
from django.db.models.signals import pre_delete

from bconnect.customers.models import Customer

_COLUMNS: dict[type[Model], str] = {}
_OTHER_IDS: set[Callable[[str], Iterable[str]]] = set()


def register(model: type[Model], column: str) -> None:
    """From now on `model.column` holds client ids. Call it in the app's `ready()`."""
    _COLUMNS[model] = column


def register_other_ids(find: Callable[[str], Iterable[str]]) -> None:
    """From now on what bears one of the ids that `find` gives for a customer's refers to it too."""
    _OTHER_IDS.add(find)


def count(client_id: str) -> int:
    """How many rows refer to this customer."""
    return sum(rows.count() for _, rows in _referring(client_id))


def borne(client_ids: QuerySet[Any]) -> set[str]:
    """Those of these ids that something refers to."""
    found: set[str] = set()
    for model, column in _COLUMNS.items():
        rows = model._default_manager.filter(**{f"{column}__in": client_ids})
        found.update(rows.values_list(column, flat=True))
    return found


def in_use(client_id: str) -> str:
    """Why this customer can't be deleted; empty where nothing refers to it."""
    referring = count(client_id)
    if referring == 1:
        return f"1 intake refers to customer {client_id}: merge or deactivate it instead"
    return f"{referring} intakes refer to customer {client_id}: merge or deactivate it instead" if referring else ""


def move(old_id: str, new_id: str) -> None:
    """All that refers to `old_id` refers to `new_id`. Call it in the transaction that changes the id."""
    for column, rows in _referring(old_id):
        rows.update(**{column: new_id})


def rows_of(client_id: str) -> dict[str, list[int]]:
    """All that refers to this customer: rows' numbers, per model."""
    return {rows.model._meta.label: list(rows.values_list("pk", flat=True)) for _, rows in _referring(client_id)}


def move_rows(rows: Mapping[str, Collection[int]], old_id: str, new_id: str) -> int:
    """Of these rows, those that still refer to `old_id` refer to `new_id`. Returns how many they are."""
    return sum(
        model._default_manager.filter(pk__in=list(rows.get(model._meta.label, ())), **{column: old_id}).update(
            **{column: new_id}
        )
        for model, column in _COLUMNS.items()
    )


def _referring(client_id: str) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Per column the rows that bear this id, or one that leads to it."""
    ids = {client_id}.union(*(find(client_id) for find in _OTHER_IDS))
    for model, column in _COLUMNS.items():
        yield column, model._default_manager.filter(**{f"{column}__in": ids})


def _protect(sender: type[Customer], instance: Customer, **kwargs: object) -> None:
    if why := in_use(instance.robaws_client_id):
        raise ProtectedError(why, {instance})


pre_delete.connect(_protect, sender=Customer, dispatch_uid="customers.references")
