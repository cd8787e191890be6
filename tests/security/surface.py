"""Every address of the product, taken from its own URL table, and odd things to send there."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from hypothesis import strategies as st

from bconnect.webhooks.door import PATH as DOOR

_PARAMETER = re.compile(r"<(?:[^:>]+:)?[^>]+>")

# What has broken web applications before: quotes, templates, markup, NUL, surrogates' neighbours, huge and odd numbers.
NASTY = (
    "", "0", "-1", "1", "99999999999999999999", "NaN", "1e309", "٣", "null", "None", "../../etc/passwd", "..%2f..",
    "'", '"', "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "{% debug %}", "%s%n", "\x00", "\ufffd", "\u202e",
    "a" * 3000, "[]", "{}", "true", "2026-13-45", "__", "name__in__x", "-name", "1.2.3", "NEW_", "😀", "é\u0301",
)  # fmt: skip
PARAMETERS = (
    "q", "p", "o", "e", "all", "_facets", "_popup", "_to_field", "_changelist_filters", "next", "term", "page",
    "role", "role__in", "is_active", "is_active__exact", "status__exact", "kind__exact", "country", "created_at__gte",
    "id__in", "name__contains", "password", "pk__regex", "app_label", "model_name", "field_name", "s", "extended",
)  # fmt: skip
FIELDS = (
    "csrfmiddlewaretoken", "action", "_selected_action", "select_across", "index", "_save", "_continue", "post",
    "username", "password", "name", "email", "phone", "role", "is_active", "country_code", "website", "vat_number",
    "robaws_client_id", "status", "priority", "notes", "seen", "token", "field", "take", "value", "days", "columns",
)  # fmt: skip

odd_text = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.integers().map(str))


def routes() -> list[str]:
    """`/admin/customers/customer/<path:object_id>/change/` and all the others, as the table has them."""
    return sorted({DOOR, *_routes(get_resolver().url_patterns, "/")})  # the door stands before the table


def address(route: str, values: list[str]) -> str:
    """The route with these values in the places of its parameters."""
    left = iter(values)
    return _PARAMETER.sub(lambda found: next(left, "1"), route)


def odd_form(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, list[str]]]:
    keys = st.one_of(st.sampled_from(names), st.text(min_size=1, max_size=12))
    return st.dictionaries(keys, st.lists(odd_text, min_size=1, max_size=3), max_size=5)


def _routes(patterns: "list[URLPattern | URLResolver]", before: str) -> Iterator[str]:
    for each in patterns:
        if not isinstance(each.pattern, RoutePattern):
            continue  # a regular expression: Django's own catch-all, which the other addresses lead to
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, route)
        else:
            yield route
