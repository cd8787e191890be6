"""A job's turn: it ends by the clock, or when the worker is about to end."""

import multiprocessing

import pytest

from bconnect.jobs.slices import Slice, SliceOver, Stopping


def test_work_goes_on_until_its_seconds_are_over():
    now = [0.0]
    turn = Slice(50, clock=lambda: now[0], is_stopping=lambda: False)
    now[0] = 49.9
    turn.progress(1, 2)
    now[0] = 50
    with pytest.raises(SliceOver):
        turn.progress(2, 2)


def test_a_worker_that_is_about_to_end_ends_the_turn_at_once():
    turn = Slice(50, clock=lambda: 0, is_stopping=lambda: True)
    with pytest.raises(SliceOver):
        turn.progress()


def test_the_end_of_a_turn_is_taken_for_ctrl_c_so_that_a_run_writes_down_where_it_is():
    assert issubclass(SliceOver, KeyboardInterrupt)


def test_a_worker_that_is_about_to_end_is_seen_by_its_processes():
    stopping, event = Stopping(), multiprocessing.get_context("fork").Event()
    assert not stopping()
    stopping.share(event)
    assert not stopping()
    event.set()
    assert stopping()
