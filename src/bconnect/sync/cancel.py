"""How does a person stop a run that works in another process, or on another machine?

By a mark on its row, which the run looks at after each step and while it waits for a page that is long in coming; it
then ends as if Ctrl-C had been pressed there.
"""

from datetime import datetime

from bconnect.sync import runs
from bconnect.sync.lease import Lease, LeaseHeldError
from bconnect.sync.models import SyncRun


class Cancelled(KeyboardInterrupt):
    """Raised inside a run that somebody asked to stop; the run writes down how far it got."""


def ask(run: SyncRun, by: str, now: datetime) -> bool:
    """Have the run stop at its next step. False where it has ended.

    Nothing would ever look at the mark of a run whose process died: that one is closed here and now.
    """
    try:
        with Lease():
            runs.close_abandoned(now)
    except LeaseHeldError:
        return SyncRun.objects.filter(pk=run.pk, status=SyncRun.Status.RUNNING).update(cancelled_by=by) > 0
    run.refresh_from_db(fields=["status"])
    return run.status == SyncRun.Status.INTERRUPTED


def heed(run: SyncRun) -> None:
    """Called by the run itself wherever it may end. Raises Cancelled where somebody asked it to."""
    by = SyncRun.objects.filter(pk=run.pk).values_list("cancelled_by", flat=True).first()
    if by:
        raise Cancelled(f"stopped by {by}")


def settle(run: SyncRun, error: BaseException) -> BaseException:
    """What to raise after `error` cut this run short and that was written down: what somebody asked for goes before
    it, on the run's row too. Else a run that ends by itself at that moment would go on by itself, against their wish.
    """
    try:
        heed(run)
    except Cancelled as cancelled:
        SyncRun.objects.filter(pk=run.pk).update(error=str(cancelled))
        return cancelled
    return error
