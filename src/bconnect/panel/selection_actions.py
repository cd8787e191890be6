"""What can be done with the customers that are ticked in the list. Each asks first, with the numbers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action  # type: ignore[import-untyped]

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.panel import asking, cells, edited, estimates, words
from bconnect.panel.asking import Question, Table
from bconnect.panel.merge_views import MOST as MOST_MERGED
from bconnect.panel.merge_views import RIGHT, merge_address
from bconnect.sync.forget import StillInUseError, forget, half_created
from bconnect.sync.models import Conflict

MOST = 5000
MOST_DELETED = 200
SHOWN = 20

Customers = QuerySet[Customer]


class DeleteForm(forms.Form):
    """Where to delete. What is meant is said."""

    HERE, EVERYWHERE = "here", "everywhere"
    where = forms.ChoiceField(
        label=gettext_lazy("Where"),
        choices=(
            (HERE, gettext_lazy("Only here. Robaws keeps its client; no sync brings it back.")),
            (EVERYWHERE, gettext_lazy("Here and in Robaws. This can't be undone.")),
        ),
        widget=forms.RadioSelect,
        initial=HERE,
    )

    def __init__(self, *args: Any, may_everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_everywhere:
            self.fields["where"].choices = self.fields["where"].choices[:1]  # type: ignore[attr-defined]


class SelectionActions:
    """For CustomerAdmin."""

    actions = ("push_chosen", "sync_chosen", "mark_active", "mark_inactive", "merge_chosen", "delete_chosen")

    @action(description=gettext_lazy("Push to Robaws"), permissions=["order_push"])  # type: ignore[untyped-decorator]
    def push_chosen(self, request: HttpRequest, chosen: Customers) -> HttpResponse:
        pending = chosen.filter(is_pending=True, gone_at=None)
        ids = list(pending.order_by("id").values_list("robaws_client_id", flat=True)[: MOST + 1])
        if request.POST.get("confirmed") and ids and len(ids) <= MOST:
            return asking.order(request, "push", "Push", client_ids=ids)
        skipped = chosen.count() - len(ids)
        facts = [ngettext("%d customer holds edits.", "%d customers hold edits.", len(ids)) % len(ids)]
        if skipped:
            facts.append(ngettext("%d has none and is left out.", "%d have none and are left out.", skipped) % skipped)
        facts.append(estimates.requests(len(ids) * estimates.A_PUSH))
        return self._ask(request, _("Push them to Robaws?"), facts, _("Push") if ids else "", len(ids))

    @action(description=gettext_lazy("Sync from Robaws"), permissions=["order_pull"])  # type: ignore[untyped-decorator]
    def sync_chosen(self, request: HttpRequest, chosen: Customers) -> HttpResponse:
        known = chosen.filter(gone_at=None).exclude(robaws_client_id__startswith="NEW_")
        ids = list(known.order_by("id").values_list("robaws_client_id", flat=True)[: MOST + 1])
        if request.POST.get("confirmed") and ids and len(ids) <= MOST:
            return asking.order(request, "sync some", "Sync", client_ids=ids)
        facts = [_("%s clients are read live, one by one.") % cells.count(len(ids)), estimates.requests(len(ids))]
        return self._ask(request, _("Sync them from Robaws?"), facts, _("Sync") if ids else "", len(ids))

    @action(description=gettext_lazy("Mark active"), permissions=["change"])  # type: ignore[untyped-decorator]
    def mark_active(self, request: HttpRequest, chosen: Customers) -> HttpResponse:
        return self._mark(request, chosen, _("Mark them active?"), is_active=True)

    @action(description=gettext_lazy("Mark inactive"), permissions=["change"])  # type: ignore[untyped-decorator]
    def mark_inactive(self, request: HttpRequest, chosen: Customers) -> HttpResponse:
        return self._mark(request, chosen, _("Mark them inactive?"), is_active=False)

    def _mark(self, request: HttpRequest, chosen: Customers, title: str, *, is_active: bool) -> HttpResponse:
        others = chosen.exclude(is_active=is_active)
        count = others.count()
        if request.POST.get("confirmed") and count <= MOST:
            marked = edited.set_active(others, is_active=is_active, who=asking.who(request), now=timezone.now())
            for each in marked:
                asking.note(request, each, "Marked active" if is_active else "Marked inactive")
            messages.success(
                request, ngettext("%d customer changed.", "%d customers changed.", len(marked)) % len(marked)
            )
            return _back(request)
        facts = [
            ngettext("%d customer is changed here.", "%d customers are changed here.", count) % count,
            _("Robaws hears of it with the next push."),
        ]
        return self._ask(request, title, facts, _("Change") if count else "", count)

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)

    @action(description=gettext_lazy("Merge"), permissions=["merge"])  # type: ignore[untyped-decorator]
    def merge_chosen(self, request: HttpRequest, chosen: Customers) -> HttpResponse:
        """Leads to the page where they stand side by side, which asks."""
        ids = list(chosen.order_by("id").values_list("robaws_client_id", flat=True)[: MOST_MERGED + 1])
        if 1 < len(ids) <= MOST_MERGED:
            return HttpResponseRedirect(merge_address(ids))
        return asking.refused(request, _("Choose from two to %d customers to merge.") % MOST_MERGED, _here(request))

    @action(description=gettext_lazy("Delete"), permissions=["delete"])  # type: ignore[untyped-decorator]
    def delete_chosen(self, request: HttpRequest, chosen: Customers) -> HttpResponse:
        return self.delete_some(request, chosen, _here(request))

    def delete_some(self, request: HttpRequest, chosen: Customers, back: str) -> HttpResponse:
        """Ask, then forget them here or have them deleted in Robaws too. Those with intakes stay."""
        used = Exists(Intake.objects.filter(robaws_client_id=OuterRef("robaws_client_id")))
        free, blocked = chosen.filter(~used).order_by("id"), chosen.filter(used).order_by("id")
        count, is_answer = free.count(), bool(request.POST.get("confirmed"))
        may_everywhere = request.user.has_perm("jobs.order_delete")
        form = DeleteForm(request.POST if is_answer else None, may_everywhere=may_everywhere)
        if is_answer and count and count <= MOST_DELETED and form.is_valid():
            if form.cleaned_data["where"] == DeleteForm.EVERYWHERE:
                ids = list(free.values_list("robaws_client_id", flat=True))
                return asking.order(request, "delete in Robaws", "Delete", client_ids=ids)
            self._forget(request, free)
            return HttpResponseRedirect(_list_of(back))
        facts = [ngettext("%d customer is deleted.", "%d customers are deleted.", count) % count]
        held = blocked.count()
        warnings = [*([_held(held)] if held else []), *_lost(free)]
        if cut_off := half_created(free).count():
            warnings.append(_may_return(cut_off))
        names = [(each.robaws_client_id, each.name) for each in free.only("robaws_client_id", "name")[:SHOWN]]
        table = Table((_("Client id"), _("Name")), names) if names else None
        button = _("Delete") if count else ""
        return self._ask(
            request, _("Delete?"), facts, button, count,
            most=MOST_DELETED, warnings=warnings, table=table, form=form if count else None, colour="danger", back=back,
        )  # fmt: skip

    def _forget(self, request: HttpRequest, customers: Customers) -> None:
        deleted = 0
        for customer in customers:
            try:
                with transaction.atomic():
                    asking.note(request, customer, "Deleted here")
                    forget(customer, who=asking.who(request), now=timezone.now())
                deleted += 1
            except StillInUseError as error:  # an intake was made meanwhile
                messages.error(request, words.said(error))
        told = ngettext("%d customer was deleted here.", "%d customers were deleted here.", deleted) % deleted
        messages.success(request, told + " " + _("Robaws keeps its client. It is not brought back here by a sync."))

    def _ask(
        self,
        request: HttpRequest,
        title: str,
        facts: Sequence[Any],
        button: str,
        count: int,
        *,
        most: int = MOST,
        back: str = "",
        warnings: Sequence[Any] = (),
        **more: Any,
    ) -> HttpResponse:
        if count > most:
            warnings = [*warnings, _("At most %s can be chosen at once: narrow the list.") % cells.count(most)]
            button = ""
        question = Question(
            title=title, facts=facts, button=button, back=back or _here(request), warnings=warnings,
            kept=asking.kept(request), **more,
        )  # fmt: skip
        return asking.ask(request, self, question)


def _may_return(count: int) -> str:
    return (
        ngettext(
            "The creation of %d customer in Robaws was cut off: if it was made nevertheless, a sync brings it back.",
            "The creation of %d customers in Robaws was cut off: those made nevertheless, a sync brings back.",
            count,
        )
        % count
    )


def _lost(deleted: Customers) -> list[str]:
    """What nobody has decided on or sent yet, and goes with them."""
    unsent = deleted.filter(is_pending=True).count()
    undecided = Conflict.objects.filter(customer__in=deleted, resolved_at=None).count()
    told = []
    if undecided:
        told.append(
            ngettext(
                "%d conflict is open: it goes with its customer, undecided.",
                "%d conflicts are open: they go with their customers, undecided.",
                undecided,
            )
            % undecided
        )
    if unsent:
        told.append(
            ngettext(
                "%d customer holds edits that Robaws has not got: they are lost.",
                "%d customers hold edits that Robaws has not got: they are lost.",
                unsent,
            )
            % unsent
        )
    return told


def _held(count: int) -> str:
    return (
        ngettext(
            "%d customer has intakes and can't be deleted: merge it or mark it inactive.",
            "%d customers have intakes and can't be deleted: merge them or mark them inactive.",
            count,
        )
        % count
    )


def _here(request: HttpRequest) -> str:
    return request.get_full_path()


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(_here(request))


def _list_of(page: str) -> str:
    """The page of a deleted customer is no more: back to the list."""
    from_list = page.partition("/customers/customer/")
    return page if from_list[2].startswith("?") or not from_list[2] else from_list[0] + from_list[1]
