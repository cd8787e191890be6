"""What both doors do first: the signature checked, the event read."""

import hashlib
import hmac
import json
import os
from typing import Any

from django.http import HttpRequest

_SECRET = os.environ["ROBAWS_WEBHOOK_SECRET"].encode()


def signed_event(request: HttpRequest) -> dict[str, Any] | None:
    """None where the signature is not right."""
    parts = dict(part.split("=", 1) for part in request.headers["Robaws-Signature"].split(","))
    signed = parts["t"].encode() + b"." + request.body
    expected = hmac.new(_SECRET, signed, hashlib.sha256).hexdigest()
    return json.loads(request.body) if hmac.compare_digest(expected, parts["v1"]) else None
