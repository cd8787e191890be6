"""What stands above the customer list: ready-made views, the filters that are on, export and columns."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bconnect.panel.states import BY_KEY
from bconnect.panel.yes_no_filters import YES_NO

PAGE_PARAMETERS = frozenset({"p", "o", "q", "all", "e"})


@dataclass(frozen=True, slots=True)
class Link:
    label: str | Promise
    url: str
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Tools:
    views: list[Link]
    chips: list[Link]
    exports: list[Link]
    columns: str


VIEWS: tuple[tuple[str | Promise, dict[str, str]], ...] = (
    (_("All"), {}),
    (_("Edited here"), {"sync": "edited"}),
    (_("Conflicts"), {"sync": "conflict"}),
    (_("Refused"), {"sync": "refused"}),
    (_("New here"), {"sync": "new"}),
    (_("Gone"), {"sync": "gone"}),
    (_("Duplicates"), {"duplicates": "yes"}),
    (_("No VAT number"), {"vat": "no"}),
    (_("Stale"), {"stale": "yes"}),
    (_("Blacklisted"), {"role": "BLACKLISTED"}),
)


def of(request: HttpRequest) -> Tools:
    """Only what the address says: no query."""
    asked = request.GET.urlencode()
    on = filters(request)
    return Tools(
        views=[Link(label, _at(wanted), wanted == on) for label, wanted in VIEWS],
        chips=_chips(request),
        exports=[
            Link(label, f"{reverse('admin:customers_customer_export', args=[kind])}?{asked}")
            for kind, label in (("csv", "CSV"), ("xlsx", "Excel"))
        ],
        columns=reverse("admin:customers_customer_columns"),
    )


def filters(request: HttpRequest) -> dict[str, str]:
    """Those that are on, with what they are set to."""
    return {key: str(value) for key, value in request.GET.items() if key not in PAGE_PARAMETERS}


def _chips(request: HttpRequest) -> list[Link]:
    """Each filter that is on, with the address of the list without it."""
    chips = []
    for key, values in request.GET.lists():
        for value in values:
            if key in PAGE_PARAMETERS - {"q"} or not value:
                continue
            rest = request.GET.copy()
            rest.setlist(key, [each for each in values if each != value])
            rest.pop("p", None)
            chips.append(Link(_word(key, value), f"?{rest.urlencode()}"))
    return chips


def _word(key: str, value: str) -> str:
    if key == "sync" and value in BY_KEY:
        return str(BY_KEY[value].label)
    named: dict[tuple[str, str], str | Promise] = {
        **{(str(each.parameter_name), answer): label for each in YES_NO for answer, label in each.labels.items()},
        ("is_active__exact", "1"): _("active"),
        ("is_active__exact", "0"): _("inactive"),
        ("role", "-"): _("(no role)"),
    }
    return str(named.get((key, value), f"“{value}”" if key == "q" else value))


def _at(filters: dict[str, str]) -> str:
    return f"{reverse('admin:customers_customer_changelist')}?{urlencode(filters)}"
