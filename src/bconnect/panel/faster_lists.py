"""Lists without work done once a row that is the same for all rows: a third of a page of fifty.

Unfold makes all heads of columns anew for each row, with two rendered checkboxes a row. Its tag calls its function by
name, so the function is put in its place; what it yields stays the same.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import checkbox  # type: ignore[import-untyped]
from unfold.templatetags import unfold_list  # type: ignore[import-untyped]

Heads = Callable[[Any], Iterable[dict[str, Any]]]


def heads_once() -> None:
    """From now on the heads of a list's columns are made once a page."""
    if not hasattr(unfold_list.result_headers, "each_row"):
        unfold_list.result_headers = _kept(unfold_list.result_headers)


def _kept(heads: Heads) -> Heads:
    def once(changelist: Any) -> Iterable[dict[str, Any]]:
        if not hasattr(changelist, "_panel_heads"):
            changelist._panel_heads = list(heads(changelist))
        found: list[dict[str, Any]] = changelist._panel_heads
        return found

    once.each_row = heads  # type: ignore[attr-defined]
    return once


def row_checkbox(pk: int, what: str) -> SafeString:
    """The box that selects a row; `what` tells those who do not see the row."""
    return format_html(
        '<input type="checkbox" name="{}" value="{}" class="{}" aria-label="{}">',
        ACTION_CHECKBOX_NAME,
        pk,
        _classes(),
        what,
    )


@cache
def _classes() -> str:
    return str(checkbox.attrs["class"])
