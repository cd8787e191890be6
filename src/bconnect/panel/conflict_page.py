"""Deciding: all open conflicts of one customer side by side, ours or theirs or a third value for each."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bconnect.customers.fields import BY_COLUMN, FLAGS, MAX_CHARS, Place, clean
from bconnect.customers.models import Customer
from bconnect.panel import asking, cells, issues, words
from bconnect.panel.customer_page import address_in_robaws, label
from bconnect.panel.differences import Difference, differences
from bconnect.sync import gateway
from bconnect.sync.as_one import together
from bconnect.sync.models import Conflict
from bconnect.sync.resolve import NoSuchConflictError, Take, resolve

HOW = {
    Take.OURS.value: gettext_lazy("ours"),
    Take.THEIRS.value: gettext_lazy("Robaws' value"),
    Take.VALUE.value: gettext_lazy("another value"),
}
"""What a person decided, in words."""


@dataclass(slots=True)
class Line:
    """One conflict on the page, with what was answered. `seen` travels with the form: the values may move.

    `beside` is what else Robaws changed of the same thing: a country's code, where its name is in conflict.
    """

    conflict: Conflict
    ours: Any
    beside: list[Difference] = field(default_factory=list)
    take: str = ""
    typed: str = ""
    error: str = ""

    @property
    def label(self) -> str:
        return label(self.conflict.field)

    @property
    def takes_text(self) -> bool:
        """Yes or no have no third."""
        return self.conflict.field not in FLAGS

    @property
    def seen(self) -> str:
        return json.dumps([self.ours, self.conflict.theirs])

    def name(self, part: str) -> str:
        return f"{part}-{self.conflict.pk}"


def decide(request: HttpRequest, admin: Any, customer_pk: int) -> HttpResponse:
    """The page, and what becomes of its answer."""
    customer = get_object_or_404(Customer, pk=customer_pk)
    lines = _lines(customer)
    may_decide = request.user.has_perm("sync.resolve_conflict")
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        gone = _decided_meanwhile(request, customer)
        for each in gone:
            messages.warning(request, _told(each))
        for line in lines:
            _read(line, request, customer)
        if any(line.take for line in lines) and not any(line.error for line in lines):
            return _done(request, customer, lines)
        if not gone and not any(line.error for line in lines):
            messages.warning(request, _("Choose a value for at least one field."))
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Conflicts of %s") % customer.name,
        "customer": customer,
        "lines": lines,
        "may_decide": may_decide,
        "in_robaws": address_in_robaws(customer),
    }
    return TemplateResponse(request, "panel/decide.html", context)


def take_side(request: HttpRequest, chosen: list[Conflict], take: Take) -> int:
    """Decide all of these alike; returns how many still were open."""
    decided = 0
    for conflict in chosen:
        try:
            made = resolve(
                conflict.pk, take, None, tenant=gateway.tenant(), who=asking.who(request), now=timezone.now()
            )
        except NoSuchConflictError:
            continue  # somebody was quicker
        asking.note(request, made, f"Decided: {take.value}")
        decided += 1
    return decided


def _lines(customer: Customer) -> list[Line]:
    open_ones = list(Conflict.objects.filter(customer=customer, resolved_at=None).order_by("since", "id"))
    in_conflict = {each.field for each in open_ones}
    changed = [each for each in differences(customer) if each.theirs != each.base and each.column not in in_conflict]
    return [
        Line(
            each, getattr(customer, each.field), [other for other in changed if other.column in together([each.field])]
        )
        for each in open_ones
    ]


def _decided_meanwhile(request: HttpRequest, customer: Customer) -> list[Conflict]:
    """Those that something was chosen for, and that were open when the page was."""
    takes = (name.removeprefix("take-") for name, value in request.POST.items() if name.startswith("take-") and value)
    return list(
        Conflict.objects.select_related("customer")
        .filter(customer=customer, pk__in=[each for each in takes if each.isdecimal()], resolved_at__isnull=False)
        .order_by("since", "id")
    )


def _told(conflict: Conflict) -> str:
    """By whom it was decided and how, where somebody did."""
    if conflict.resolution not in HOW:
        return _("%s is no conflict any more.") % label(conflict.field)
    return _("%(field)s was decided meanwhile by %(who)s: “%(value)s” (%(how)s).") % {
        "field": label(conflict.field),
        "who": words.said(conflict.resolved_by),
        "value": cells.shown(getattr(conflict.customer, conflict.field)),
        "how": HOW[conflict.resolution],
    }


def _read(line: Line, request: HttpRequest, customer: Customer) -> None:
    line.take = request.POST.get(line.name("take"), "")
    line.typed = request.POST.get(line.name("value"), "").strip()
    if not line.take:
        return
    if line.take not in {each.value for each in Take} or (line.take == Take.VALUE.value and not line.takes_text):
        line.error = _("Choose one of the values.")
    elif request.POST.get(line.name("seen")) != line.seen:
        line.error, line.take = _("It changed while this page was open: look at the values again."), ""
    elif line.take == Take.VALUE.value:
        line.error = _fault(line, customer)


def _fault(line: Line, customer: Customer) -> str:
    """What is wrong with the third value, in words; empty where nothing is."""
    column = line.conflict.field
    if not line.typed:
        return _("This can't be empty.") if BY_COLUMN[column].required else ""
    result = clean(column, line.typed, Place(customer.country_code, gateway.tenant().default_country))
    if result.issue in issues.BLOCKING:
        return issues.in_words(result.issue)
    if len(line.typed) > MAX_CHARS:
        return _("At most %s characters fit here.") % MAX_CHARS
    return _("Only one value fits here; found also: %s.") % ", ".join(result.others) if result.others else ""


def _done(request: HttpRequest, customer: Customer, lines: list[Line]) -> HttpResponse:
    decided = 0
    for line in lines:
        if not line.take:
            continue
        try:
            made = resolve(
                line.conflict.pk,
                Take(line.take),
                line.typed or None,
                tenant=gateway.tenant(),
                who=asking.who(request),
                now=timezone.now(),
            )
        except NoSuchConflictError:
            for each in Conflict.objects.filter(pk=line.conflict.pk).select_related("customer"):
                messages.warning(request, _told(each))
            continue
        asking.note(request, made, f"Decided: {line.take}")
        decided += 1
    told = ngettext("%d conflict is decided.", "%d conflicts are decided.", decided) % decided
    if decided:
        messages.success(request, told + " " + _("What differs from Robaws now goes out with the next push."))
    left = any(not line.take for line in lines)
    page = "admin:sync_conflict_decide" if left else "admin:customers_customer_change"
    return HttpResponseRedirect(reverse(page, args=[customer.pk]))
