"""The customer list, search and select with many customers: 100,000 on SQLite, 1,000,000 on PostgreSQL.

The 95th percentile in the server stays under 300 ms. Run with `-m scale`; ROWS says how many instead.
"""

import gc
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from benchmarks.pages.customers import fill
from benchmarks.pages.questions import questions
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client

from bconnect.customers.models import Customer

pytestmark = [pytest.mark.scale, pytest.mark.django_db]

ALLOWED_MS = 300
REPEATS = 7


@pytest.fixture
def admin() -> Iterator[Client]:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    yield client
    cache.clear()


def test_the_list_search_and_select_answer_at_once(admin: Client, capsys: Any) -> None:
    rows = int(os.environ.get("ROWS", 100_000 if connection.vendor == "sqlite" else 1_000_000))
    fill(rows)
    gc.collect()
    gc.freeze()  # a server has no such past
    times_ms = {each.ours: sorted(_times_ms(admin, each.ours)) for each in questions(rows)}
    with capsys.disabled():
        print(f"\n{rows:,} customers on {connection.vendor}: median and slowest of {REPEATS}, in ms")
        for page, taken in times_ms.items():
            print(f"{taken[len(taken) // 2]:8.0f} {taken[-1]:8.0f}  {page}")
    everything = sorted(each for taken in times_ms.values() for each in taken)
    assert everything[round(0.95 * len(everything)) - 1] < ALLOWED_MS
    assert Customer.objects.count() == rows


def _times_ms(admin: Client, page: str) -> list[float]:
    """What the server spends: its CPU time and its waits for PostgreSQL, not what else the machine is at."""
    taken = []
    for _ in range(REPEATS):
        waits = _Waits()
        began = time.process_time()
        with connection.execute_wrapper(waits):
            assert admin.get(page).status_code == 200
        waited_s = waits.seconds if connection.vendor == "postgresql" else 0.0
        taken.append((time.process_time() - began + waited_s) * 1000)
    return taken


class _Waits:
    """How long the statements took beyond this process' own CPU time."""

    seconds = 0.0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            return execute(*arguments)
        finally:
            self.seconds += max(0.0, time.perf_counter() - wall - (time.process_time() - cpu))
