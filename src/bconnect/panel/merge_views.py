"""The page where several customers are looked at side by side and become one; and what is asked of a merge later."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bconnect.customers.duplicates import decisions
from bconnect.customers.duplicates.evidence import Evidence, Tier
from bconnect.customers.duplicates.refresh import follow
from bconnect.customers.models import Customer
from bconnect.jobs.queue import enqueue
from bconnect.panel import cells, words
from bconnect.panel.merge_form import Answer, preview, read_answer
from bconnect.sync import merge_job, merging
from bconnect.sync.merge_plan import CannotMergeError
from bconnect.sync.models import Merge

RIGHT = "sync.merge_customers"
RIGHT_TO_DELETE = "jobs.order_delete"
TIER_COLOURS: dict[Tier | None, str] = {Tier.NEAR_CERTAIN: "danger", Tier.LIKELY: "warning"}
MOST = 12
"""More do not stand side by side."""


def merge_address(client_ids: Sequence[str]) -> str:
    """The page where these are merged."""
    return f"{reverse('admin:sync_merge_preview')}?{urlencode({'ids': ','.join(client_ids)})}"


def merge_page(request: HttpRequest) -> HttpResponse:
    """GET shows the preview; POST merges, or remembers that they are not the same."""
    if not request.user.has_perm("customers.view_customer"):
        raise PermissionDenied
    client_ids = list(dict.fromkeys(filter(None, request.GET.get("ids", "").split(","))))[:MOST]
    if request.method != "POST":
        return _shown(request, client_ids)
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    if "different" in request.POST:
        return _different(request, client_ids)
    return _merged(request, client_ids, read_answer(request.POST, client_ids))


def _shown(
    request: HttpRequest, client_ids: Sequence[str], answer: Answer | None = None, error: str = ""
) -> HttpResponse:
    try:
        shown = preview(client_ids, answer) if len(client_ids) > 1 else None
    except CannotMergeError as refused:
        shown, error = None, error or str(refused)
    context = {
        **admin.site.each_context(request),
        "title": _("Merge customers"),
        "preview": shown,
        "how_sure": _how_sure(shown.evidence) if shown and shown.evidence else "",
        "reasons": words.several(shown.evidence.reasons) if shown and shown.evidence else "",
        "refusal": words.said(error),  # `error` would take the place of the theme's own messages
        "may_merge": request.user.has_perm(RIGHT),
        "choices": [
            (value, words.said(label)) for value, label in Merge.InRobaws.choices if _may_choose(request, value)
        ],
    }
    return TemplateResponse(request, "panel/merge_preview.html", context, status=409 if error and answer else 200)


def _how_sure(found: Evidence) -> SafeString:
    """How sure it is that they are one, in the colours of the list."""
    tier = words.said(found.tier.words) if found.tier else _("unlikely")
    return cells.badge(f"{tier} {found.score}", TIER_COLOURS.get(found.tier, "grey"))


def _merged(request: HttpRequest, client_ids: Sequence[str], answer: Answer) -> HttpResponse:
    who = request.user.get_username()
    if not _may_choose(request, answer.in_robaws):
        raise PermissionDenied
    try:
        with transaction.atomic():
            record = merging.merge(
                answer.survivor_id,
                answer.other_ids,
                taken=answer.taken,
                in_robaws=Merge.InRobaws(answer.in_robaws),
                who=who,
                now=timezone.now(),
                token=answer.token,
                looked_at=client_ids,
            )
            _go_on(record, who)
    except CannotMergeError as refused:
        return _shown(request, client_ids, answer, str(refused))
    gone = list(record.merged.values_list("customer_number", flat=True))
    follow([record.survivor_id], gone, timezone.now())
    messages.success(request, _("They are one customer here now. Robaws follows, step by step."))
    return _to(record)


def _different(request: HttpRequest, client_ids: Sequence[str]) -> HttpResponse:
    numbers = list(Customer.objects.filter(robaws_client_id__in=client_ids).values_list("pk", flat=True))
    if len(numbers) < max(2, len(client_ids)):
        messages.error(request, _("Nothing was remembered: one of them is not here any more."))
        return HttpResponseRedirect(merge_address(client_ids))  # says which, and what it was merged into
    decisions.are_different(numbers, who=request.user.get_username(), now=timezone.now())
    messages.success(request, _("Remembered: these are not the same customer, and are not shown as duplicates again."))
    return HttpResponseRedirect(reverse("admin:duplicates_duplicategroup_changelist"))


@require_POST
def undo_page(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for an undo; a worker does it, since Robaws has to be looked at first."""
    record = _record(request, number)
    if record.state == Merge.State.UNDONE:
        messages.error(request, _("It was undone already."))
        return _to(record)
    with transaction.atomic():
        record.undo_asked_by = request.user.get_username()
        record.save(update_fields=["undo_asked_by"])
        enqueue(merge_job.UNDO_PATH, record.pk, label=f"undo merge {record.pk}")
    messages.success(request, _("The undo is on its way."))
    return _to(record)


@require_POST
def go_on_page(request: HttpRequest, number: int) -> HttpResponse:
    """Try the steps that are left again; `anyway` also those of clients that Robaws changed meanwhile."""
    record = _record(request, number)
    chosen = request.POST.get("in_robaws", "")
    with transaction.atomic():
        if chosen in Merge.InRobaws.values and _may_choose(request, chosen):
            merging.choose(record, Merge.InRobaws(chosen))
        _go_on(record, request.user.get_username(), anyway="anyway" in request.POST)
    messages.success(request, _("The steps that are left are tried again."))
    return _to(record)


def _may_choose(request: HttpRequest, in_robaws: str) -> bool:
    """What is deleted in Robaws is not brought back as it was: that takes the right to delete there."""
    return in_robaws != Merge.InRobaws.DELETE or request.user.has_perm(RIGHT_TO_DELETE)


def _record(request: HttpRequest, number: int) -> Merge:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    return get_object_or_404(Merge, pk=number)


def _go_on(record: Merge, who: str, *, anyway: bool = False) -> None:
    enqueue(merge_job.GO_ON_PATH, record.pk, who, "anyway" if anyway else "", label=f"merge {record.pk}")


def _to(record: Merge) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:sync_merge_change", args=[record.pk]))
