"""What an address may not ask for: 400, not 500, and no work for the database.

Django's admin turns any column's look-up in an address into a query. A regular expression written to take for ever
would do so (`?name__regex=(a+)+$`), and one that is none, or a NUL, is an error of the database.
"""

import logging
from collections.abc import Callable

from django.contrib.admin.options import IncorrectLookupParameters
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict

log = logging.getLogger(__name__)

EXPRESSIONS = ("__regex", "__iregex")


class RefusedValues:
    """Answers 400 to look-ups by regular expression, and where the admin or the database refused one.

    A value that the database refuses to write stays an error of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("QUERY_STRING") and _asks_too_much(request.GET):
            return _refusal()
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        is_refused_read = isinstance(exception, DataError) and request.method in ("GET", "HEAD")
        if not is_refused_read and not isinstance(exception, IncorrectLookupParameters):
            return None
        log.warning("a value in the query of %s was refused (%s)", request.path, type(exception).__name__)
        return _refusal()


def _asks_too_much(query: QueryDict) -> bool:
    """Also an empty `_to_field`, which Django's admin takes for the name of a field."""
    return query.get("_to_field") == "" or any(name.endswith(EXPRESSIONS) for name in query)


def _refusal() -> HttpResponse:
    return HttpResponseBadRequest("The address holds a value that can't be looked for.\n", content_type="text/plain")
