"""From runs to the page: medians, ratios, verdicts, and the markers between which results are written."""

from pathlib import Path

import pytest
from benchmarks.cases import FULL, LATENCY
from benchmarks.duplicates.search import OURS, STORED, Search
from benchmarks.duplicates.table import verdicts as searched
from benchmarks.measure import Cost
from benchmarks.remote import Count
from benchmarks.report import BEGIN, END, render, table, write
from benchmarks.results import Result, Results, Run, combine
from benchmarks.targets import Verdict, verdicts


def a_run(cpu_s: float, *, fault: str | None = None, timed_out: bool = False, requests: int = 41) -> Run:
    cost = Cost(cpu_s, wall_s=cpu_s * 2, peak_mib=50, status=0, timed_out=timed_out, stdout="", stderr="")
    return Run(cost, Count(requests=requests, refused=0, clients=4017), fault)


def results(*lines: Result) -> Results:
    found = Results()
    found.add(lines)
    return found


def line(who: str, cpu_s: float, case: str = FULL, **rest: bool) -> Result:
    return combine(case, who, [a_run(cpu_s, **rest)])  # type: ignore[arg-type]


def verdict(found: Results, what: str) -> Verdict:
    return next(each for each in verdicts(found) if each.what == what)


def test_the_median_of_the_runs_and_the_most_requests_count() -> None:
    combined = combine(FULL, "bare", [a_run(3), a_run(1, requests=43), a_run(9)])
    assert (combined.cpu_s, combined.wall_s, combined.requests, combined.runs) == (3, 6, 43, 3)


def test_one_faulty_run_spoils_the_result_and_names_its_fault() -> None:
    combined = combine(FULL, "bare", [a_run(1), a_run(1, fault="2 rows")])
    assert not combined.usable
    assert results(combined).faults == [f"bare ({FULL}): 2 rows"]


def test_a_target_is_met_at_its_limit_and_missed_beyond() -> None:
    assert verdict(results(line("bconnect", 1.2)), "full 4,017: s CPU").met is True
    assert verdict(results(line("bconnect", 1.21)), "full 4,017: s CPU").met is False


def test_a_ratio_is_held_against_the_ratio_of_the_reference_figures() -> None:
    slow_machine = results(line("bconnect", 2.3), line("dlt", 5.0))
    assert verdict(slow_machine, "full 4,017: s CPU").met is False
    assert verdict(slow_machine, "full 4,017: s CPU, ours/dlt").met is True


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    assert all(each.met is None for each in verdicts(results(line("dlt", 2.0))))


def test_a_peer_that_failed_or_ran_out_of_time_is_no_yardstick() -> None:
    found = results(line("bconnect", 1.0), line("dlt", 9.0, timed_out=True))
    assert verdict(found, "full 4,017: s CPU, ours/dlt").met is None


def test_the_latency_case_is_held_against_its_floor() -> None:
    found = results(line("bconnect", 1.0, LATENCY))
    found.floor_s = 1.55
    assert verdict(found, "150 ms, 15/s: wall time / floor").here == pytest.approx(2 / 1.55)


def test_a_run_past_its_time_is_printed_as_more_than_that() -> None:
    text = render(results(line("bare", 2.0), line("dlt", 300.0, timed_out=True)), ["a machine"], "2026-01-01")
    assert "> 300.00" in text
    assert "> 150.00" in text  # against bare


def test_a_contender_that_failed_shows_no_figures_but_its_fault() -> None:
    failed = combine(FULL, "dlt", [a_run(7, fault="exit status 1: no")])
    text = render(results(failed), [], "2026-01-01")
    assert "7.00" not in text
    assert f"- not counted: dlt ({FULL}): exit status 1: no" in text


def test_every_line_of_a_table_is_as_wide_as_the_others() -> None:
    lines = table(("a", "b", "c"), [("x", "long text", "1"), ("y", "z", "10000")])
    assert len({len(each) for each in lines}) == 1


def test_writing_twice_keeps_the_page_around_the_markers(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Head\n{BEGIN}\nold\n{END}\nfoot\n")
    write(page, "new")
    write(page, "newer")
    assert page.read_text() == f"# Head\n{BEGIN}\nnewer\n{END}\nfoot\n"


def test_a_page_without_markers_is_left_alone_and_says_so(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Head\n")
    with pytest.raises(ValueError, match="markers"):
        write(page, "new")
    assert page.read_text() == "# Head\n"


def test_the_search_for_duplicates_has_its_table_and_its_targets() -> None:
    found = Results()
    found.searches = [
        Search(OURS, 4017, 0.5, 80, (0.98, 0.99, 0.97), (("near certain", 0.985), ("likely", 0.96))),
        Search(STORED, 4017, 2.5, 90, look_up_p95_ms=3),
        Search("exact name", 4017, 0.1, quality=(0.5, 0.6, 0.4)),
    ]
    text = render(found, [], "2026-01-01")
    assert (
        "| exact name                     | 4,017     | 0.5000 |    0.6000 | 0.4000 |   0.1 |   – |                – |"
        in text
    )
    judged = {each.what: each.met for each in searched(found.searches)}
    assert judged == {
        "duplicates among 4,017: precision, near certain": False,
        "duplicates among 4,017: precision, likely": True,
        "duplicates among 4,017: s CPU": False,
        "duplicates among 4,017: MiB": True,
        "duplicates among 4,017: one more, p95, ms": True,
    }
