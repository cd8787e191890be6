"""Both documented forms of a PATCH, as the stand-in carries them out: RFC 6902 (`test`, `add`) and RFC 7396."""

from typing import Any


class StaleError(Exception):
    """The client is no longer as the sender thought."""


def patched(record: dict[str, Any], changes: Any) -> dict[str, Any]:
    """The record afterwards; the one handed in stays. Raises StaleError, KeyError for another operation."""
    if isinstance(changes, dict):
        return _merged(record, changes)
    result: dict[str, Any] = _copied(record)
    for operation in changes:
        *way, last = operation["path"].split("/")[1:]
        place = result
        for name in way:
            place = place[_plain(name)]
        match operation["op"]:
            case "test":
                if place.get(_plain(last)) != operation["value"]:
                    raise StaleError(operation["path"])
            case "add":
                place[_plain(last)] = operation["value"]
            case other:
                raise KeyError(other)
    return result


def _merged(record: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = dict(record)
    for name, value in changes.items():
        known = result.get(name)
        result[name] = _merged(known if isinstance(known, dict) else {}, value) if isinstance(value, dict) else value
    return result


def _copied(value: Any) -> Any:
    return {name: _copied(member) for name, member in value.items()} if isinstance(value, dict) else value


def _plain(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")
