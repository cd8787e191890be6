"""Stopping a run from its page or the dashboard, whoever began it: a person, the schedule, the command line."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bconnect.jobs import errands
from bconnect.panel import asking
from bconnect.sync import cancel
from bconnect.sync.models import SyncRun


def may_stop(request: HttpRequest, run: SyncRun) -> bool:
    """Whoever began it, and whoever may undo what others did."""
    mine = run.started_by == asking.who(request) and request.user.has_perm("jobs.order_pull")
    return run.status == SyncRun.Status.RUNNING and (mine or request.user.has_perm("jobs.order_undo"))


def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Only as a POST. A task behind the run is stopped too, else it would go on with the next slice."""
    run = get_object_or_404(SyncRun.objects.select_related("errand"), pk=pk)
    page = HttpResponseRedirect(reverse("admin:sync_syncrun_change", args=[pk]))
    if run.status != SyncRun.Status.RUNNING:
        messages.info(request, _("This run has ended already."))
        return page
    if request.method != "POST" or not may_stop(request, run):
        raise PermissionDenied
    who, now = asking.who(request), timezone.now()
    # The run first: whichever mark is seen, the task is told the same end.
    asked = cancel.ask(run, who, now)
    behind = errands.cancel(run.errand, who, now) if run.errand else False
    if asked or behind:
        asking.note(request, run, "Stopped")
        messages.info(request, _("It stops at its next step. What was done so far stays."))
    return page
