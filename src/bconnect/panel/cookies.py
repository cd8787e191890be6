"""Cookies of a page that came over https never travel over http."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SecureCookiesOverHttps:
    """Marks every cookie of an https answer `Secure`.

    Decided per request rather than by a setting: the same installation then works on http://127.0.0.1 and
    behind a proxy that ends TLS (gunicorn believes the `X-Forwarded-Proto` of `FORWARDED_ALLOW_IPS`, which
    is 127.0.0.1 unless set).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response
