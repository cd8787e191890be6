"""What a piece of work costs in requests, and what is left of the day's quota. Estimates, said as such."""

from math import ceil

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bconnect.customers.models import Customer
from bconnect.panel import cells
from bconnect.sync.models import RequestLimit

PAGE = 100
A_PUSH, A_DELETE = 2, 2
"""One live read before every write."""


def full_pull() -> int:
    """A page holds 100 clients; the first request tells how many there are."""
    return ceil(Customer.objects.known_to_robaws().count() / PAGE) + 1


def requests(number: int, *, in_bulk: bool = False) -> str:
    """How many it takes, and whether what is left of the day is enough, as a sentence."""
    about, left = cells.count(number), quota_left(in_bulk=in_bulk)
    if left is None:
        return ngettext("It takes about %s request.", "It takes about %s requests.", number) % about
    usable = max(0, left - settings.ROBAWS_DAILY_RESERVE)
    if number <= usable:
        return _("It takes about %(number)s of the %(left)s requests left today.") % {
            "number": about,
            "left": cells.count(left),
        }
    return _(
        "It takes about %(number)s requests, but only %(usable)s may still be used today. It stops there; what is left "
        "then has to be asked for again."
    ) % {"number": about, "usable": cells.count(usable)}


def quota_left(*, in_bulk: bool) -> int | None:
    """None where Robaws has not told today."""
    limit = RequestLimit.objects.filter(tenant=settings.ROBAWS_BASE_URL).first()
    if limit is None:
        return None
    left, resets_at = (
        (limit.replica_remaining, limit.replica_resets_at) if in_bulk else (limit.live_remaining, limit.live_resets_at)
    )
    return left if (resets_at or 0) > timezone.now().timestamp() else None
