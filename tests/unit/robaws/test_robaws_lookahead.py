"""Waiting for answers that other threads fetch."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer

import pytest

from robaws import lookahead
from robaws.lookahead import Lookahead


class StoppedError(Exception):
    """Somebody does not want to wait any longer."""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookahead, "LOOK_UP_S", 0.01)


@pytest.mark.parametrize("wait_for", ["soon", "results"])
def test_who_waits_for_an_answer_looks_up_and_may_leave(wait_for: str) -> None:
    answer, looked = Event(), []

    def look_up() -> None:
        looked.append(1)
        if len(looked) == 3:
            raise StoppedError

    def fetch(number: int) -> bool:
        return answer.wait()

    with Lookahead(fetch, 2, lambda: ThreadPoolExecutor(2), look_up) as ahead:
        with pytest.raises(StoppedError):
            ahead.soon(1)() if wait_for == "soon" else next(ahead.results([1, 2]))
        answer.set()


def test_an_answer_that_comes_late_is_taken() -> None:
    answer = Event()
    with Lookahead(lambda number: answer.wait() and number, 2, lambda: ThreadPoolExecutor(2), answer.set) as ahead:
        assert list(ahead.results([1, 2, 3])) == [1, 2, 3]


def test_work_that_raises_a_time_out_is_not_taken_for_one_of_the_wait() -> None:
    def fetch(number: int) -> int:
        raise TimeoutError("of the work")

    with Lookahead(fetch, 2, lambda: ThreadPoolExecutor(2)) as ahead, pytest.raises(TimeoutError, match="of the work"):
        ahead.soon(1)()


def test_it_tells_whether_the_next_answer_comes_soon() -> None:
    answers = {1: Event(), 2: Event()}
    with Lookahead(lambda number: answers[number].wait(), 2, lambda: ThreadPoolExecutor(2)) as ahead:
        assert not ahead.comes_within(60)  # nothing is asked for
        results = ahead.results([1, 2])
        assert not ahead.comes_within(0)
        Timer(0.05, answers[1].set).start()
        assert ahead.comes_within(60)
        next(results)
        assert not ahead.comes_within(0)
        answers[2].set()
        assert ahead.comes_within(60)


def test_without_an_executor_nothing_comes_by_itself() -> None:
    with Lookahead(lambda number: number, 2, None) as ahead:
        results = ahead.results([1, 2])
        assert not ahead.comes_within(60)
        assert list(results) == [1, 2]
