"""How the web UI looks: Unfold's settings. Nothing is loaded from another host."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _


def _static(path: str) -> Callable[[object], str]:
    """The address of a file of ours, asked for when a page is made."""

    def address(request: object) -> str:
        # Not at the top: commands without a web UI read these settings too, and start faster without it.
        from django.templatetags.static import static

        return static(path)

    return address


# Blue; 600 carries white text (5.4:1), 500 is text on the dark background (5.6:1).
PRIMARY = {
    "50": "#eff6ff",
    "100": "#dbeafe",
    "200": "#bfdbfe",
    "300": "#93c5fd",
    "400": "#7cb4fc",
    "500": "#4d93f7",
    "600": "#1f5fd6",
    "700": "#1d4fb8",
    "800": "#1e4294",
    "900": "#1e3a75",
    "950": "#172449",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "bconnect",
    "SITE_HEADER": "bconnect",
    "SITE_SUBHEADER": _("Customers, in step with Robaws"),
    "SITE_SYMBOL": "sync_alt",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _static("panel/icon.svg")}],
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {"primary": PRIMARY},
    "STYLES": [_static("panel/panel.css")],
    "SCRIPTS": [
        _static("panel/accessible.js"),
        _static("panel/row_menu.js"),
        _static("panel/back.js"),
        _static("panel/copy.js"),
        _static("panel/live.js"),
        _static("panel/refresh.js"),
        _static("panel/take.js"),
        _static("panel/decide.js"),
    ],
    "DASHBOARD_CALLBACK": "bconnect.panel.dashboard.fill",
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "bconnect.panel.navigation.sidebar",
    },
}
