"""A signal ends the work between two database calls, never inside one."""

import signal
import time
from collections.abc import Iterator

import pytest

from bconnect.sync.stopping import stop_between_database_calls

NUMBERS = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in NUMBERS}
    stop_between_database_calls()
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_outside_the_database_it_stops_at_once(number: signal.Signals):
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


@pytest.mark.parametrize("layer", ["django.db.transaction", "psycopg.cursor"])
def test_a_database_call_is_finished_first(layer: str):
    steps: list[str] = []
    inside = {"__name__": layer, "signal": signal, "steps": steps}
    exec("def call():\n  signal.raise_signal(signal.SIGTERM)\n  steps.append('finished')", inside)

    def call_and_go_on() -> None:
        inside["call"]()
        time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        call_and_go_on()
    assert steps == ["finished"]


def test_after_a_stop_no_second_one_follows():
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    time.sleep(0.05)
