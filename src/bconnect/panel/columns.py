"""Which columns of the customer list somebody sees: theirs, or those that most people want."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bconnect.panel import asking
from bconnect.panel.models import ColumnChoice

LIST = "customers"
ALWAYS = "bold_name"
LABELS: dict[str, str | Promise] = {
    "bold_name": gettext_lazy("name"),
    "client_id": gettext_lazy("client id"),
    "role_badge": gettext_lazy("role"),
    "state_badge": gettext_lazy("sync"),
    "copyable_email": gettext_lazy("e-mail"),
    "copyable_phone": gettext_lazy("phone"),
    "city": gettext_lazy("city"),
    "country": gettext_lazy("country"),
    "copyable_vat": gettext_lazy("VAT number"),
    "active": gettext_lazy("active"),
    "intake_count": gettext_lazy("intakes"),
    "synced": gettext_lazy("last news from Robaws"),
    "pushed": gettext_lazy("last pushed"),
}
ALL = tuple(LABELS)
HIDDEN_AT_FIRST = frozenset({"client_id", "copyable_vat", "synced", "pushed"})


class ColumnsForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        choices=[(name, capfirst(label)) for name, label in LABELS.items() if name != ALWAYS],  # type: ignore[type-var]
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def chosen(request: HttpRequest) -> Sequence[str]:
    """In the order of the table above; the name is always there, since it leads to the customer's page."""
    known: Sequence[str] | None = getattr(request, "_panel_columns", None)
    if known is None:  # the admin asks several times a page
        known = request._panel_columns = _chosen(request)  # type: ignore[attr-defined]
    return known


def _chosen(request: HttpRequest) -> Sequence[str]:
    mine = ColumnChoice.objects.filter(user_id=asking.user_id(request), list_name=LIST).first()
    if mine is None:
        return [name for name in ALL if name not in HIDDEN_AT_FIRST]
    return [name for name in ALL if name == ALWAYS or name in mine.columns]


def choose(request: HttpRequest, admin: Any) -> HttpResponse:
    """The page to choose on, and what becomes of the answer."""
    form = ColumnsForm(request.POST or None, initial={"columns": list(chosen(request))})
    back = reverse("admin:customers_customer_changelist")
    if request.method == "POST" and form.is_valid():
        ColumnChoice.objects.update_or_create(
            user_id=asking.user_id(request), list_name=LIST, defaults={"columns": form.cleaned_data["columns"]}
        )
        return HttpResponseRedirect(back)
    facts = [_("The list shows you these columns from now on, on every machine you log in from.")]
    question = asking.Question(
        title=_("Columns of the customer list"), facts=facts, form=form, button=_("Save"), back=back
    )
    return asking.ask(request, admin, question)
