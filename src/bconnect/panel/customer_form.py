"""The customer form: typed values cleaned like Robaws' own, and never a save over something newer."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2Widget  # type: ignore[import-untyped]

from bconnect.customers.duplicates.lookup import Twin
from bconnect.customers.fields import BY_COLUMN, COLUMNS, MAX_CHARS, Place, Value, clean
from bconnect.customers.models import Customer
from bconnect.panel import cells, issues, roles, twin_check, words
from bconnect.panel.customer_page import last_changes
from bconnect.panel.differences import Difference, differences, in_robaws
from bconnect.panel.following import contradicts, following, one_country
from bconnect.panel.guarded_form import GuardedForm
from bconnect.panel.suggesting import SUGGESTED, Suggesting
from bconnect.sync.models import Change
from bconnect.sync.reconcile import full_base


class CustomerForm(GuardedForm):
    """`followed` holds, once valid, what the rest of an address says after what was `edited`."""

    role = forms.TypedChoiceField(required=False, empty_value=None, widget=UnfoldAdminSelect2Widget)
    is_no_twin = forms.BooleanField(required=False, label=_("It is another customer: make it all the same"))

    class Meta:
        model = Customer
        fields: ClassVar = COLUMNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.followed: dict[str, Value] = {}
        self.twins: list[Twin] = []
        for column in self.stored:
            field = self.fields[column]
            field.label = words.said(BY_COLUMN[column].label)
            if isinstance(field, forms.CharField) and not BY_COLUMN[column].required:
                field.empty_value = None
        self._note_beside_fields()
        if self.instance.pk or not self.is_bound:
            self.fields.pop("is_no_twin", None)
        if "role" in self.fields:
            self.fields["role"].choices = self._roles()  # type: ignore[attr-defined]

    def _note_beside_fields(self) -> None:
        """What Robaws holds where that differs, when and by whom it was changed last, and what may be meant."""
        for column, values in SUGGESTED.items():
            if column in self.fields:
                self.fields[column].widget = Suggesting(values)
        if not self.instance.pk:
            return
        differing = {each.column: each for each in differences(self.instance)}
        changed = last_changes(self.instance)
        for column in self.stored:
            notes = [_what_robaws_has(differing[column])] if column in differing else []
            notes += [_last_change(changed[column])] if column in changed else []
            if notes:
                self.fields[column].help_text = SafeString(" ").join(notes)

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        typed.update(self._cleaned(typed))
        if self.instance.pk is None and not self.errors:
            self._refuse_twin(typed)
        return typed

    def filled(self) -> dict[str, Value]:
        """What a new customer begins with, as it was typed."""
        return {
            column: value
            for column in self.stored
            if column not in self.followed and (value := getattr(self.instance, column)) not in (None, "")
        }

    def _refuse_twin(self, typed: dict[str, Any]) -> None:
        """Two rows of one firm are quickly made and slowly mended: whoever makes one says that it is another."""
        twins = twin_check.likely(typed)
        if twins and not typed.get("is_no_twin"):
            self.twins = twins
            self.add_error("is_no_twin", twin_check.told(twins))

    def _cleaned(self, typed: dict[str, Any]) -> dict[str, Value]:
        """The edited values in their normal form, and what follows them; `edited` and `followed` know it too."""
        place = Place(typed.get("country_code"), settings.BCONNECT_DEFAULT_COUNTRY)
        agreed = full_base(self.instance.base)
        for column, value in list(self.edited.items()):
            result = clean(column, value, place)
            if result.issue in issues.BLOCKING and value != agreed[column]:
                self.add_error(column, issues.in_words(result.issue))
            elif isinstance(result.value, str) and len(result.value) > MAX_CHARS:
                self.add_error(column, _("At most %s characters fit here.") % MAX_CHARS)
            elif result.others:
                self.add_error(column, _("Only one value fits here; found also: %s.") % ", ".join(result.others))
            else:
                self.edited[column] = result.value
        self.edited = one_country(self.edited)
        if not self.errors and contradicts(self.edited):
            self.add_error(
                "country_code", _("Country and country code name two countries: change one, and the other follows.")
            )
        if not self.errors:
            self.followed = following(self.stored, self.edited, in_robaws(self.instance))
            self.edited = {column: value for column, value in self.edited.items() if column not in self.followed}
        return self.edited | self.followed

    def _roles(self) -> list[tuple[str, str | Promise]]:
        """Those to choose from, and the ones this form began with: an unknown role is never lost."""
        own = {role for role in (self.stored.get("role"), self.seen.get("role")) if isinstance(role, str) and role}
        return [("", _("No role")), *((role, role) for role in sorted({*roles.to_choose_from(), *own}))]


def _what_robaws_has(difference: Difference) -> SafeString:
    return format_html(
        '<span class="bc-theirs">{} <strong>{}</strong></span> {}',
        _("In Robaws:"),
        cells.shown(difference.theirs),
        cells.take_button(difference.column, difference.theirs),
    )


def _last_change(change: Change) -> SafeString:
    said = _("Changed {ago} by {who} ({how})")
    how = words.said(change.get_source_display())
    note = format_html(str(said), ago=cells.ago(change.at), who=words.said(change.actor), how=how)
    return format_html('<span class="bc-changed">{}</span>', note)
