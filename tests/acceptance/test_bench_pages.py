"""The benchmark's pages: ours and Django's own admin answer every question, logged in once for both."""

from pathlib import Path

import pytest
from benchmarks.pages.case import OURS, SQL, STOCK, answers
from benchmarks.pages.questions import KINDS


@pytest.mark.parametrize("customers", [200])
def test_everybody_answers_every_question(customers: int, tmp_path: Path) -> None:
    told = {(each.who, each.kind): each for each in answers((customers,), tmp_path, ("SQLite",), repeats=1)}
    assert {each.fault for each in told.values()} == {None}
    assert {who for who, kind in told if kind == "filters of ours"} == {OURS}
    everybody = {(who, kind) for who in (OURS, STOCK, SQL) for kind in KINDS if kind != "filters of ours"}
    assert everybody == {pair for pair in told if pair[1] != "filters of ours"}
    assert all(len(told[OURS, kind].times_s) == len(told[STOCK, kind].times_s) for _, kind in everybody)
