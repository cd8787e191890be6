"""The intake form: who asked, what for, and nothing that nobody could answer."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bconnect.customers.fields import Place, Value, clean
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.panel import issues, words
from bconnect.panel.customer_select import CustomerSelect
from bconnect.panel.guarded_form import GuardedForm

WHO = ("robaws_client_id", "customer_name")
CHOICES = (("status", Intake.Status.choices), ("priority", Intake.Priority.choices))


class IntakeForm(GuardedForm):
    """Fills contact fields that are empty from the chosen customer, never over what somebody typed.

    Other programs write intakes too: what they left is no reason to refuse a save that does not touch it.
    """

    robaws_client_id = forms.CharField(label=_("Customer"), required=False, empty_value=None, widget=CustomerSelect)

    class Meta:
        model = Intake
        exclude: ClassVar = ()
        labels: ClassVar = {"contact_email": _("Contact e-mail")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer: Customer | None = None
        for name, choices in CHOICES:
            if name in self.fields:
                self.fields[name].choices = [(value, words.said(text)) for value, text in choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen = data.get("robaws_client_id")
        self.customer = Customer.objects.filter(robaws_client_id=chosen).first() if chosen else None
        if chosen and not self.customer and "robaws_client_id" in self.edited:
            self.add_error("robaws_client_id", _("No customer has the client id %s.") % chosen)
        if self.customer:
            self._fill(data, self.customer)
        is_asked_who = not self.instance.pk or not self.edited.keys().isdisjoint(WHO)
        if is_asked_who and not any(data.get(name) for name in WHO) and not self.errors.keys() & set(WHO):
            self.add_error("customer_name", _("Choose a customer, or enter a name."))
        self._refuse_unreachable()
        return data

    def _fill(self, data: dict[str, Any], customer: Customer) -> None:
        known: dict[str, Value] = {
            "customer_name": customer.name,
            "contact_email": customer.email,
            "contact_phone": customer.phone or customer.mobile,
        }
        filled = {name: value for name, value in known.items() if value and not data.get(name)}
        data.update(filled)
        self.edited.update({name: value for name, value in filled.items() if name not in self.errors})

    def _refuse_unreachable(self) -> None:
        """A phone stays as it was typed, with who is to be asked for: only one without a digit is none."""
        email, phone = self.edited.get("contact_email"), self.edited.get("contact_phone")
        if email and (issue := clean("email", email, Place(None, settings.BCONNECT_DEFAULT_COUNTRY)).issue):
            self.add_error("contact_email", issues.in_words(issue))
        if phone and not any(character.isdigit() for character in str(phone)):
            self.add_error("contact_phone", _("This is no phone number: there is no digit in it."))
