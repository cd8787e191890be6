"""What a load balancer or supervisor asks: does the process answer, and do the database and the queue."""

import logging

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bconnect.jobs import queue

log = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok": this process answers. Asks nothing of anybody else."""
    return _plain("ok")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 "ok", or 503 where the database, which holds the queue, does not answer; the reason goes to the log alone."""
    try:
        queue.waiting()
    except Error as error:
        log.warning("the database does not answer: %s", error)
        return _plain("the database does not answer", 503)
    return _plain("ok")


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text + "\n", content_type="text/plain; charset=utf-8", status=status)
