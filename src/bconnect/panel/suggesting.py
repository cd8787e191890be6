"""Text fields that suggest what is meant. Anything else can be typed too: what Robaws holds is never lost."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget  # type: ignore[import-untyped]

SUGGESTED = {
    "client_type": ("company", "individual"),
    "language": ("nl", "fr", "en", "de"),
    "currency": ("EUR", "USD", "GBP"),
}


class Suggesting(UnfoldAdminTextInputWidget):  # type: ignore[misc]  # Unfold has no types
    """An input with a list of its own, which browsers show while one types."""

    def __init__(self, values: Sequence[str]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.values = values

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        number = f"{name}-values"
        field = super().render(name, value, {**(attrs or {}), "list": number}, renderer)
        options = format_html_join("", '<option value="{}">', ((each,) for each in self.values))
        return format_html('{}<datalist id="{}">{}</datalist>', field, number, options)
