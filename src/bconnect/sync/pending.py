"""Which customers hold edits that Robaws has not got, and how many are too many to be meant."""

from collections.abc import Sequence

from bconnect.customers.models import Customer

SHARE_ALLOWED = 0.20
COUNT_ALLOWED = 50


class TooManyEditsError(Exception):
    """So many rows changed at once that it looks like an accident."""


def pending_ids(only: Sequence[str] | None = None) -> list[str]:
    """The client ids of rows that differ from their base, oldest row first; found by a partial index."""
    rows = Customer.objects.pending().order_by("id")
    if only is not None:
        rows = rows.filter(robaws_client_id__in=only)
    return list(rows.values_list("robaws_client_id", flat=True))


def check_mass(pending: int, limit: int | None = None) -> None:
    """Raises TooManyEditsError when more than 20 % of all customers, and more than 50, would be sent."""
    sent = pending if limit is None else min(pending, limit)
    if sent <= COUNT_ALLOWED:
        return
    total = Customer.objects.count()
    if sent > total * SHARE_ALLOWED:
        raise TooManyEditsError(
            f"{pending} of {total} customers are pending at once: nothing was sent. "
            "Look at them with --push --dry-run; if this is meant, run again with --yes-all"
        )
