"""The filters of the customer list that ask one thing: with or without."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RadioFilter  # type: ignore[import-untyped]

from bconnect.customers.duplicates.models import DuplicateMember
from bconnect.customers.models import NEW_ID_PREFIX, Customer
from bconnect.intakes.models import Intake
from bconnect.sync.models import QuarantinedRecord, SyncRun

STALE_AFTER = timedelta(days=7)


class YesNoFilter(RadioFilter):  # type: ignore[misc]  # Unfold has no types
    """`labels` are said both in the filter and in the chip of one that is on; `having` is what "yes" means."""

    labels: ClassVar[dict[str, str | Promise]]

    def having(self) -> Q:
        raise NotImplementedError

    def lacking(self) -> Q:
        return ~self.having()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(answer, capfirst(str(label))) for answer, label in self.labels.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        match self.value():
            case "yes":
                return queryset.filter(self.having())
            case "no":
                return queryset.filter(self.lacking())
        return queryset


class VatFilter(YesNoFilter):
    title = _("VAT number")
    parameter_name = "vat"
    labels: ClassVar = {"yes": _("with a VAT number"), "no": _("without a VAT number")}

    def having(self) -> Q:
        return ~self.lacking()

    def lacking(self) -> Q:
        return Q(vat_number=None) | Q(vat_number="")


class DuplicatesFilter(YesNoFilter):
    title = _("duplicates")
    parameter_name = "duplicates"
    labels: ClassVar = {"yes": _("with duplicates"), "no": _("without duplicates")}

    def having(self) -> Q:
        return Q(pk__in=DuplicateMember.objects.values("customer_id"))


class IntakesFilter(YesNoFilter):
    title = _("intakes")
    parameter_name = "intakes"
    labels: ClassVar = {"yes": _("with intakes"), "no": _("without intakes")}

    def having(self) -> Q:
        return Q(Exists(Intake.objects.filter(robaws_client_id=OuterRef("robaws_client_id"))))


class StaleFilter(YesNoFilter):
    """Not compared with Robaws for a week: no pull took it in, and none that was complete vouched for it.

    A complete pull, also one of only what changed, says that all others stayed the same; not of what it could not
    read. What Robaws does not know, or knows no more, is not waited for.
    """

    title = _("last synced")
    parameter_name = "stale"
    labels: ClassVar = {"yes": _("not synced for 7 days"), "no": _("synced within 7 days")}

    def having(self) -> Q:
        since = timezone.now() - STALE_AFTER
        stale = Q(gone_at=None) & ~Q(robaws_client_id__startswith=NEW_ID_PREFIX)
        stale &= Q(last_synced_at__lt=since) | Q(last_synced_at=None)
        if SyncRun.objects.exclude(watermark=None).filter(started_at__gte=since).exists():
            unread = QuarantinedRecord.objects.exclude(robaws_client_id=None).values("robaws_client_id")
            stale &= Q(robaws_client_id__in=unread)
        return stale


YES_NO: tuple[type[YesNoFilter], ...] = (IntakesFilter, DuplicatesFilter, VatFilter, StaleFilter)
