"""How good the data is as a whole, day by day; and whose data wants work most."""

from collections import Counter
from datetime import datetime

from django.db.models import Avg, Count
from django.utils import timezone

from bconnect.customers.duplicates.models import DuplicateGroup, Profile, QualityDay


def note_day(now: datetime) -> None:
    """Write down, or renew, the day's figures; nothing while there is no customer."""
    whole = Profile.objects.aggregate(count=Count("pk"), average=Avg("quality"))
    if not whole["count"]:
        return
    QualityDay.objects.update_or_create(
        day=timezone.localdate(now),
        defaults={
            "customers": whole["count"],
            "average": round(float(whole["average"]), 2),
            "problems": dict(_problems()),
            "groups": DuplicateGroup.objects.count(),
        },
    )


def _problems() -> Counter[str]:
    """Counted by combination in the database: there are few hundred of them, however many customers."""
    counts: Counter[str] = Counter()
    combinations = Profile.objects.order_by().values_list("problems").annotate(n=Count("pk"))
    for problems, count in combinations:
        for code in problems.split():
            counts[code] += count
    return counts
