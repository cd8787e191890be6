"""The loop that a worker process runs over the inbox, and the way to Robaws it uses."""

import logging
import threading
import traceback
from types import TracebackType
from typing import Self

from django.db import close_old_connections, connection

from bconnect.sync import gateway
from bconnect.webhooks.applying import Counts, Inbox
from robaws.client import RobawsClient
from robaws.records import Record

logger = logging.getLogger(__name__)

BATCH = 100
WAIT_AFTER_ERROR_S = 5.0


class LiveReader:
    """Reads clients live. The connection is opened at the first read: most batches need none."""

    def __init__(self) -> None:
        self._client: RobawsClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()

    def __call__(self, client_id: str) -> Record:
        """Raises RobawsError, and ImproperlyConfigured without a login."""
        self._client = self._client or gateway.open_client()
        return self._client.get_client(client_id)


def apply_events(limit: int = BATCH) -> Counts:
    """Apply the oldest stored events, once."""
    with LiveReader() as read_live:
        return Inbox(gateway.tenant(), gateway.policy(), read_live).apply(limit)


def run_inbox(stop: threading.Event, idle_s: float = 0.5) -> None:
    """Apply events until `stop` is set. Whatever goes wrong, the next round goes on.

    A batch that is under way when `stop` is set is finished, but for what would have to be read live. What it had
    claimed when the process is killed instead is free again after `batch.CLAIM_FOR`.
    """
    with LiveReader() as read_live:
        inbox = Inbox(gateway.tenant(), gateway.policy(), read_live, is_stopping=stop.is_set)
        work_until(stop, inbox, idle_s=idle_s)
    connection.close()


def work_until(
    stop: threading.Event, inbox: Inbox, *, idle_s: float, after_error_s: float = WAIT_AFTER_ERROR_S
) -> None:
    """The loop itself."""
    while not stop.is_set():
        try:
            close_old_connections()
            wait_s = 0.0 if inbox.apply(BATCH).taken else idle_s
        except Exception as error:  # noqa: BLE001 - the worker's loop
            logger.error("webhook events wait: %s", _where(error))  # noqa: TRY400 - it may hold customer data
            wait_s = after_error_s
        stop.wait(wait_s)


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, {last.filename}:{last.lineno}"
