"""Tasks: what people asked for, how far it is, and what came of it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bconnect.jobs import errands
from bconnect.jobs.models import Errand
from bconnect.panel import asking, cells, failures, guards, words
from bconnect.panel.customer_filters import ChoicesFilter
from bconnect.panel.read_only import ReadOnlyAdmin

COLOURS = {"waiting": "grey", "working": "info", "done": "success", "failed": "danger", "cancelled": "warning"}
COUNTS = ("fetched", "created", "updated", "unchanged", "conflicts", "missing", "pushed", "errors", "requests")


def state_badge(errand: Errand) -> SafeString:
    return cells.badge(words.said(errand.get_state_display()), COLOURS.get(errand.state, "grey"))


def may_stop(request: HttpRequest, errand: Errand) -> bool:
    """Whoever asked for it, and whoever may undo what others did."""
    mine = errand.by == asking.who(request) and request.user.has_perm("jobs.order_pull")
    return errand.is_open and (mine or request.user.has_perm("jobs.order_undo"))


@admin.register(Errand)
class ErrandAdmin(ReadOnlyAdmin):
    list_display = ("title_shown", "state_shown", "by", "asked", "detail_shown")
    list_filter = (("state", ChoicesFilter),)
    search_fields = ("by", "detail")
    fields = ()
    change_form_template = "panel/errand.html"

    @admin.display(description=_("task"), ordering="id")
    def title_shown(self, errand: Errand) -> str:
        return asking.errand_title(errand)

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, errand: Errand) -> SafeString:
        return state_badge(errand)

    @admin.display(description=_("asked for"), ordering="asked_at")
    def asked(self, errand: Errand) -> SafeString | str:
        return cells.ago(errand.asked_at)

    @admin.display(description=_("detail"))
    def detail_shown(self, errand: Errand) -> str:
        return words.said(errand.detail)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Errand]:
        found: QuerySet[Errand] = super().get_queryset(request)
        return found

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/live/", view(self.live), name="jobs_errand_live"),
            path("<int:pk>/cancel/", view(self.cancel), name="jobs_errand_cancel"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        errand = Errand.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        shown = _progress(request, errand) if errand else {}
        title = asking.errand_title(errand) if errand else ""
        response: HttpResponse = super().change_view(
            request, object_id, form_url, {**shown, "title": title, **(extra_context or {})}
        )
        return response

    def live(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that moves."""
        return TemplateResponse(request, "panel/errand_live.html", _progress(request, self._seen(request, pk)))

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        errand = self._seen(request, pk)
        if request.method != "POST" or not may_stop(request, errand):
            raise PermissionDenied
        if errands.cancel(errand, asking.who(request), timezone.now()):
            asking.note(request, errand, "Stopped")
            messages.info(request, _("It stops at its next step. What was done so far stays."))
        return HttpResponseRedirect(reverse("admin:jobs_errand_change", args=[pk]))

    def _seen(self, request: HttpRequest, pk: int) -> Errand:
        if not self.has_view_permission(request):
            raise PermissionDenied
        errand = Errand.objects.filter(pk=pk).first()
        if errand is None:
            raise Http404
        return errand


def _progress(request: HttpRequest, errand: Errand) -> dict[str, Any]:
    runs = list(errand.runs.order_by("id").defer("bookmark"))
    counts = {name: sum(getattr(run, name) for run in runs) for name in COUNTS}
    return {
        "errand": errand,
        "errand_title": asking.errand_title(errand),
        "badge": state_badge(errand),
        "percent": min(100, round(100 * errand.done / errand.total)) if errand.total else None,
        "counts": [(name, number) for name, number in counts.items() if number],
        "runs": runs,
        "failures": failures.linked(errand.failures),
        "override": guards.gone(request) if any(guards.is_stopped(run) for run in runs) else "",
        "may_stop": may_stop(request, errand) and not errand.cancelled_by,
        "no_worker": errand.is_open and not errands.worker_is_there(timezone.now()),
    }
