"""Under which ids is a customer known? Those that were merged into it lead to it: other programs go on to use them."""

from collections.abc import Iterable

from bconnect.sync.models import Redirect


def merged_ids(client_id: str) -> Iterable[str]:
    """The other client ids that lead to this customer."""
    return Redirect.objects.filter(customer__robaws_client_id=client_id).values_list("robaws_client_id", flat=True)
