"""Small pieces of HTML that lists and pages share. Values may hold anything: all of them are escaped."""

from datetime import datetime, timedelta
from typing import Any

import orjson
from django.utils import formats
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

EMPTY = "-"
JUST_NOW = timedelta(minutes=1)


def badge(text: str | Promise, colour: str, title: str | Promise = "") -> SafeString:
    return format_html('<span class="bc-badge bc-{}" title="{}">{}</span>', colour, title, text)


def copyable(value: str | None, what: str | Promise) -> SafeString | str:
    """The value with a button that puts it on the clipboard."""
    if not value:
        return EMPTY
    button = copy_button(value, _("Copy %(what)s %(value)s") % {"what": what, "value": value})
    return format_html(
        '<span class="bc-copyable"><span class="bc-clip" title="{}">{}</span>{}</span>', value, value, button
    )


def copy_button(value: str, label: str | Promise) -> SafeString:
    return format_html(
        '<button type="button" class="bc-copy" data-copy="{}" aria-label="{}"><span class="material-symbols-outlined" '
        'aria-hidden="true">content_copy</span></button>',
        value,
        label,
    )


def ago(at: datetime | None) -> SafeString | str:
    """How long ago, with the exact time for whoever points at it."""
    if at is None:
        return EMPTY
    exact = moment(at)
    recent = now() - at < JUST_NOW
    words = _("just now") if recent else _("%(time)s ago") % {"time": timesince(at, depth=1)}
    return format_html('<time datetime="{}" title="{}" class="bc-nowrap">{}</time>', at.isoformat(), exact, words)


def moment(of: datetime) -> str:
    """The exact time, as this language writes it."""
    return str(formats.localize(localtime(of)))


def count(number: int) -> str:
    """A number as this language groups its digits."""
    return formats.number_format(number, force_grouping=True)


def shown(value: Any) -> str:
    """A synced value in words."""
    if value is None or value == "":
        return _("(empty)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def take_button(column: str, theirs: Any) -> SafeString:
    """Puts Robaws' value into the field of the form on this page (static/panel/take.js)."""
    value = str(theirs).lower() if isinstance(theirs, bool) else "" if theirs is None else str(theirs)
    return format_html(
        '<button type="button" class="bc-button bc-small" data-take="{}" data-value="{}">{}</button>',
        column,
        value,
        _("Take Robaws' value"),
    )


def pretty_json(value: Any) -> SafeString | str:
    if value is None:
        return EMPTY
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    return format_html('<pre class="bc-json">{}</pre>', text)
