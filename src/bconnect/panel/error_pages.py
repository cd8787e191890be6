"""What somebody reads where a page can't be shown: what happened, and the ways on. Programs read the status.

Where the server itself is at fault nothing is asked of the database: `templates/500.html` stands alone.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    told = [_("This account may not see or do this. An administrator can give it the right.")]
    return _page(request, 403, _("Not for this account"), told)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    told = [_("There is no such page, or what it showed is not here any more: it may have been merged or deleted.")]
    return _page(request, 404, _("There is nothing here"), told)


def login_changed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form carries the token of an older login: `reason` is for developers, and Django logs it."""
    told = [
        _("Nothing was saved: since this form was opened, the login in this browser changed, perhaps in another tab."),
        _("Go back: what you typed is still there. Look who is logged in, and save again."),
        _("Where that is refused too, copy what you typed, load the page again, and enter it anew."),
    ]
    return _page(request, 403, _("The login has changed"), told)


def _page(request: HttpRequest, status: int, title: str, told: list[str]) -> HttpResponse:
    """With the menu for whoever is logged in."""
    is_at_home = hasattr(request, "user") and admin.site.has_permission(request)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": title,
        "told": told,
        "layout": "admin/base_site.html" if is_at_home else "unfold/layouts/unauthenticated.html",
    }
    return render(request, "panel/error.html", context, status=status)
