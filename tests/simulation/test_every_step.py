"""Killed at each single database and network call of a run, and run again: the end is as if nothing had happened."""

import pytest
from django.db import connection

from tests.simulation.play import played
from tests.simulation.report import told
from tests.simulation.setup import BREAKS, DIES, STOPS, Case, Move, Setup

SETUP = Setup(
    clients=3, forms=("json", "merge"), lag_s=5.0, policy="manual", address="lines", country="code", knows_active=True,
    by_guid=False, page_cap=2, allow_twins=False, is_partial=False, hot=7, webhooks=True,
)  # fmt: skip
BEFORE = tuple(
    Move(kind, seed)
    for seed, kind in enumerate(
        ("full", "edit_here", "make_here", "clash", "edit_there", "clear_here", "sql_here", "make_there", "deliver")
    )
)
NEVER = 10_000
EVERY = 5 if connection.vendor == "sqlite" else 13
"""In an everyday test run not each call's turn comes; `-m scale` plays them all."""

# A crash that is played leaves PostgreSQL's cursors open, as a real one does: they complain when they are collected.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def every_step(run: str, crash: str, every: int = 1) -> int:
    """Returns how many places there were to end at."""
    for at in range(1, NEVER, every):
        outcome = played(Case(at, SETUP, (*BEFORE, Move(run, 1, (), at, crash))))
        assert not outcome.broken, told(outcome)
        if not any(outcome.happened[each] for each in ("crash", *ENDED)):
            return at
    raise AssertionError("the run has no end")


ENDED = ("run ended by PlantedError", "run ended by KeyboardInterrupt")


@pytest.mark.parametrize("run", ["push", "incremental", "full", "inbox"])
def test_a_run_that_dies_at_any_call_loses_and_doubles_nothing(run: str):
    assert every_step(run, DIES, every=EVERY) > 10


@pytest.mark.scale
@pytest.mark.parametrize("crash", [DIES, BREAKS, STOPS])
@pytest.mark.parametrize("run", ["push", "incremental", "full", "inbox"])
def test_a_run_that_ends_at_any_call_loses_and_doubles_nothing(run: str, crash: str):
    assert every_step(run, crash) > 10
