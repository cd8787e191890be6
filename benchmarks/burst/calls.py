"""The calls: one signed `client.updated` for each bundled client, as Robaws would send it.

Source: Robaws, "Webhooks": `Robaws-Signature: t=…,v1=<hex>`, v1 = HMAC-SHA256(secret, "<t>.<raw body>").
Written out here, so that a mistake in bconnect's own signatures shows.
"""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from benchmarks.data import clients

SECRET = "whsec_only the benchmark uses this"
PATH = "/api/webhooks/robaws/customers"
CHANGED_AT = "2099-01-01T00:00:00.000Z"


def requests(data: Path, host: str) -> Iterator[bytes]:
    """The whole HTTP requests, each of another client whose name has changed; signed now."""
    now = str(int(time.time()))
    for record in clients(data):
        changed = record | {"name": f"{record.get('name') or 'Nobody'} (changed)", "updatedAt": CHANGED_AT}
        body = json.dumps({"id": str(uuid.uuid4()), "event": "client.updated", "data": changed}).encode()
        digest = hmac.new(SECRET.encode(), now.encode() + b"." + body, hashlib.sha256).hexdigest()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Robaws-Signature: t={now},v1={digest}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body
