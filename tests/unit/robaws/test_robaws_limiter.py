"""The limiter against a model of Robaws' own bucket."""

from random import Random
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from robaws_fake_clock import FakeClock

from robaws.errors import Misconfigured, QuotaSpent
from robaws.limiter import Limiter, MemoryStore, Mode


class RemoteBucket:
    """15 a second, burst 20, as Robaws keeps it."""

    def __init__(self, clock: FakeClock, rate: float = 15, burst: float = 20) -> None:
        self._clock, self._rate, self._burst = clock, rate, burst
        self.tokens, self._at = burst, clock()
        self.refused = 0

    def take(self, at: float | None = None) -> dict[str, str]:
        now = self._clock() if at is None else at
        self.tokens = min(self._burst, self.tokens + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)
        if self.tokens < 1:
            self.refused += 1
            return {"X-RateLimit-Remaining": "0"}
        self.tokens -= 1
        return {"X-RateLimit-Remaining": str(int(self.tokens))}


def limiter_on(clock: FakeClock, **options: float) -> Limiter:
    return Limiter(MemoryStore(clock), sleep=clock.sleep, clock=clock, **options)  # type: ignore[arg-type]


def test_18_go_at_once_then_a_little_under_15_a_second() -> None:
    clock = FakeClock()
    limiter = limiter_on(clock)
    for _ in range(18):
        limiter.acquire(Mode.LIVE)
    assert clock.slept == []
    started = clock()
    for _ in range(150):
        limiter.acquire(Mode.LIVE)
    assert 150 / 15 < clock() - started < 150 / 14.5


@given(st.lists(st.floats(0, 2), max_size=80), st.integers(0, 999))
def test_the_remote_bucket_never_refuses_whatever_the_pauses_and_some_jitter(pauses: list[float], seed: int) -> None:
    clock, random = FakeClock(), Random(seed)
    limiter, remote = limiter_on(clock), RemoteBucket(clock)
    sent = []
    for pause in pauses + [0.0] * 60:
        clock.now += pause
        limiter.acquire(Mode.LIVE)
        sent.append(clock() + random.uniform(0, 0.12))
    for arrival in sorted(sent):
        remote.take(arrival)
    assert remote.refused == 0


def test_both_modes_share_one_bucket() -> None:
    clock = FakeClock()
    limiter = limiter_on(clock)
    for number in range(19):
        limiter.acquire(Mode.LIVE if number % 2 else Mode.REPLICA)
    assert len(clock.slept) == 1


@pytest.mark.parametrize(("rate", "burst"), [(0.1, 1), (1, 2), (3, 3), (1_000_000, 1_000_000)])
def test_odd_limits_are_kept_too(rate: float, burst: int) -> None:
    clock = FakeClock()
    limiter = limiter_on(clock, requests_per_second=rate, burst=burst)
    remote = RemoteBucket(clock, rate, burst)
    for _ in range(50):
        ticket = limiter.acquire(Mode.LIVE)
        limiter.observe(Mode.LIVE, ticket, remote.take())
    assert remote.refused == 0
    assert clock() - 1_000 < 50 / (rate * 0.9) + 5 / rate


@pytest.mark.parametrize("options", [{"requests_per_second": 0}, {"burst": 0}, {"daily_reserve": -1}])
def test_senseless_limits_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(Misconfigured, match="correct the settings"):
        limiter_on(FakeClock(), **options)


@pytest.mark.parametrize("others_per_second", [2, 5, 10])
def test_when_others_use_the_bucket_too_we_slow_down_instead_of_drawing_429(others_per_second: int) -> None:
    clock = FakeClock()
    limiter, remote = limiter_on(clock), RemoteBucket(clock)
    sent, others_at = 0, clock()
    while clock() < 1_060:
        ticket = limiter.acquire(Mode.LIVE)
        while others_at < clock():
            others_at += 1 / others_per_second
            remote.take(others_at)
        refused = remote.refused
        limiter.observe(Mode.LIVE, ticket, remote.take())
        assert remote.refused == refused
        sent += 1
    assert sent > 60 * (15 - others_per_second) * 0.5


def test_in_a_bucket_of_our_own_the_headers_do_not_slow_us_down() -> None:
    clock = FakeClock()
    limiter, remote = limiter_on(clock), RemoteBucket(clock)
    for _ in range(168):
        limiter.observe(Mode.LIVE, limiter.acquire(Mode.LIVE), remote.take())
    assert clock() - 1_000 < 150 / 14.5


