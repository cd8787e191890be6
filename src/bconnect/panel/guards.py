"""Where a guard stopped the sync: what it means, and the box to tick for those who may go on all the same.

The boxes are those of the command line: --allow-mass-deactivation, --yes-all and --allow-twins.
"""

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bconnect.customers.models import Customer
from bconnect.panel import cells, words
from bconnect.panel.merge_views import RIGHT as MERGE
from bconnect.sync import twins
from bconnect.sync.models import SyncRun
from bconnect.sync.pending import TooManyEditsError, check_mass

OVERRIDE = "jobs.order_override"


class BelieveForm(forms.Form):
    allow_mass_deactivation = forms.BooleanField(
        required=False,
        label=gettext_lazy("I have checked it: they really are gone"),
        help_text=gettext_lazy("Each is looked up once more, and marked inactive where Robaws does not know it."),
    )


class SendAllForm(forms.Form):
    yes_all = forms.BooleanField(label=gettext_lazy("I have looked at them: send them all"))


class TwinForm(forms.Form):
    allow_twins = forms.BooleanField(
        label=gettext_lazy("It is another customer: create it"),
        help_text=gettext_lazy(
            "Otherwise merge the two: a client that is made twice in Robaws has to be tidied up there."
        ),
    )


def is_stopped(run: SyncRun) -> bool:
    """Whether this pull found so many clients missing that it stopped. No other pull fails: it is interrupted."""
    return run.kind == SyncRun.Kind.FULL and run.status == SyncRun.Status.FAILED


def latest_stopped() -> SyncRun | None:
    latest = SyncRun.objects.filter(kind=SyncRun.Kind.FULL).defer("bookmark").order_by("-id").first()
    return latest if latest and is_stopped(latest) else None


def gone_warning(run: SyncRun) -> str:
    return _("The last full sync (run %(run)s) stopped, and marked nobody inactive: %(why)s") % {
        "run": run.pk,
        "why": words.said(run.error),
    }


def gone_meaning() -> str:
    return _(
        "So many are hardly ever deleted at once. More often the login belongs to another tenant, or Robaws showed "
        "only a part. Going on marks them all inactive here."
    )


def gone_warnings(request: HttpRequest, run: SyncRun) -> list[str]:
    """For the page that asks whether to sync: what happened, what it means, and who may go on."""
    told = [gone_warning(run), gone_meaning()]
    if not request.user.has_perm(OVERRIDE):
        told.append(
            _(
                "You can sync again: it stops again where they still are missing. Only an administrator can say that "
                "they really are gone."
            )
        )
    return told


def gone(request: HttpRequest) -> SafeString:
    """The way on, for a page that shows a run or a task that the guard stopped."""
    if not request.user.has_perm(OVERRIDE):
        return format_html("{}", _("An administrator can look at it and go on."))
    address = reverse("admin:customers_customer_sync_all")
    return format_html('<a class="bc-link" href="{}">{}</a>', address, _("What this means, and how to go on"))


def suspicion(count: int) -> str:
    """Why this many edits look like an accident; empty where they don't."""
    try:
        check_mass(count)
    except TooManyEditsError:
        said = _("%s customers at once are so many that it looks like an accident. Look at them first.")
        return said % cells.count(count)
    return ""


def twins_warning(customer: Customer) -> str:
    """Whom a new customer looks like; empty where it looks like nobody."""
    if not customer.is_new:
        return ""
    columns = {column: getattr(customer, column) for column in ("id", *twins.SIGNALS)}
    found = [f"{each.name} ({each.client_id})" for each in twins.twins_of(columns)]
    return _("It has the same VAT number, e-mail or phone as: %s") % "; ".join(found) if found else ""


def may_allow_twins(request: HttpRequest) -> bool:
    return request.user.has_perm(MERGE)
