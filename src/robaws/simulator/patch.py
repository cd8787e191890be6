"""The two documented forms of a PATCH, as pure functions: RFC 7396 (merge) and RFC 6902 (JSON Patch)."""

from typing import Any

from robaws.simulator.messages import JsonObject, Problem


def merge_patch(target: Any, patch: Any) -> Any:
    """`target` changed by `patch` as RFC 7396, section 2 says. Neither is changed."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def json_patch(document: Any, operations: Any) -> Any:
    """`document` after all operations, or none of them: a failure raises and the caller keeps the old one.

    Containers of `document` are changed in place: hand in a copy.
    Raises: Problem 400 for a malformed patch or a path that is not there, 409 for a `test` that fails.
    """
    if not isinstance(operations, list):
        raise Problem(400, "A JSON Patch is a list of operations")
    for operation in operations:
        if not isinstance(operation, dict):
            raise Problem(400, "An operation of a JSON Patch is an object")
        document = _apply(document, operation)
    return document


def json_equal(left: Any, right: Any) -> bool:
    """Equality as RFC 6902, section 4.6 has it: 1 equals 1.0, but not `true`, as it would in Python."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(json_equal(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(json_equal, left, right))
    return bool(left == right)


def _apply(document: Any, operation: JsonObject) -> Any:
    path = _pointer(operation, "path")
    match operation.get("op"):
        case "add":
            return _add(document, path, _value(operation))
        case "remove":
            return _remove(document, path)[0]
        case "replace":
            return _replace(document, path, _value(operation))
        case "move":
            return _move(document, _pointer(operation, "from"), path)
        case "copy":
            return _add(document, path, _copied(_get(document, _pointer(operation, "from"))))
        case "test":
            return _test(document, path, _value(operation))
        case other:
            raise Problem(400, f"Unknown operation {other!r} in the JSON Patch")


def _pointer(operation: JsonObject, member: str) -> list[str]:
    """The reference tokens of a JSON pointer (RFC 6901); the empty pointer is the whole document."""
    text = operation.get(member)
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise Problem(400, f"An operation of a JSON Patch needs a JSON pointer as {member!r}")
    return [token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:]]


def _value(operation: JsonObject) -> Any:
    if "value" not in operation:
        raise Problem(400, f"The operation {operation['op']!r} needs a 'value'")
    return operation["value"]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _index(container: list[Any], name: str, *, past_end: bool) -> int:
    if name == "-" and past_end:
        return len(container)
    well_formed = name.isdecimal() and (name == "0" or not name.startswith("0"))
    if not well_formed or int(name) > len(container) - (not past_end):
        raise Problem(400, f"The JSON Patch names the place {name!r}, which is not in the list")
    return int(name)


def _get(document: Any, path: list[str]) -> Any:
    for token in path:
        if isinstance(document, list):
            document = document[_index(document, token, past_end=False)]
        elif isinstance(document, dict) and token in document:
            document = document[token]
        else:
            raise Problem(400, f"The JSON Patch names {'/' + '/'.join(path)!r}, which is not there")
    return document


def _add(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent = _get(document, path[:-1])
    if isinstance(parent, list):
        parent.insert(_index(parent, path[-1], past_end=True), value)
    elif isinstance(parent, dict):
        parent[path[-1]] = value
    else:
        raise Problem(400, f"The JSON Patch adds {path[-1]!r} to what is neither an object nor a list")
    return document


def _remove(document: Any, path: list[str]) -> tuple[Any, Any]:
    removed = _get(document, path)
    if not path:
        return None, removed
    parent = _get(document, path[:-1])
    del parent[_index(parent, path[-1], past_end=False) if isinstance(parent, list) else path[-1]]
    return document, removed


def _replace(document: Any, path: list[str], value: Any) -> Any:
    _get(document, path)
    if not path:
        return value
    parent = _get(document, path[:-1])
    parent[_index(parent, path[-1], past_end=False) if isinstance(parent, list) else path[-1]] = value
    return document


def _move(document: Any, source: list[str], path: list[str]) -> Any:
    if path[: len(source)] == source and path != source:
        raise Problem(400, "A JSON Patch can not move a value into itself")
    document, moved = _remove(document, source)
    return _add(document, path, moved)


def _test(document: Any, path: list[str], value: Any) -> Any:
    if not json_equal(_get(document, path), value):
        raise Problem(409, f"The test of {'/' + '/'.join(path)!r} failed: nothing was changed")
    return document
