"""The way in for Robaws' calls: ahead of everything that serves people.

Sessions, languages, forms and host names are the web UI's business; a call from Robaws is judged by its signature
alone. That saves half of what a call costs, and a webhook registered under a host name that is missing in
BCONNECT_ALLOWED_HOSTS works all the same.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from bconnect.webhooks.views import customers

PATH = "/api/webhooks/robaws/customers"

Respond = Callable[[HttpRequest], HttpResponse]


def door(respond: Respond) -> Respond:
    """A middleware. A slash at the end of the address makes no difference."""

    def answer(request: HttpRequest) -> HttpResponse:
        return customers(request) if request.path_info.rstrip("/") == PATH else respond(request)

    return answer
