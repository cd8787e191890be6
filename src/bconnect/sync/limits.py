"""The shared side of the request limits: one row in the database for all processes and machines.

It speaks through a connection of its own, in autocommit, so that a wait never holds a lock of the sync.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from bconnect.sync.apart import Apart
from bconnect.sync.durability import relax
from bconnect.sync.models import RequestLimit
from robaws.errors import QuotaSpent
from robaws.limiter import DAY_S, Mode, Ticket

SAME_DAY_S = 3600.0
"""A reset that moves by more than this belongs to another day."""

TABLE = RequestLimit._meta.db_table


class DatabaseLimitStore:
    """`robaws.limiter.LimitStore` over the table `robaws_request_limits`."""

    def __init__(self, tenant: str) -> None:
        self._tenant = tenant
        self._apart = Apart(self._make_row)

    def take(self, mode: Mode, *, interval_s: float, burst: int, reserve: int) -> Ticket:
        """Reserve the next slot and count one off the day's quota, in one statement.

        GCRA: a request may go `burst` intervals before its theoretical arrival. Raises QuotaSpent.
        """
        left, resets = f"{mode.value}_remaining", f"{mode.value}_resets_at"
        now, capacity_s = self._apart.now, interval_s * burst
        known = f"({left} IS NOT NULL AND {resets} > {now})"
        rows = self._run(
            f"UPDATE {TABLE} SET arrival_at = {self._apart.greatest}(arrival_at, {now}, held_until + %s) + %s, "  # noqa: S608
            f"{left} = CASE WHEN {known} THEN {left} - 1 END "
            f"WHERE tenant = %s AND (NOT {known} OR {left} > %s) "
            f"RETURNING arrival_at - {now}, {left}, {resets} - {now}",
            (capacity_s, interval_s, self._tenant, reserve),
        )
        if rows:
            ahead_s, remaining, resets_in_s = rows[0]
            tokens = max(0.0, burst - ahead_s / interval_s)
            return Ticket(max(0.0, ahead_s - capacity_s), remaining, resets_in_s, tokens)
        ((remaining, resets_in_s),) = self._run(
            f"SELECT {left}, {resets} - {now} FROM {TABLE} WHERE tenant = %s",  # noqa: S608
            (self._tenant,),
        )
        raise QuotaSpent(mode=mode.value, remaining=remaining, reserve=reserve, resets_in_s=resets_in_s)

    def hold(self, seconds: float) -> None:
        """Nobody sends for so long."""
        now = self._apart.now
        self._run(
            f"UPDATE {TABLE} SET held_until = {self._apart.greatest}(held_until, {now} + %s) WHERE tenant = %s",  # noqa: S608
            (seconds, self._tenant),
        )

    def learn(self, mode: Mode, *, remaining: int, limit: int | None, resets_in_s: float | None) -> None:
        """Robaws' own word on the day's quota; within a day only a smaller one counts."""
        left, resets = f"{mode.value}_remaining", f"{mode.value}_resets_at"
        now = self._apart.now
        ends = f"({now} + %s)" if resets_in_s is not None else f"coalesce({resets}, {now} + %s)"
        same_day = f"{left} IS NOT NULL AND {resets} > {now} AND {ends} < {resets} + {SAME_DAY_S}"
        until_reset_s = DAY_S if resets_in_s is None else resets_in_s
        self._run(
            f"UPDATE {TABLE} SET {left} = CASE WHEN {same_day} AND {left} < %s THEN {left} ELSE %s END, "  # noqa: S608
            f"{resets} = {ends} WHERE tenant = %s",
            (until_reset_s, remaining, remaining, until_reset_s, self._tenant),
        )

    def remaining(self, mode: Mode) -> int | None:
        """What is left of the day's quota, as far as known."""
        column = f"{mode.value}_remaining"
        row = RequestLimit.objects.filter(tenant=self._tenant).values_list(column, flat=True).first()
        return row if isinstance(row, int) else None

    def close(self) -> None:
        self._apart.close()

    def _run(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._apart.run(sql, parameters)

    def _make_row(self, connection: BaseDatabaseWrapper) -> None:
        relax(connection)  # after a power cut the bucket is full again anyway
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {TABLE} (tenant) VALUES (%s) ON CONFLICT (tenant) DO NOTHING",  # noqa: S608
                (self._tenant,),
            )
