"""Random histories, played to their end, on both databases: a few in every test run, thousands with `make simulate`."""

import pytest
from django.db import connection

from tests.simulation.histories import case_of
from tests.simulation.ledger import Ledger, Line, Violation
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.play import played
from tests.simulation.report import told
from tests.simulation.score import hunt
from tests.simulation.setup import Case, Move, Setup
from tests.simulation.shrink import shrunk

CASES = 120 if connection.vendor == "sqlite" else 40
SHARES = 5
A_CASE_CATCHES_IN = 1000


# A crash that is played leaves PostgreSQL's cursors open, as a real one does: they complain when they are collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("share", range(SHARES))
def test_no_history_loses_doubles_or_leaves_anything_behind(share: int):
    for seed in range(1 + share, 1 + CASES, SHARES):
        outcome = played(case_of(seed))
        assert not outcome.broken, told(outcome)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_variant_replaces_what_is_there(mutant: Mutant):
    for owner, name, value in mutant.replacements():
        assert callable(getattr(owner, name)) is callable(value)


# A long test: about five minutes. `make simulate ARGS=--mutants` prints what caught each.
@pytest.mark.scale
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_broken_variant_of_the_product_is_caught(mutant: Mutant):
    assert hunt(mutant, 1, A_CASE_CATCHES_IN).by


# --- the model itself ---------------------------------------------------------------------------------


def ledger(policy: str = "manual") -> Ledger:
    return Ledger(lambda column, one, other: one == other, policy)


def agreed_line(book: Ledger) -> Line:
    line = Line()
    book.write(line, "city", "there", "Antwerpen")
    book.arrived(line, "city", "here", "Antwerpen", "pull")
    return line


def test_the_ledger_lets_the_later_of_two_writes_in_a_row_win():
    book = ledger()
    line = agreed_line(book)
    book.write(line, "city", "there", "Gent")
    book.arrived(line, "city", "here", "Gent", "pull")
    book.write(line, "city", "here", "Brugge")
    book.arrived(line, "city", "there", "Brugge", "push")
    assert line.here[-1].value == line.there[-1].value == "Brugge"


def test_the_ledger_sees_an_edit_vanish_that_nobody_had_seen():
    book = ledger()
    line = agreed_line(book)
    book.write(line, "city", "here", "Gent")
    book.write(line, "city", "there", "Brugge")
    with pytest.raises(Violation, match="'Gent' vanished"):
        book.arrived(line, "city", "here", "Brugge", "pull")


def test_the_ledger_sees_an_old_value_come_back():
    book = ledger()
    line = agreed_line(book)
    book.write(line, "city", "there", "Gent")
    book.arrived(line, "city", "here", "Gent", "pull")
    with pytest.raises(Violation, match="'Gent' vanished"):
        book.arrived(line, "city", "here", "Antwerpen", "pull")


def test_the_ledger_sees_a_value_out_of_nothing():
    book = ledger()
    line = agreed_line(book)
    with pytest.raises(Violation, match="nobody wrote"):
        book.arrived(line, "city", "here", "Luik", "pull")


def test_an_edit_taken_back_is_nothing_to_lose():
    book = ledger()
    line = agreed_line(book)
    book.write(line, "city", "here", "Gent")
    book.write(line, "city", "here", "Antwerpen")
    book.write(line, "city", "there", "Brugge")
    book.arrived(line, "city", "here", "Brugge", "pull")
    assert line.here[-1].value == "Brugge"


def test_a_policy_may_overrule_one_side_only():
    book = ledger("robaws")
    line = agreed_line(book)
    book.write(line, "city", "here", "Gent")
    book.write(line, "city", "there", "Brugge")
    book.arrived(line, "city", "here", "Brugge", "pull")
    book.write(line, "city", "here", "Gent")
    book.write(line, "city", "there", "Aalst")
    with pytest.raises(Violation):
        book.arrived(line, "city", "there", "Gent", "push")


def test_shrinking_leaves_the_moves_without_which_it_does_not_fail():
    setup = Setup(1, ("json",), 0.0, "manual", "parts", "code", True, False, None, False, False, 0)
    moves = tuple(Move("wait", number, crash_at=number) for number in range(20))
    small = shrunk(Case(0, setup, moves), lambda case: {3, 11} <= {move.seed for move in case.moves})
    assert small.moves == (Move("wait", 3), Move("wait", 11))


def test_a_seed_is_one_history():
    assert case_of(7) == case_of(7)
    assert case_of(7) != case_of(8)
