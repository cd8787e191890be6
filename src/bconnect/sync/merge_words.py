"""What a merge waits for, in words, and what ends the waiting."""

from collections.abc import Iterable

from bconnect.sync.models import ParkedEdit

_AGAIN = "Nothing happens to the others before; it is tried again by itself. Where it stays so, undo the merge"


def not_pushed(client_id: str, reason: str, parked: ParkedEdit | None) -> str:
    """The survivor did not reach Robaws at all."""
    said = f"the survivor could not be pushed: {reason.rstrip('.')}. "
    return said + (_cure(client_id, parked) if parked else _AGAIN)


def not_seen(reason: str) -> str:
    """Nothing had to be sent, but Robaws did not show the survivor either."""
    return f"the survivor could not be read in Robaws: {reason.rstrip('.')}. {_AGAIN}"


def in_conflict(columns: Iterable[str]) -> str:
    what = ", ".join(sorted(columns))
    return f"the survivor's {what} is in conflict: decide that first, and the merge goes on by itself"


def did_not_reach(client_id: str, columns: Iterable[str], parked: ParkedEdit | None) -> str:
    """Some of it did, but not these."""
    reason = f": {parked.reason.rstrip('.')}. {_cure(client_id, parked)}" if parked else ""
    return f"{', '.join(columns)} did not reach Robaws{reason}"


def _cure(client_id: str, parked: ParkedEdit) -> str:
    what = ", ".join(parked.edits) or "what was refused"
    return f"Correct {what} of client {client_id} here, and the merge goes on by itself; or undo the merge"
