"""Pure: what does an HTTP answer say, data or which error?"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from robaws.errors import BadAnswer, StatusError, excerpt, status_class
from robaws.json_text import parsed
from robaws.records import Json
from robaws.retry import http_date, retry_after_s

_MESSAGE_KEYS = ("message", "error_description", "detail", "title", "error")
_FIELD_LISTS = ("errors", "fieldErrors", "violations")
_NOT_JSON = object()


def decode(
    status: int, headers: Mapping[str, str], body: bytes, *, method: str, path: str, replica: bool = False
) -> Json:
    """The JSON of a good answer (None for an empty one); raises BadAnswer or a StatusError."""
    if status >= 400:
        raise _error(status, headers, body, method, path, replica=replica)
    if status >= 300:
        raise BadAnswer(
            f"{method} {path} was redirected ({status}): the login is not sent elsewhere, "
            "check the base URL (https, and no other host)",
            retry_helps=False,
        )
    answer = _json(body)
    if answer is _NOT_JSON:
        kind = "an HTML page" if _is_html(body) else "broken JSON"
        raise BadAnswer(
            f"{method} {path} answered {status} with {kind} ({_sample(body)}): check the base URL "
            "and what stands between here and Robaws"
        )
    return answer


def _error(
    status: int, headers: Mapping[str, str], body: bytes, method: str, path: str, *, replica: bool
) -> StatusError | BadAnswer:
    answer = _json(body)
    if status in (404, 410) and not _is_robaws_own(answer, headers):
        return BadAnswer(
            f"{method} {path} answered {status}, but not from Robaws itself ({_sample(body)}): "
            "nothing is concluded from it, check the base URL and any proxy"
        )
    return status_class(status)(
        status,
        method,
        path,
        _message(answer) or _sample(body),
        _fields(answer),
        retry_after_s=retry_after_s(headers.get("Retry-After"), _now(headers)),
        replica=replica,
    )


def _is_robaws_own(answer: Json, headers: Mapping[str, str]) -> bool:
    # A proxy's 404 must not look like a client that is gone: Robaws answers a JSON object, or at least
    # counts the request in its rate-limit headers.
    return isinstance(answer, dict) or (answer is None and "X-RateLimit-Remaining" in headers)


def _message(answer: Json) -> str:
    if not isinstance(answer, dict):
        return ""
    return next((answer[key] for key in _MESSAGE_KEYS if isinstance(answer.get(key), str)), "")


def _fields(answer: Json) -> dict[str, str]:
    """Messages per field, from `{"errors": {field: text}}` or `{"errors": [{"field", "message"}]}`."""
    fields: dict[str, str] = {}
    for key in _FIELD_LISTS if isinstance(answer, dict) else ():
        fields.update(_pairs(answer.get(key)))
    return fields


def _pairs(held: Json) -> Iterable[tuple[str, str]]:
    if isinstance(held, dict):
        for name, told in held.items():
            texts = told if isinstance(told, list) else [told]
            yield name, excerpt(", ".join(str(text) for text in texts))
    for entry in held if isinstance(held, list) else ():
        if isinstance(entry, dict):
            name = entry.get("field") or entry.get("propertyPath") or entry.get("path")
            text = _message(entry) or entry.get("defaultMessage")
            if name and text:
                yield str(name), excerpt(str(text))


def _json(body: bytes) -> Json:
    if not body.strip():
        return None
    try:
        return parsed(body)
    except ValueError:
        return _NOT_JSON


def _is_html(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"


def _sample(body: bytes) -> str:
    return excerpt(body[:4000].decode("utf-8", "replace")) if body else "empty"


def _now(headers: Mapping[str, str]) -> datetime:
    # Their date against their clock: ours may be wrong.
    return http_date(headers.get("Date")) or datetime.now(UTC)
