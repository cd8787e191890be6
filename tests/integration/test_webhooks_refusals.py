"""A flood of refused calls, and secrets looked up anew: what they cost."""

from datetime import UTC, datetime, timedelta

import pytest

from bconnect.webhooks.keyring import KEPT_FOR_S, SOONEST_AGAIN_S, Keyring
from bconnect.webhooks.models import Delivery
from bconnect.webhooks.refusals import WRITES_A_MINUTE, Refusals
from robaws.signature import sign

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def __call__(self) -> float:
        return self.at.timestamp()


@pytest.mark.django_db
def test_a_flood_is_one_row_a_minute_and_no_call_is_forgotten():
    clock = Clock()
    refusals = Refusals(now=clock.now)
    for _ in range(1000):
        refusals.note("without a signature")
    clock.at += timedelta(minutes=1)
    refusals.note("without a signature")
    rows = list(Delivery.objects.order_by("id").values_list("received_at", "occurrences"))
    assert rows == [(NOON, WRITES_A_MINUTE), (clock.at, 1001 - WRITES_A_MINUTE)]


def test_a_flood_writes_only_so_often_a_minute():
    clock, written = Clock(), []
    refusals = Refusals(lambda *row: written.append(row), clock.now)
    answers = [refusals.note(f"reason {number % 3}") for number in range(500)]
    assert len(written) == sum(answers) == WRITES_A_MINUTE


@pytest.mark.django_db
def test_two_processes_count_into_the_same_row():
    clock = Clock()
    for refusals in (Refusals(now=clock.now), Refusals(now=clock.now)):
        refusals.note("without a signature")
    assert Delivery.objects.get().occurrences == 2


class Loaded:
    """Counts how often the secrets were looked up."""

    def __init__(self, *secrets: str) -> None:
        self.secrets, self.times = secrets, 0

    def __call__(self) -> tuple[str, ...]:
        self.times += 1
        return self.secrets


def test_secrets_are_looked_up_once_in_a_while_and_a_new_one_is_seen():
    clock, loaded = Clock(), Loaded("old")
    keyring = Keyring(loaded, clock)

    def counts(secret: str) -> bool:
        return keyring.verify(sign(secret, b"{}", int(clock())), b"{}", clock()).ok

    assert all(counts("old") for _ in range(100))
    assert loaded.times == 1
    loaded.secrets = ("new",)
    clock.at += timedelta(seconds=SOONEST_AGAIN_S)
    assert counts("new")
    clock.at += timedelta(seconds=KEPT_FOR_S)
    assert not counts("old")


def test_a_flood_of_wrong_signatures_looks_secrets_up_once_a_second():
    clock, loaded = Clock(), Loaded("true")
    keyring = Keyring(loaded, clock)
    for _ in range(1000):
        keyring.verify(sign("wrong", b"{}", int(clock())), b"{}", clock())
        clock.at += timedelta(milliseconds=5)
    assert loaded.times <= 6
