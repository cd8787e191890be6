"""What is asked of the customer list, and the same by hand: on a small table of SQLite."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from benchmarks.pages.plain_sql import times_s
from benchmarks.pages.questions import KINDS, LIST, PER_PAGE, SEARCHED, Question, questions


@pytest.mark.parametrize("customers", [4_017, 100_000])
def test_the_deep_page_is_one_that_there_is(customers: int) -> None:
    (deep,) = [each for each in questions(customers) if "?p=" in each.ours]
    assert PER_PAGE <= deep.offset <= customers - PER_PAGE
    assert deep.ours == f"{LIST}?p={deep.offset // PER_PAGE + 1}"


def test_every_kind_is_asked_and_all_but_our_own_filters_of_the_peers_too() -> None:
    asked = list(questions(4_017))
    assert {each.kind for each in asked} == set(KINDS)
    assert {each.kind for each in asked if each.stock is None} == {"filters of ours"}
    assert {each.kind for each in asked if each.where is None} == {"filters of ours"}


@pytest.fixture
def table(tmp_path: Path) -> str:
    columns = ", ".join([*SEARCHED, "role", "country", "is_active", "last_synced_at"])
    with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as database, database:
        database.execute(f"CREATE TABLE robaws_customers_cache (id INTEGER PRIMARY KEY, {columns})")
    return f"sqlite:///{tmp_path / 'x.sqlite3'}"


def test_all_of_it_can_be_asked_by_hand(table: str) -> None:
    plain = [each for each in questions(4_017) if each.where is not None]
    assert len(times_s(table, plain)) == len(plain)


def test_every_word_of_a_search_has_to_stand_in_some_column() -> None:
    (two_words,) = [each.where for each in questions(4_017) if each.ours == f"{LIST}?q=firm+4711"]
    assert two_words is not None
    assert two_words.count(" AND ") == 1
    assert two_words.count("LIKE '%firm%'") == two_words.count("LIKE '%4711%'") == len(SEARCHED)


def test_a_select_shows_no_count() -> None:
    assert not Question("select", "").counts
    assert Question("search", "").counts
