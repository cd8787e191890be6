"""Jobs and schedule: what is due when, how it went last, is a worker there, and the switch that holds writing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bconnect.jobs import errands, pause, queue, tick
from bconnect.jobs.models import Errand, Pause, ScheduledJob
from bconnect.jobs.table import jobs
from bconnect.jobs.times import next_due
from bconnect.panel import asking, cells, words
from bconnect.panel.read_only import ReadOnlyAdmin

COLOURS = {"done": "success", "guarded": "warning", "failed": "danger", "later": "warning", "cancelled": "warning"}


@dataclass(frozen=True, slots=True)
class JobLine:
    name: str
    when: str
    next_at: datetime | None
    ended_at: datetime | None
    outcome: SafeString | str
    detail: str


class PauseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=200)


def job_lines() -> list[JobLine]:
    """The table of jobs with what the schedule remembers of each: one query."""
    rows = ScheduledJob.objects.in_bulk()
    zone, now = ZoneInfo(settings.TIME_ZONE), timezone.now()
    lines = []
    for each in jobs():
        row = rows.get(each.name)
        lines.append(
            JobLine(
                each.name,
                words.said(each.when or _("off")),
                next_due(each.when, now, zone) if each.when else None,
                row.finished_at if row else None,
                cells.badge(words.said(row.outcome), COLOURS.get(row.outcome, "grey"))
                if row and row.outcome
                else cells.EMPTY,
                words.said(row.detail) if row else "",
            )
        )
    return lines


@admin.register(ScheduledJob)
class ScheduleAdmin(ReadOnlyAdmin):
    """Its list is a page of its own: the jobs stand in the settings, not in the table."""

    def get_urls(self) -> list[URLPattern]:
        hold = self.admin_site.admin_view(self.hold)
        return [path("pause/", hold, name="jobs_pause"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Jobs and schedule"),
            "jobs": job_lines(),
            "held": Pause.objects.first(),
            "may_hold": request.user.has_perm("jobs.change_pause"),
            "worker": errands.worker_is_there(now),
            "looked_at": tick.last_tick(),
            "waiting": queue.waiting(),
            "tasks": Errand.objects.filter(state__in=errands.OPEN).count(),
        }
        return TemplateResponse(request, "panel/schedule.html", context)

    def hold(self, request: HttpRequest) -> HttpResponse:
        """Hold outgoing writes, or let them go."""
        if not request.user.has_perm("jobs.change_pause"):
            raise PermissionDenied
        held, back = Pause.objects.first(), reverse("admin:jobs_scheduledjob_changelist")
        form = None if held else PauseForm(request.POST or None)
        if request.method == "POST" and (form is None or form.is_valid()):
            self._switch(request, held, form.cleaned_data["reason"] if form else "")
            return HttpResponseRedirect(back)
        question = asking.Question(
            title=_("Let writing to Robaws go on?") if held else _("Hold all writing to Robaws?"),
            facts=[
                _("While it is held nothing is sent or deleted there, by nobody and no schedule. Reading goes on."),
                *([words.said(held)] if held else []),
            ],
            form=form,
            button=_("Go on") if held else _("Hold"),
            back=back,
            command="bconnect resume" if held else "bconnect pause",
        )
        return asking.ask(request, self, question)

    def _switch(self, request: HttpRequest, held: Pause | None, reason: str) -> None:
        if held:
            asking.note(request, held, "Writing goes on")
            pause.resume()
            messages.success(request, _("Writing to Robaws goes on."))
        elif pause.pause(asking.who(request), reason, timezone.now()):
            asking.note(request, Pause.objects.get(), f"Writing held: {reason}")
            messages.success(request, _("Nothing is written to Robaws until somebody lets it go on."))
