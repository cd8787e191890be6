"""Choosing a customer by typing: the answers behind the select of the intake form."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bconnect.customers.models import Customer
from bconnect.panel import roles, search

SHOWN = 50
SEARCH_AFTER_MS = 150
PERMISSIONS = ("customers.view_customer", "intakes.add_intake", "intakes.change_intake")


def customer_select(request: HttpRequest) -> JsonResponse:
    """`?term=…` → `{"results": [{"id", "text", "name", "email", "phone", "warning"}], "pagination": {"more"}}`.

    `id` is the Robaws client id, `text` reads "Name (ROLE) – City".
    """
    if not any(request.user.has_perm(each) for each in PERMISSIONS):
        raise PermissionDenied
    term, all_of_them = request.GET.get("term", "").strip(), Customer.objects.all()
    found = search.matching(all_of_them, term).best_first() if term else all_of_them.order_by("name", "id")
    wanted = ("id", "robaws_client_id", "name", "role", "city", "email", "phone", "mobile", "is_active", "gone_at")
    first = list(found.only(*wanted)[: SHOWN + 1])
    return JsonResponse(
        {"results": [choice(each) for each in first[:SHOWN]], "pagination": {"more": len(first) > SHOWN}}
    )


def label(customer: Customer) -> str:
    return f"{customer} – {customer.city}" if customer.city else str(customer)


def warning(customer: Customer) -> str:
    """What whoever chooses this customer should know; empty where there is nothing."""
    if customer.role in roles.WARNED_OF:
        return _("%(name)s is %(role)s.") % {"name": customer.name, "role": customer.role}
    if customer.gone_at:
        return _("%(name)s is gone from Robaws.") % {"name": customer.name}
    return "" if customer.is_active else _("%(name)s is inactive.") % {"name": customer.name}


def choice(customer: Customer) -> dict[str, Any]:
    """As the select shows it, with what fills the intake."""
    return {
        "id": customer.robaws_client_id,
        "text": label(customer),
        "name": customer.name,
        "email": customer.email or "",
        "phone": customer.phone or customer.mobile or "",
        "warning": warning(customer),
    }


class CustomerSelect(forms.Select):
    """A select that asks while one types. It holds only the chosen customer, never all of them."""

    class Media:
        js = (
            "admin/js/vendor/jquery/jquery.min.js",
            "admin/js/vendor/select2/select2.full.min.js",
            "admin/js/jquery.init.js",
            "panel/customer_select.js",
            "panel/new_customer.js",
        )
        css = {"screen": ("admin/css/vendor/select2/select2.css", "admin/css/autocomplete.css")}  # noqa: RUF012

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().build_attrs(*args, **kwargs) | {
            "class": "bc-customer-select",
            "data-url": reverse("admin:customers_customer_select"),
            "data-delay": SEARCH_AFTER_MS,
            "data-placeholder": _("Search by name, e-mail, VAT number, phone or city"),
        }

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        self.choices = [("", ""), *((each, _known(each)) for each in value if each)]
        return ChoiceWidget.optgroups(self, name, value, attrs)


def _known(client_id: str) -> str:
    customer = Customer.objects.filter(robaws_client_id=client_id).first()
    return label(customer) if customer else client_id
