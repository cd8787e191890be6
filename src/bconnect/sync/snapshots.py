"""A customer's whole row as JSON and back again, to the last microsecond."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bconnect.customers.models import Customer

_FIELDS = {field.attname: field for field in Customer._meta.concrete_fields if not field.generated}
COLUMNS = tuple(_FIELDS)


def rows_of(client_ids: list[str]) -> list[dict[str, Any]]:
    """These customers' columns, by number."""
    return list(Customer.objects.filter(robaws_client_id__in=client_ids).order_by("id").values(*COLUMNS))


def snapshot(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: _written(row[column]) for column in COLUMNS}


def restore(snapshot: Mapping[str, Any], **changed: Any) -> None:
    """Insert the row again, under its old number; `changed` columns are others than they were."""
    values = {column: _read(column, value) for column, value in snapshot.items() if column in _FIELDS}
    Customer.objects.bulk_create([Customer(**(values | changed))])


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _read(column: str, value: Any) -> Any:
    is_time = _FIELDS[column].get_internal_type() == "DateTimeField"
    return datetime.fromisoformat(value) if is_time and value else value
