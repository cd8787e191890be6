"""May anything be written to Robaws? A person can hold all outgoing writes, over all machines."""

from datetime import datetime

from bconnect.jobs.models import Pause

THE_ROW = 1


class PausedError(Exception):
    """Outgoing writes are held. The message says by whom and how to end it."""


def is_paused() -> bool:
    return Pause.objects.exists()


def refuse_while_paused() -> None:
    """Call it where writing begins. Raises PausedError."""
    held = Pause.objects.first()
    if held is not None:
        why = f" ({held.reason})" if held.reason else ""
        raise PausedError(f"Writing to Robaws is {held}{why}: `bconnect resume` ends the pause.")


def pause(by: str, reason: str, now: datetime) -> bool:
    """Hold outgoing writes. False where they are held already; the first word stays."""
    _, is_new = Pause.objects.get_or_create(id=THE_ROW, defaults={"since": now, "by": by, "reason": reason})
    return is_new


def resume() -> bool:
    """Let them go. False where nothing was held."""
    return Pause.objects.all().delete()[0] > 0
