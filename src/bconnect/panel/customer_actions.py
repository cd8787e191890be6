"""What can be ordered from the customer list and page: sync and push, of all or of one. Each asks first."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action  # type: ignore[import-untyped]

from bconnect.customers.fields import Value
from bconnect.customers.models import Customer
from bconnect.panel import asking, cells, estimates, guards, words
from bconnect.panel.asking import Question, Table
from bconnect.panel.customer_page import address_in_robaws, label
from bconnect.panel.differences import in_robaws
from bconnect.panel.merge_views import RIGHT
from bconnect.sync import conflicts, gateway, runs, upsert, written
from bconnect.sync.outgoing import Outgoing, outgoing
from bconnect.sync.reconcile import full_base

NEW_TAB = {"target": "_blank", "rel": "noopener noreferrer"}


class SyncForm(forms.Form):
    """How much to look at."""

    CHANGES, ALL = "sync changes", "sync all"
    what = forms.ChoiceField(
        label=gettext_lazy("What to sync"),
        choices=(
            (ALL, gettext_lazy("All customers; also finds those that are gone from Robaws")),
            (CHANGES, gettext_lazy("Only what changed since the last complete sync")),
        ),
        widget=forms.RadioSelect,
        initial=ALL,
    )


class SyncOrBelieveForm(SyncForm, guards.BelieveForm):
    """Shown after a full sync that the guard stopped."""


class CustomerActions:
    """For CustomerAdmin. The names are also the addresses of the pages."""

    actions_list = ("sync_all", "push_all", "find_duplicates")
    actions_row = ("sync_one", "push_one", "open_in_robaws")
    actions_detail = ("sync_one", "push_one")

    def has_order_pull_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("jobs.order_pull")

    def has_order_push_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("jobs.order_push")

    @action(description=gettext_lazy("Sync all"), permissions=["order_pull"], url_path="sync-all", icon="sync")  # type: ignore[untyped-decorator]
    def sync_all(self, request: HttpRequest) -> HttpResponse:
        stopped = guards.latest_stopped()
        is_offered = stopped is not None and request.user.has_perm(guards.OVERRIDE)
        form = (SyncOrBelieveForm if is_offered else SyncForm)(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return _order_sync(request, **form.cleaned_data)
        since = runs.watermark()
        last = cells.moment(since) if since else _("never")
        question = Question(
            title=_("Sync customers from Robaws?"),
            facts=[
                _("Takes over what changed in Robaws. Your own edits are kept; what both sides changed is a conflict."),
                _("Nothing is written to Robaws."),
                _("All customers: %s") % estimates.requests(estimates.full_pull(), in_bulk=True),
                _("Only what changed: usually one to three requests. The last complete sync saw Robaws as of: %s")
                % last,
            ],
            warnings=guards.gone_warnings(request, stopped) if stopped else [],
            form=form,
            button=_("Sync"),
            back=_list(),
            command=f"bconnect sync_customers --full{' --allow-mass-deactivation' if is_offered else ''}\n"
            "bconnect sync_customers",
        )
        return asking.ask(request, self, question)

    @action(description=gettext_lazy("Push all"), permissions=["order_push"], url_path="push-all", icon="upload")  # type: ignore[untyped-decorator]
    def push_all(self, request: HttpRequest) -> HttpResponse:
        count = Customer.objects.pending().count()
        suspicion = guards.suspicion(count)
        may = not suspicion or request.user.has_perm(guards.OVERRIDE)
        form = guards.SendAllForm(request.POST or None) if suspicion and may else None
        if request.method == "POST" and may and (form is None or form.is_valid()):
            arguments = {"yes_all": True} if form else {}
            return asking.order(request, "push", "Push", **arguments)
        facts = [
            _("%s customers hold edits that Robaws has not got.") % cells.count(count),
            _("Each is read from Robaws first; only the fields that were edited here are sent."),
            _("What was changed there too becomes a conflict, and is not overwritten."),
            estimates.requests(count * estimates.A_PUSH),
        ]
        question = Question(
            title=_("Push all edits to Robaws?"),
            facts=facts,
            warnings=[
                each for each in (suspicion, "" if may else _("Only an administrator can send them all.")) if each
            ],
            form=form,
            button=_("Push") if count and may else "",
            back=_list(),
            command=f"bconnect sync_customers --push{' --yes-all' if suspicion else ''}",
            writes=True,
        )
        return asking.ask(request, self, question)

    def has_merge_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm(RIGHT)

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Find duplicates"),
        permissions=["merge"],
        url_path="find-duplicates",
        icon="content_copy",
    )
    def find_duplicates(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return asking.order(request, "find duplicates", "Looked for duplicates")
        question = Question(
            title=_("Look for duplicates now?"),
            facts=[
                _("Customers that are new or changed since the last look are compared with all others."),
                _("It asks nothing of Robaws and changes no customer; what is found stands under Duplicates."),
            ],
            button=_("Look"),
            back=_list(),
            command="bconnect find_duplicates",
        )
        return asking.ask(request, self, question)

    @action(description=gettext_lazy("Sync from Robaws"), permissions=["order_pull"], url_path="sync", icon="sync")  # type: ignore[untyped-decorator]
    def sync_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        customer = _customer(object_id)
        if customer.is_new:
            return asking.refused(request, _("Robaws does not know this customer yet: push it first."), _page(customer))
        if request.method == "POST":
            return asking.order(request, "sync some", "Sync", client_ids=[customer.robaws_client_id])
        question = Question(
            title=_("Sync %s from Robaws?") % customer.name,
            facts=[_("Reads this client live and takes over what changed there."), estimates.requests(1)],
            button=_("Sync"),
            back=_page(customer),
            command=f"bconnect sync_customers --client-id {customer.robaws_client_id}",
        )
        return asking.ask(request, self, question)

    @action(description=gettext_lazy("Push to Robaws"), permissions=["order_push"], url_path="push", icon="upload")  # type: ignore[untyped-decorator]
    def push_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        customer = _customer(object_id)
        if customer.gone_at:
            return asking.refused(request, _("This client is gone from Robaws."), _page(customer))
        if not customer.is_pending:
            return asking.refused(request, _("There is nothing to push: no field was edited here."), _page(customer))
        twins = guards.twins_warning(customer)
        may = not twins or guards.may_allow_twins(request)
        form = guards.TwinForm(request.POST or None) if twins and may else None
        if request.method == "POST" and may and (form is None or form.is_valid()):
            allowed = form.cleaned_data if form else {}
            return asking.order(request, "push", "Push", client_ids=[customer.robaws_client_id], **allowed)
        question = _push_question(customer, [twins] if twins else [])
        command = f"{question.command}{' --allow-twins' if form else ''}"
        return asking.ask(
            request, self, replace(question, form=form, button=question.button if may else "", command=command)
        )

    @action(description=gettext_lazy("Open in Robaws"), url_path="robaws", icon="open_in_new", attrs=NEW_TAB)  # type: ignore[untyped-decorator]
    def open_in_robaws(self, request: HttpRequest, object_id: str) -> HttpResponse:
        customer = _customer(object_id)
        return HttpResponseRedirect(address_in_robaws(customer) or _page(customer))


def _push_question(customer: Customer, warnings: list[str]) -> Question:
    waiting = conflicts.open_of([customer.pk])[customer.pk]
    out = None if customer.is_new else _going_out(customer, waiting)
    facts = [_("The client is read live first. What was changed there meanwhile is not overwritten.")]
    if out is None:
        facts = [_("Robaws does not know this customer: it is created there, unless it looks like one that is there.")]
    elif not out.values and not out.why:
        facts.append(_("Nothing is left to send but spellings of the same values."))
    facts.append(estimates.requests(estimates.A_PUSH))
    if out and out.why:
        warnings = [*warnings, _("Not sent: %s") % words.said(out.why)]
    return Question(
        title=_("Push %s to Robaws?") % customer.name,
        facts=facts,
        warnings=[*warnings, *([_("Fields in conflict are not sent until somebody decides.")] if waiting else [])],
        table=_table_of(customer, out) if out and out.values else None,
        button=_("Push"),
        back=_page(customer),
        command=f"bconnect sync_customers --push --client-id {customer.robaws_client_id}",
        writes=True,
    )


def _going_out(customer: Customer, waiting: dict[str, Value]) -> Outgoing:
    """What a push would send if Robaws still were as last seen."""
    row: dict[str, Any] = Customer.objects.filter(pk=customer.pk).values(*upsert.READ).get()
    row |= written.following(row, waiting)
    return outgoing(row, row["metadata"] or {}, gateway.tenant(), waiting)


def _table_of(customer: Customer, out: Outgoing) -> Table:
    theirs = full_base(customer.base) | in_robaws(customer)
    rows = [(label(column), cells.shown(theirs[column]), cells.shown(value)) for column, value in out.values.items()]
    return Table((_("Field"), _("In Robaws"), _("Will be sent")), rows)


def _order_sync(request: HttpRequest, what: str, allow_mass_deactivation: bool = False) -> HttpResponse:
    """What is gone is looked for by a full sync only."""
    allowed = {"allow_mass_deactivation": True} if allow_mass_deactivation and what == SyncForm.ALL else {}
    return asking.order(request, what, "Sync", **allowed)


def _customer(object_id: str) -> Customer:
    found: Customer = get_object_or_404(Customer, pk=object_id if object_id.isdecimal() else 0)
    return found


def _page(customer: Customer) -> str:
    return reverse("admin:customers_customer_change", args=[customer.pk])


def _list() -> str:
    return reverse("admin:customers_customer_changelist")
