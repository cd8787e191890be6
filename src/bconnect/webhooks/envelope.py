"""A call's body, taken apart: which event it is, and about which client. Pure.

Robaws, "Webhooks": `{"id": "<uuid>", "event": "client.updated", "data": {…the whole client…}}`.
"""

from dataclasses import dataclass
from typing import Any, TypeGuard

from bconnect.sync.incoming import as_json
from robaws.json_text import parsed
from robaws.records import client_id

CLIENT_EVENTS = ("client.created", "client.updated")
"""The events that concern us. There is no `client.deleted` (Robaws, "Webhooks")."""

LONGEST_CHARS = 200


class MalformedError(ValueError):
    """No event can be read from it; the message says why, without repeating any of it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """`client_id` is None where the data name no client. `payload` is the whole body as JSON that can be stored."""

    id: str
    event: str
    client_id: str | None
    payload: str


def read_envelope(body: bytes) -> Envelope:
    """Raises MalformedError for a body that is no JSON object, can't be kept, or has no event id or no event type."""
    try:
        # Refusing what can be read would have Robaws repeat the call, and in the end suspend the webhook.
        content = parsed(body, nan_is_null=True)
    except ValueError as error:
        raise MalformedError("not JSON") from error
    if not isinstance(content, dict):
        raise MalformedError("not a JSON object")
    event_id, event = content.get("id"), content.get("event")
    if isinstance(event_id, int) and not isinstance(event_id, bool):
        event_id = str(event_id)
    if not _is_word(event_id):
        raise MalformedError("without an event id")
    if not _is_word(event):
        raise MalformedError("without an event type")
    about = client_id(content.get("data"))
    return Envelope(event_id, event, about if _is_word(about) else None, _kept(content))


def _kept(content: dict[str, Any]) -> str:
    try:
        return as_json(content)
    except (TypeError, RecursionError) as error:
        raise MalformedError("nested too deeply") from error


def _is_word(value: Any) -> TypeGuard[str]:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_CHARS:
        return False
    return value.isprintable() and "\ufffd" not in value  # two that differ in a broken character would look the same
