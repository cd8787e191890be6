"""What a merge waits for, in words, and what ends the waiting."""

from collections.abc import Iterable

from bconnect.sync.models import ParkedEdit

_AGAIN = "Nothing happens to the others before; it is tried again by itself. Where it stays so, undo the merge"


def not_pushed(client_id: str, reason: str, parked: ParkedEdit | None) -> str:
    """The survivor did not reach Robaws at all."""
    cure = _cure(client_id, parked) if parked else _AGAIN
    return f"the survivor could not be pushed: {reason.rstrip('.')}. {cure}"


def not_seen(reason: str) -> str:
    """Nothing had to be sent, but Robaws did not show the survivor either."""
    cure = _AGAIN  # a blank of the sentence, as above: both cures are translated as sentences of their own
    return f"the survivor could not be read in Robaws: {reason.rstrip('.')}. {cure}"


def in_conflict(columns: Iterable[str]) -> str:
    fields = ", ".join(sorted(columns))
    return f"the survivor's {fields} is in conflict: decide that first, and the merge goes on by itself"


def did_not_reach(client_id: str, columns: Iterable[str], parked: ParkedEdit | None) -> str:
    """Some of it did, but not these."""
    fields = ", ".join(columns)
    if parked is None:
        return f"{fields} did not reach Robaws"
    return f"{fields} did not reach Robaws: {parked.reason.rstrip('.')}. {_cure(client_id, parked)}"


def _cure(client_id: str, parked: ParkedEdit) -> str:
    fields = ", ".join(parked.edits) or "what was refused"
    return f"Correct {fields} of client {client_id} here, and the merge goes on by itself; or undo the merge"
