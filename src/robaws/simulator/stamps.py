"""Times as the wire has them: `2020-12-17T13:35:00.000Z` in records, RFC 9110 in the Date header."""

from datetime import UTC, datetime
from email.utils import formatdate


def stamp(epoch_ms: int) -> str:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def epoch_ms(text: object) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 text; without an offset it is UTC. None when it is no time."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def http_date(epoch_s: float) -> str:
    return formatdate(epoch_s, usegmt=True)
