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
        self.seen = dict(self.stored)
        self.bad_snapshot = False
        if self.is_bound and self.instance.pk:
            self._read_snapshot()
        self.initial["snapshot"] = snapshot.sign(str(self.instance.pk), self.stored)

    @property
    def changed_data(self) -> list[str]:
        """Not what came from elsewhere while the form was open."""
        return list(self.edited)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if self.bad_snapshot:
            raise forms.ValidationError(_("This form is no longer valid: load the page again and repeat the change."))
        clashes = self._judged(typed)
        for name, stored in clashes.items():
            self.add_error(name, _clash(self._in_words(name, stored), self._in_words(name, typed[name])))
        if clashes:
            self._show_again(clashes)
        return typed

    def _read_snapshot(self) -> None:
        """What stood in the form when it was opened."""
        try:
            seen = snapshot.read(str(self.instance.pk), self.data.get(self.add_prefix("snapshot"), ""))
        except snapshot.BadSnapshotError:
            self.bad_snapshot = True
        else:
            self.seen = {**self.stored, **seen}

    def _judged(self, typed: dict[str, Any]) -> dict[str, Value]:
        """Fills `edited`, puts newer values where nothing was typed, and returns those that both changed."""
        clashes = {}
        for name, stored in self.stored.items():
            if name not in typed:
                continue  # it has an error already
            match snapshot.verdict(self.seen[name], stored, typed[name]):
                case Verdict.CONFLICT:
                    clashes[name] = stored
                case Verdict.KEEP | Verdict.AGREED:
                    self.edited[name] = typed[name]
                case _:
                    typed[name] = stored
        return clashes

    def _in_words(self, name: str, value: Value) -> str:
        """As the form shows it: a choice by its label."""
        labels = dict(getattr(self.fields[name], "choices", ()))
        return str(labels.get(value) or cells.shown(value))

    def _show_again(self, clashes: Mapping[str, Value]) -> None:
        """The next save knows the newer values of these fields, so it can overrule them knowingly."""
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("snapshot")] = snapshot.sign(str(self.instance.pk), {**self.seen, **clashes})
        self.data = data


def _clash(stored: str, typed: str) -> str:
    return _(
        "Since you opened this form it was changed to “%(stored)s”; you typed “%(typed)s”. "
        "Save again to keep yours, or enter the other."
    ) % {"stored": stored, "typed": typed}
