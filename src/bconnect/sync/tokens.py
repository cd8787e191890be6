"""Where OAuth2 tokens are kept between runs: encrypted, one row a tenant, renewed by one process at a time.

Robaws gives a new refresh token with each renewal, so the latest must survive whatever happens to the run that
got it: it is written at once, outside every transaction of the sync.
"""

import hashlib
import json
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

from bconnect.sync import cipher
from bconnect.sync.apart import Apart
from bconnect.sync.models import LoginTokens
from robaws.auth import Tokens

logger = logging.getLogger(__name__)

TABLE = LoginTokens._meta.db_table
HELD_FOR_S = 60.0
"""Longer than a request may take; a process that died while renewing holds up the others for so long at most."""
LOOK_EVERY_S = 0.2


class TokenStore:
    """`load`, `save` and `alone` of `robaws.auth.OAuth2`. `given` is the refresh token of the settings.

    Once another one is put there, what was stored under the old one no longer counts.
    """

    def __init__(self, tenant: str, given: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._tenant, self._sleep = tenant, sleep
        self._origin = hashlib.sha256(given.encode()).hexdigest()
        self._apart = Apart(self._make_row)

    def load(self) -> Tokens | None:
        rows = self._apart.run(
            f"SELECT sealed FROM {TABLE} WHERE tenant = %s AND origin = %s",  # noqa: S608
            (self._tenant, self._origin),
        )
        if not rows:
            return None
        try:
            return Tokens(**json.loads(cipher.decrypt(rows[0][0])))
        except cipher.UnreadableSecretError as error:
            logger.error("the stored login does not count: %s", error)  # noqa: TRY400 - no traceback near secrets
            return None

    def save(self, tokens: Tokens) -> None:
        told = {"access": tokens.access, "refresh": tokens.refresh, "expires_at": tokens.expires_at}
        self._apart.run(
            f"UPDATE {TABLE} SET sealed = %s, origin = %s WHERE tenant = %s",  # noqa: S608
            (cipher.encrypt(json.dumps(told)), self._origin, self._tenant),
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits until no other process renews."""
        holder = uuid.uuid4().hex
        while not self._take(holder):
            self._sleep(LOOK_EVERY_S)
        try:
            yield
        finally:
            self._apart.run(
                f"UPDATE {TABLE} SET held_until = 0 WHERE tenant = %s AND holder = %s",  # noqa: S608
                (self._tenant, holder),
            )

    def close(self) -> None:
        self._apart.close()

    def _take(self, holder: str) -> bool:
        now = self._apart.now
        taken = self._apart.run(
            f"UPDATE {TABLE} SET holder = %s, held_until = {now} + %s "  # noqa: S608
            f"WHERE tenant = %s AND held_until < {now} RETURNING tenant",
            (holder, HELD_FOR_S, self._tenant),
        )
        return bool(taken)

    def _make_row(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {TABLE} (tenant) VALUES (%s) ON CONFLICT (tenant) DO NOTHING",  # noqa: S608
                (self._tenant,),
            )
