"""Sends due webhook calls over HTTP, in a background thread (Robaws, "Webhooks": time-outs of 2 s each)."""

import http.client
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from robaws.simulator.deliveries import Delivery
from robaws.simulator.webhooks import Webhooks

TIMEOUT_S = 2.0
_LONGEST_WAIT_S = 1.0


class Courier:
    """One thread between `start` and `stop`. Anything but 2xx within the time-out is a failure."""

    def __init__(self, webhooks: Webhooks, clock: Callable[[], float], timeout_s: float = TIMEOUT_S) -> None:
        self._webhooks, self._clock, self._timeout_s = webhooks, clock, timeout_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="robaws-webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What is queued stays queued; a call under way is finished."""
        self._stopping.set()
        with self._webhooks.changed:
            self._webhooks.changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            delivery = self._next()
            if delivery is not None:
                self._webhooks.settle(delivery, accepted=self._send(delivery))

    def _next(self) -> Delivery | None:
        with self._webhooks.changed:
            due = self._webhooks.take_due()
            if isinstance(due, Delivery):
                return due
            if not self._stopping.is_set():
                wait_s = _LONGEST_WAIT_S if due is None else min(due, _LONGEST_WAIT_S)
                self._webhooks.changed.wait(wait_s)
            return None

    def _send(self, delivery: Delivery) -> bool:
        parts = urlsplit(delivery.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._timeout_s)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", target, delivery.body, delivery.headers(self._clock()))
            return 200 <= connection.getresponse().status < 300
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
