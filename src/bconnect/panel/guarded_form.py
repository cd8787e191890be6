"""A form that saves only what this person changed, and never over something newer (see `snapshot.py`)."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from bconnect.customers.fields import Value
from bconnect.panel import cells, snapshot
from bconnect.sync.merge import Verdict


class GuardedForm(forms.ModelForm):  # type: ignore[type-arg]
    """`edited` holds, once cleaned, the fields that this person changed and nothing else.

    Its page shows `snapshot`, which is no field of a fieldset: `panel/snapshot.html`.
    """

    snapshot = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edited: dict[str, Value] = {}
        # Before validation writes the typed values onto the instance.
        self.stored: dict[str, Value] = {
            name: getattr(self.instance, name) for name in self.fields if hasattr(self.instance, name)
        }
        self.initial["snapshot"] = snapshot.sign(str(self.instance.pk), self.stored)

    @property
    def changed_data(self) -> list[str]:
        """Not what came from elsewhere while the form was open."""
        return list(self.edited)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        clashes = self._judged(typed, self._seen())
        for name, stored in clashes.items():
            self.add_error(name, _clash(self._in_words(name, stored), self._in_words(name, typed[name])))
        if clashes:
            self._show_again(clashes)
        return typed

    def _seen(self) -> Mapping[str, Value]:
        """What stood in the form when it was opened."""
        if not self.instance.pk:
            return self.stored
        try:
            seen = snapshot.read(str(self.instance.pk), self.data.get(self.add_prefix("snapshot"), ""))
        except snapshot.BadSnapshotError as error:
            raise forms.ValidationError(
                _("This form is no longer valid: load the page again and repeat the change.")
            ) from error
        return {**self.stored, **seen}

    def _judged(self, typed: dict[str, Any], seen: Mapping[str, Value]) -> dict[str, Value]:
        """Fills `edited`, puts newer values where nothing was typed, and returns those that both changed."""
        clashes = {}
        for name in self.stored.keys() & typed.keys():  # without those that have an error already
            match snapshot.verdict(seen[name], self.stored[name], typed[name]):
                case Verdict.CONFLICT:
                    clashes[name] = self.stored[name]
                case Verdict.KEEP | Verdict.AGREED:
                    self.edited[name] = typed[name]
                case _:
                    typed[name] = self.stored[name]
        return clashes

    def _in_words(self, name: str, value: Value) -> str:
        """As the form shows it: a choice by its label."""
        labels = dict(getattr(self.fields[name], "choices", ()))
        return str(labels.get(value) or cells.shown(value))

    def _show_again(self, clashes: Mapping[str, Value]) -> None:
        """The next save knows the newer values of these fields, so it can overrule them knowingly."""
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("snapshot")] = snapshot.sign(str(self.instance.pk), {**self._seen(), **clashes})
        self.data = data


def _clash(stored: str, typed: str) -> str:
    return _(
        "Since you opened this form it was changed to “%(stored)s”; you typed “%(typed)s”. "
        "Save again to keep yours, or enter the other."
    ) % {"stored": stored, "typed": typed}
