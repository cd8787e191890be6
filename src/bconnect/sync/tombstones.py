"""Which clients were deleted here on purpose, or merged into another, and stay away."""

from collections.abc import Iterable

from bconnect.sync.models import Redirect, Tombstone
from bconnect.sync.upsert import listed

_MODELS = (Tombstone, Redirect)


def exist() -> bool:
    first, second = (model._default_manager.order_by().values("pk") for model in _MODELS)
    return first.union(second).exists()


def among(client_ids: Iterable[str]) -> set[str]:
    """Those of the ids that were deleted or merged here."""
    asked = list(client_ids)
    found: set[str] = set()
    for model in _MODELS if asked else ():
        rows = model._default_manager.filter(robaws_client_id__in=listed(asked))
        found.update(rows.values_list("robaws_client_id", flat=True))
    return found
