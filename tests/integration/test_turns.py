"""Waiting for SQLite's one writer: looked at again at once, given up in the end, put back as it was."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from bconnect.sync.apart import Apart
from bconnect.sync.models import RequestLimit
from bconnect.sync.turns import transaction_in_turn, write_in_turn

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers"),
]


class Write:
    """Fails so often, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self._errors: Iterator[Exception] = iter(errors)
        self.times = 0

    def __call__(self) -> None:
        self.times += 1
        for error in self._errors:
            raise error


def locked() -> OperationalError:
    return OperationalError("database is locked")


def patience_ms() -> Any:
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]


def test_a_locked_database_is_tried_until_it_is_free():
    write = Write(*(locked() for _ in range(20)))
    write_in_turn(write)
    assert write.times == 21


def test_a_database_that_stays_locked_is_given_up(settings: Any):
    settings.DATABASES["default"]["OPTIONS"]["timeout"] = 0.05
    try:
        with pytest.raises(OperationalError):
            write_in_turn(Write(*(locked() for _ in range(10_000))))
    finally:
        settings.DATABASES["default"]["OPTIONS"]["timeout"] = 30


def test_the_time_in_the_queue_counts():
    """Else each of those who wait would begin anew when the one before has given up."""
    given_up: list[float] = []

    def wait() -> None:
        begun = time.monotonic()
        with pytest.raises(OperationalError):
            write_in_turn(Write(*(locked() for _ in range(10_000))), patience_s=0.5)
        given_up.append(time.monotonic() - begun)

    threads = [threading.Thread(target=wait) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert len(given_up) == 20
    assert max(given_up) < 4


@pytest.mark.parametrize("error", [OperationalError("disk I/O error"), IntegrityError("locked")])
def test_any_other_error_is_raised_at_once(error: Exception):
    write = Write(error, error)
    with pytest.raises(type(error)):
        write_in_turn(write)
    assert write.times == 1


def test_others_who_use_the_connection_wait_as_they_did_before():
    before = patience_ms()
    inside: list[Any] = []
    write_in_turn(lambda: inside.append(patience_ms()))
    assert (inside, patience_ms()) == ([0], before)
    assert before > 0


def test_a_statement_that_had_to_wait_goes_by_the_time_of_its_turn():
    """Reckoned from when it came, a request would wait once more for what the database had kept it waiting."""
    refuse, freed_at = Write(locked(), locked()), [0.0]

    def refused_twice(execute: Any, *args: Any) -> Any:
        freed_at[0] = time.time()
        refuse()
        return execute(*args)

    apart = Apart(lambda connection: connection.execute_wrappers.append(refused_twice))
    ((reckoned_at,),) = apart.run(f"SELECT {apart.now}")
    apart.close()
    assert freed_at[0] - 0.001 <= reckoned_at <= time.time() + 0.001  # SQLite counts in milliseconds


def test_the_process_s_other_writers_wait_for_a_transaction_without_looking():
    write, is_over = Write(), threading.Event()
    with transaction_in_turn():
        other = threading.Thread(target=lambda: (write_in_turn(write), is_over.set()))
        other.start()
        assert not is_over.wait(0.1)
        assert write.times == 0
    other.join(60)
    assert write.times == 1


@transaction_in_turn()
def insert(*tenants: str) -> None:
    for tenant in tenants:
        RequestLimit.objects.create(tenant=tenant)


def test_a_transaction_in_turn_is_one():
    with pytest.raises(IntegrityError):
        insert("one", "other", "one")
    assert not RequestLimit.objects.exists()
    with transaction_in_turn():
        insert("one", "other")  # a step of it may be one by itself
    assert RequestLimit.objects.count() == 2
