"""Who may read `/metrics`? This machine itself, and whoever has the token."""

from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
"""Where one of these is there, a proxy on this machine speaks for somebody else."""


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text; 403 for everybody else."""
    if not (_is_local(request) or _has_token(request)):
        return HttpResponse("not from here, or with the token\n", content_type="text/plain", status=403)
    # Loaded by the first who asks: most processes never answer this.
    from bconnect.operations.metrics import exposition

    return HttpResponse(exposition(timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local(request: HttpRequest) -> bool:
    try:
        is_loopback = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.headers for name in FORWARDED)


def _has_token(request: HttpRequest) -> bool:
    expected = settings.BCONNECT_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(expected) and compare_digest(given.encode(), f"Bearer {expected}".encode())
