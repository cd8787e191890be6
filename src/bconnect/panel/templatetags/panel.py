"""The small pieces of `cells.py`, for templates."""

from datetime import datetime
from typing import Any

from django import template
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bconnect.customers.models import Customer
from bconnect.panel import cells, empty_lists, words
from bconnect.panel.customer_page import label
from bconnect.panel.states import State
from bconnect.sync.merge import Verdict

register = template.Library()

COUNT_LABELS = {
    "fetched": _("fetched"),
    "created": _("created"),
    "updated": _("updated"),
    "unchanged": _("unchanged"),
    "conflicts": _("conflicts"),
    "missing": _("gone"),
    "pushed": _("pushed"),
    "errors": _("errors"),
    "requests": _("requests"),
}


@register.simple_tag
def since(moment: datetime | None) -> SafeString | str:
    return cells.ago(moment)


@register.filter
def count(number: int) -> str:
    return cells.count(number)


@register.simple_tag
def value(of: Any) -> str:
    return cells.shown(of)


@register.simple_tag
def copy_button(value: str) -> SafeString:
    return cells.copy_button(value, _("Copy %(value)s") % {"value": value})


@register.simple_tag
def empty_advice(model: type[Model]) -> str:
    return empty_lists.advice(model)


@register.simple_tag
def search_advice(model: type[Model]) -> str:
    return empty_lists.search_advice(model)


@register.filter
def said(word: object) -> str:
    return words.said(word)


@register.filter
def heading(of: object) -> str:
    """What a record is called. The names of customers and people are nobody's to translate."""
    is_ours = isinstance(of, Model) and not isinstance(of, Customer | User | Group)
    return words.said(of) if is_ours else str(of)


@register.simple_tag
def field_label(column: str) -> str:
    return label(column)


@register.simple_tag
def state_badge(state: State) -> SafeString:
    return cells.badge(state.label, state.colour, state.meaning)


@register.simple_tag
def count_label(name: str) -> str:
    """What a run counts, in words."""
    return str(COUNT_LABELS.get(name, name))


VERDICTS = {
    Verdict.UNCHANGED: _("neither side changed it"),
    Verdict.TAKE: _("only Robaws changed it"),
    Verdict.KEEP: _("only we changed it"),
    Verdict.AGREED: _("both sides changed it alike"),
    Verdict.CONFLICT: _("both sides changed it differently"),
}


@register.simple_tag
def verdict(of: Verdict) -> str:
    return str(VERDICTS[of])


@register.simple_tag
def take_button(column: str, theirs: Any) -> SafeString:
    return cells.take_button(column, theirs)
