"""The endpoint Robaws calls: check, store, answer. Nothing is applied here and nothing is asked of Robaws.

Robaws waits two seconds and suspends an endpoint that does not answer 2xx (Robaws, "Webhooks").
"""

import logging
import time

from django.db import DataError, Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bconnect.webhooks import store
from bconnect.webhooks.envelope import MalformedError, read_envelope
from bconnect.webhooks.keyring import Keyring
from bconnect.webhooks.refusals import TOO_LARGE, WHY, Refusals
from robaws.signature import Reason, Verdict, parse

logger = logging.getLogger(__name__)

LARGEST_BODY_BYTES = 1024 * 1024

keyring = Keyring()
refusals = Refusals()


def customers(request: HttpRequest) -> HttpResponse:
    """`POST /api/webhooks/robaws/customers`; answers as CONTRACT says, and 503 where the database does not answer."""
    if request.method != "POST":
        return _answer(405, "POST only", Allow="POST")
    try:
        return _received(request)
    except Error as error:
        logger.error("a webhook could not be stored: %s", type(error).__name__)  # noqa: TRY400 - no data in the log
        return _answer(503, "try again later")


def _received(request: HttpRequest) -> HttpResponse:
    if _declared_size(request) > LARGEST_BODY_BYTES:
        return _refuse(413, TOO_LARGE)
    header = request.headers.get("Robaws-Signature")
    if parse(header) is None:  # not worth reading the body for
        return _refuse_signature(Verdict(ok=False, reason=Reason.MALFORMED if header else Reason.MISSING))
    body = _read(request)
    if len(body) > LARGEST_BODY_BYTES:
        return _refuse(413, TOO_LARGE)
    verdict = keyring.verify(header, body, time.time())
    if not verdict.ok:
        return _refuse_signature(verdict)
    try:
        envelope = read_envelope(body)
    except MalformedError as error:
        return _refuse(400, f"signed, but {error}")
    try:
        store.accept(envelope, timezone.now())
    except DataError:  # no database takes it, now or later: a 5xx would have Robaws repeat it, and give us up
        return _refuse(400, "signed, but the database refuses it")
    logger.info("a webhook event was stored", extra={"event": envelope.id, "client": envelope.client_id})
    return _json(200, '{"status": "accepted"}')


def _declared_size(request: HttpRequest) -> int:
    """0 where it is not declared."""
    declared = str(request.META.get("CONTENT_LENGTH") or "")
    return int(declared) if declared.isdecimal() else 0


def _read(request: HttpRequest) -> bytes:
    """The raw body, at most one byte more than is allowed."""
    stream = request.META.get("wsgi.input")
    if "HTTP_TRANSFER_ENCODING" in request.META and request.META.get("wsgi.input_terminated") and stream:
        # Sent in chunks, without a length: Django would read nothing, the server knows where it ends.
        return bytes(stream.read(LARGEST_BODY_BYTES + 1))
    return bytes(request.read(LARGEST_BODY_BYTES + 1))


def _refuse_signature(verdict: Verdict) -> HttpResponse:
    return _refuse(401, WHY[verdict.reason])


def _refuse(status: int, reason: str) -> HttpResponse:
    if refusals.note(reason):
        logger.warning("a webhook call was refused: %s", reason)
    return _answer(status, {400: "malformed", 401: "not signed", 413: "too large"}[status])


def _answer(status: int, message: str, **headers: str) -> HttpResponse:
    return _json(status, f'{{"error": "{message}"}}', **headers)


def _json(status: int, content: str, **headers: str) -> HttpResponse:
    # With its length, which is a middleware's business elsewhere: without it the server would send chunks.
    named = {"Content-Length": str(len(content)), **headers}
    return HttpResponse(content, status=status, content_type="application/json", headers=named)
