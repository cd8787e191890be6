"""What refers to a customer by its Robaws client id: asked before a delete, moved when an id changes.

The apps that hold such a column register it; customers knows none of them.
"""

from collections.abc import Collection, Mapping

from django.db.models import Model, ProtectedError
from django.db.models.signals import pre_delete

from bconnect.customers.models import Customer

_COLUMNS: dict[type[Model], str] = {}


def register(model: type[Model], column: str) -> None:
    """From now on `model.column` holds client ids. Call it in the app's `ready()`."""
    _COLUMNS[model] = column


def count(client_id: str) -> int:
    """How many rows refer to this customer."""
    return sum(model._default_manager.filter(**{column: client_id}).count() for model, column in _COLUMNS.items())


def in_use(client_id: str) -> str:
    """Why this customer can't be deleted; empty where nothing refers to it."""
    referring = count(client_id)
    if referring == 1:
        return f"1 intake refers to customer {client_id}: merge or deactivate it instead"
    return f"{referring} intakes refer to customer {client_id}: merge or deactivate it instead" if referring else ""


def move(old_id: str, new_id: str) -> None:
    """All that refers to `old_id` refers to `new_id`. Call it in the transaction that changes the id."""
    for model, column in _COLUMNS.items():
        model._default_manager.filter(**{column: old_id}).update(**{column: new_id})


def rows_of(client_id: str) -> dict[str, list[int]]:
    """All that refers to this customer: rows' numbers, per model."""
    return {
        model._meta.label: list(model._default_manager.filter(**{column: client_id}).values_list("pk", flat=True))
        for model, column in _COLUMNS.items()
    }


def move_rows(rows: Mapping[str, Collection[int]], old_id: str, new_id: str) -> int:
    """Of these rows, those that still refer to `old_id` refer to `new_id`. Returns how many they are."""
    return sum(
        model._default_manager.filter(pk__in=list(rows.get(model._meta.label, ())), **{column: old_id}).update(
            **{column: new_id}
        )
        for model, column in _COLUMNS.items()
    )


def _protect(sender: type[Customer], instance: Customer, **kwargs: object) -> None:
    if why := in_use(instance.robaws_client_id):
        raise ProtectedError(why, {instance})


pre_delete.connect(_protect, sender=Customer, dispatch_uid="customers.references")
