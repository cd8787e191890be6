"""Our changed columns to a body for Robaws, which says the change and nothing else. Pure.

The fields and their paths stand in `customers/fields.py`, the shapes a record comes in in `shapes.py`.
"""

from collections.abc import Mapping
from typing import Any

from bconnect.customers import normalise
from bconnect.customers.fields import BY_COLUMN, Place, Value, clean
from bconnect.sync.mapping import Tenant
from bconnect.sync.shapes import (
    COUNTRY,
    COUNTRY_CODE,
    COUNTRY_CODE_PATHS,
    COUNTRY_PATHS,
    LINE_1,
    LINE_2,
    STREET_NUMBER_PATHS,
    STREET_PATHS,
    first,
    inside_of,
    keeps_street_apart,
    places,
)
from robaws.records import ABSENT, Record, extra_field_key, read

_BETWEEN = {"email": "; ", "phone": " / ", "mobile": " / ", "website": " "}
"""Fields in which people write several values, and what stands between them."""


def to_wire(changes: Mapping[str, Value], row: Mapping[str, Value], record: Record, tenant: Tenant) -> dict[str, Any]:
    """The body that makes `changes` true in Robaws, and nothing else.

    `row` is our whole row after the changes, `record` the record as just read live: the address goes back in
    the shape it came in, and so does the country (as a code where Robaws holds a code). Clearing is null.
    """
    body: dict[str, Any] = {}
    inside, place = inside_of(record), Place(_text(row.get("country_code")), tenant.default_country)
    for column, value in changes.items():
        paths = BY_COLUMN[column].paths
        if paths:
            _put_in_use(body, record, paths, _with_others(column, value, first(record, inside, places(paths)), place))
    if "role" in changes:
        key = extra_field_key(record, name=tenant.role_field, guid=tenant.role_guid or None)
        _put(body, "extraFields", {key: {"stringValue": changes["role"]}})
    if changes.keys() & {"street", "street_number"}:
        if "address" in changes and reads_as_street(changes["address"], row):
            _put_address(body, record, changes["address"])
        else:
            _put_street(body, record, row["street"], row["street_number"])
            if "address" in changes:
                _put_line_2(body, record, changes["address"])
    elif "address" in changes:
        _put_address(body, record, changes["address"])
    if changes.keys() & {"country", "country_code"}:
        _put_country(body, record, changes)
    return body


def _with_others(column: str, value: Value, raw: Any, place: Place) -> Value:
    """The value with what else stands in the field, which nobody has edited: a second number, a second address."""
    if value is None or column not in _BETWEEN or raw is ABSENT:
        return value
    others = (each for each in clean(column, raw, place).others if each != value)
    return _BETWEEN[column].join([str(value), *others])


def reads_as_street(address: Value, row: Mapping[str, Value]) -> bool:
    """Whether the first line says the row's street and number, in whichever order."""
    split = normalise.split_street((_text(address) or "").partition("\n")[0])
    return (split.street, split.number) == (row["street"], row["street_number"])


def _put_in_use(body: dict[str, Any], record: Record, paths: tuple[str, ...], value: Value) -> None:
    """Where the record holds it; cleared wherever it does, or what stands in another place would be read instead."""
    if isinstance(record.get("address"), str):
        # A member of the address would take the place of the text.
        paths = tuple(path for path in paths if not path.startswith("address."))
    shown = [path for path in paths if read(record, path) is not ABSENT]
    holding = [path for path in shown if read(record, path) not in (None, "")]
    in_use = holding or shown or paths
    for path in in_use if value is None and holding else in_use[:1]:
        _put(body, path, value)


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[last] = value


def _put_street(body: dict[str, Any], record: Record, street: Value, number: Value) -> None:
    if keeps_street_apart(record):
        _put_in_use(body, record, STREET_PATHS, street)
        _put_in_use(body, record, STREET_NUMBER_PATHS, number)
    elif isinstance(read(record, "address"), str):
        body["address"] = normalise.join_street(_text(street), _text(number))
    else:
        _put(body, LINE_1, normalise.join_street(_text(street), _text(number)))


def _put_address(body: dict[str, Any], record: Record, address: Value) -> None:
    line_1 = (_text(address) or "").partition("\n")[0]
    if isinstance(read(record, "address"), str):
        body["address"] = address
    elif keeps_street_apart(record):
        split = normalise.split_street(line_1)
        _put_in_use(body, record, STREET_PATHS, split.street)
        _put_in_use(body, record, STREET_NUMBER_PATHS, split.number)
    else:
        _put(body, LINE_1, line_1 or None)
    _put_line_2(body, record, address)


def _put_line_2(body: dict[str, Any], record: Record, address: Value) -> None:
    """All lines after the first; left alone where there is none, here or there."""
    rest = (_text(address) or "").partition("\n")[2].replace("\n", ", ")
    if (rest or read(record, LINE_2) not in (ABSENT, None, "")) and not isinstance(read(record, "address"), str):
        _put(body, LINE_2, rest or None)


def _put_country(body: dict[str, Any], record: Record, changes: Mapping[str, Value]) -> None:
    # The code decides where both were edited: it is the one of the two that can't be misspelt.
    wanted = normalise.country(changes.get("country_code") or changes.get("country"))
    raw = first(record, inside_of(record), COUNTRY)
    as_code = isinstance(raw, str) and len(raw.strip()) == 2
    has_code = first(record, inside_of(record), COUNTRY_CODE) is not ABSENT
    if has_code:
        _put_in_use(body, record, COUNTRY_CODE_PATHS, wanted.code)
    if raw is not ABSENT or not has_code:
        _put_in_use(body, record, COUNTRY_PATHS, wanted.code if as_code and wanted.code else wanted.name)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
