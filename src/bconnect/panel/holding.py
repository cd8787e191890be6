"""While all writing to Robaws is held, the pages that lead to it say so: since when, by whom, why, and who ends it."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bconnect.jobs.models import Pause
from bconnect.panel import words


def warning() -> SafeString | str:
    """Empty while writing is allowed."""
    held = Pause.objects.first()
    if held is None:
        return ""
    told = _("Nothing is sent to Robaws: writing is %(held)s%(why)s. An administrator can let it go on:") % {
        "held": words.said(held),
        "why": f" ({held.reason})" if held.reason else "",
    }
    address = reverse("admin:jobs_scheduledjob_changelist")
    return format_html('{} <a class="bc-link" href="{}">{}</a>', told, address, _("Jobs and schedule"))