def test_after_a_penalty_nobody_sends_for_so_long_nor_bursts_then() -> None:
    clock = FakeClock()
    limiter = limiter_on(clock)
    limiter.penalise(5)
    limiter.acquire(Mode.LIVE)
    assert clock() >= 1_005
    at = clock()
    for _ in range(10):
        limiter.acquire(Mode.LIVE)
    assert clock() - at > 9 / 15


def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    clock = FakeClock()
    store = MemoryStore(clock)
    store.hold(10)
    store.hold(1)
    assert store.take(Mode.LIVE, interval_s=0.1, burst=5, reserve=0).wait_s >= 10


def test_who_sleeps_when_the_penalty_comes_sleeps_on() -> None:
    clock = FakeClock()

    def sleep(seconds: float) -> None:
        if not clock.slept:
            limiter.penalise(5)
        clock.sleep(seconds)

    limiter = Limiter(MemoryStore(clock), sleep=sleep, clock=clock)
    for _ in range(19):
        limiter.acquire(Mode.LIVE)
    assert clock() >= 1_005


def daily(remaining: object, reset: object = "3600") -> dict[str, str]:
    return {
        "X-RateLimit-Daily-Limit": "10000",
        "X-RateLimit-Daily-Remaining": str(remaining),
        "X-RateLimit-Daily-Reset": str(reset),
    }


def test_the_reserve_of_the_day_is_left_to_others_per_mode() -> None:
    clock = FakeClock()
    limiter = limiter_on(clock, daily_reserve=500)
    limiter.observe(Mode.LIVE, limiter.acquire(Mode.LIVE), daily(503))
    for _ in range(3):
        limiter.acquire(Mode.LIVE)
    with pytest.raises(QuotaSpent) as caught:
        limiter.acquire(Mode.LIVE)
    assert caught.value.resets_in_s is not None
    assert 3590 < caught.value.resets_in_s <= 3600
    limiter.acquire(Mode.REPLICA)


def test_after_the_reset_the_day_is_unknown_and_open_again() -> None:
    clock = FakeClock()
    limiter = limiter_on(clock)
    limiter.observe(Mode.LIVE, limiter.acquire(Mode.LIVE), daily(0, 60))
    with pytest.raises(QuotaSpent):
        limiter.acquire(Mode.LIVE)
    clock.now += 61
    assert limiter.acquire(Mode.LIVE).daily_remaining is None


def test_within_a_day_the_least_counts_and_a_new_day_starts_over() -> None:
    clock = FakeClock()
    store = MemoryStore(clock)
    take = {"interval_s": 0.1, "burst": 5, "reserve": 0}
    store.learn(Mode.LIVE, remaining=100, limit=None, resets_in_s=3_600)
    store.learn(Mode.LIVE, remaining=200, limit=None, resets_in_s=3_590)
    assert store.take(Mode.LIVE, **take).daily_remaining == 99  # type: ignore[arg-type]
    store.learn(Mode.LIVE, remaining=9_000, limit=None, resets_in_s=86_000)
    assert store.take(Mode.LIVE, **take).daily_remaining == 8_999  # type: ignore[arg-type]


def test_the_store_is_told_only_what_is_news() -> None:
    clock = FakeClock()
    told: list[int] = []

    class Listening(MemoryStore):
        def learn(self, mode: Mode, *, remaining: int, limit: int | None, resets_in_s: float | None) -> None:
            told.append(remaining)
            super().learn(mode, remaining=remaining, limit=limit, resets_in_s=resets_in_s)

    limiter = Limiter(Listening(clock), sleep=clock.sleep, clock=clock)
    for remaining in (9_000, 8_999, 8_998, 8_990, 8_900, 8_950):
        limiter.observe(Mode.LIVE, limiter.acquire(Mode.LIVE), daily(remaining))
    assert told == [9_000, 8_900]


@pytest.mark.parametrize("odd", ["", "many", "-1", "nan", "inf"])
def test_odd_headers_are_no_news(odd: str) -> None:
    clock = FakeClock()
    limiter = limiter_on(clock)
    headers = {"X-RateLimit-Remaining": odd, "X-RateLimit-Daily-Remaining": odd}
    limiter.observe(Mode.LIVE, limiter.acquire(Mode.LIVE), headers)
    assert limiter.acquire(Mode.LIVE).daily_remaining is None
    assert clock.slept == []


def test_threads_share_the_bucket_without_losing_a_slot() -> None:
    clock = FakeClock()
    store = MemoryStore(clock)
    waits: list[float] = []

    def take() -> None:
        tickets = (store.take(Mode.LIVE, interval_s=1, burst=1, reserve=0) for _ in range(200))
        waits.extend(ticket.wait_s for ticket in tickets)

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [float(each) for each in range(800)]
