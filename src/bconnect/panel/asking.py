"""A page that asks before anything happens: what will be done, to how many, at what cost. Its button does it.

A page rather than a dialog: it works with the keyboard, on a phone and without scripts, and a link to it changes
nothing. Only the POST, which carries the token of this site, does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bconnect.jobs import errands
from bconnect.jobs.models import Errand
from bconnect.panel import holding


@dataclass(frozen=True, slots=True)
class Table:
    head: Sequence[Any]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """`facts` are sentences; `kept` goes along with the answer.

    `command` does the same in a terminal, a line for each choice. `writes`: to Robaws, unless that is held.
    """

    title: str
    facts: Sequence[Any]
    button: str
    back: str
    colour: str = "primary"
    warnings: Sequence[Any] = ()
    command: str = ""
    writes: bool = False
    table: Table | None = None
    form: Form | None = None
    kept: Mapping[str, Sequence[Any]] = field(default_factory=dict)


def ask(request: HttpRequest, admin: Any, question: Question) -> TemplateResponse:
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": question.title,
        "question": question,
        "held": holding.warning() if question.writes else "",
        "no_worker": not errands.worker_is_there(timezone.now()),
    }
    return TemplateResponse(request, "panel/ask.html", context)


def order(request: HttpRequest, kind: str, about: str, **arguments: Any) -> HttpResponse:
    """Have a worker do it, and show how it goes."""
    errand = errands.place(kind, who(request), timezone.now(), **arguments)
    note(request, errand, about)
    return HttpResponseRedirect(reverse("admin:jobs_errand_change", args=[errand.pk]))


def who(request: HttpRequest) -> str:
    """For runs, histories and conflicts."""
    return str(request.user.get_username())


def user_id(request: HttpRequest) -> int:
    """Of whoever is logged in, as every page here has made sure."""
    return int(request.user.pk or 0)


def note(request: HttpRequest, on: Model, what: str, flag: int = CHANGE) -> None:
    """Remember who did what, for the log of all that people did."""
    LogEntry.objects.log_actions(user_id(request), [on], flag, what, single_object=True)


def kept(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    """What was ticked in a list, for the answer to say again."""
    names = ("action", "select_across", "index", ACTION_CHECKBOX_NAME)
    return {name: request.POST.getlist(name) for name in names if name in request.POST}


def refused(request: HttpRequest, why: str, back: str) -> HttpResponse:
    messages.error(request, why)
    return HttpResponseRedirect(back)


def errand_title(errand: Errand) -> str:
    """What was asked for, in words."""
    asked = errands.arguments_of(errand)
    ids: list[str] = asked.get("client_ids", [])
    several = _("%d customers") % len(ids) if len(ids) != 1 else _("customer %s") % ids[0]
    titles = {
        "sync changes": _("Sync what changed"),
        "sync all": _("Sync all customers"),
        "sync some": _("Sync %s") % several,
        "push": _("Push %s") % several if ids else _("Push all edits"),
        "delete in Robaws": _("Delete %s, here and in Robaws") % several,
        "find duplicates": _("Look for duplicates"),
        "undo a run": _("Undo run %s") % asked.get("run", ""),
        "register webhook": _("Register the webhook %s") % asked.get("url", ""),
        "rotate webhook": _("New secret for webhook %s") % asked.get("webhook_id", ""),
        "deactivate webhook": _("Deactivate webhook %s") % asked.get("webhook_id", ""),
        "compare webhooks": _("Compare the webhooks with Robaws"),
    }
    return str(titles.get(errand.kind, errand.kind))
