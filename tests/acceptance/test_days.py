"""Days with real processes, several hands on both sides, faults and kill -9: a short one in every test run."""

import os

import pytest

from tests.acceptance.conftest import Begin
from tests.acceptance.day import TENANT, Day
from tests.acceptance.evening import judge

CLIENTS = 25
SHORT_S, LONG_S = 6.0, 60.0
SOAK_S = float(os.environ.get("SOAK_MINUTES", "1")) * 60


def lived_through(begin: Begin, seed: int, seconds: float) -> Day:
    day = Day(begin("--clients", str(CLIENTS), *TENANT), seed)
    day.live_through(seconds)
    judge(day)
    return day


def test_a_day_of_edits_faults_and_kills_loses_nothing_and_doubles_nobody(begin: Begin):
    day = lived_through(begin, 1, SHORT_S)
    assert day.commands
    assert day.kills


@pytest.mark.scale
@pytest.mark.parametrize("seed", range(2, 7))
def test_longer_days(begin: Begin, seed: int):
    lived_through(begin, seed, LONG_S)


@pytest.mark.scale
@pytest.mark.soak
def test_a_soak(begin: Begin):
    """`make soak MINUTES=…`."""
    day = lived_through(begin, int(os.environ.get("SEED", "1")), SOAK_S)
    print(
        f"{day.writes} values written to {len(day.here) + len(day.there)} fields, "
        f"{len(day.made_here)} customers made here and {len(day.made_there)} there, "
        f"{day.commands} commands, {day.kills} kills: nothing lost, nobody doubled"
    )
