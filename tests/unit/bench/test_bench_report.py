"""From runs to the page: medians, ratios, verdicts, and the markers between which results are written."""

from pathlib import Path

import pytest
from benchmarks.cases import FULL, FULL_LARGE, FULL_MILLION, LATENCY, PUSH
from benchmarks.duplicates.search import OURS, STORED, Search
from benchmarks.duplicates.table import verdicts as searched
from benchmarks.measure import Cost
from benchmarks.options import PAGE, PARTS
from benchmarks.pages import table as pages_table
from benchmarks.pages.case import Asked
from benchmarks.remote import ROOT, Count
from benchmarks.report import markers, render, sections, table, write
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
    assert not combined.is_usable
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


def page(folder: Path, *parts: str) -> Path:
    """A page with places for these parts, each holding the word "old"."""
    path = folder / "benchmarks.md"
    places = [f"{begin}\nold {part}\n{end}\n" for part in parts for begin, end in [markers(part)]]
    path.write_text(f"# Head\n{''.join(places)}foot\n")
    return path


def test_writing_twice_keeps_the_page_around_the_markers(tmp_path: Path) -> None:
    path = page(tmp_path, "pull")
    write(path, results(line("bare", 1.0)), ["a machine"], "2026-01-01")
    write(path, results(line("bare", 2.0)), ["a machine"], "2026-01-02")
    text = path.read_text()
    assert text.startswith(f"# Head\n{markers('pull')[0]}\nTaken on 2026-01-02:\n\n- a machine\n")
    assert text.endswith(f"|\n{markers('pull')[1]}\nfoot\n")
    assert text.count("| full 4,017 | bare |  2.00 |") == 1
    assert "2026-01-01" not in text


def test_what_was_not_measured_stays_on_the_page_as_it_was(tmp_path: Path) -> None:
    path = page(tmp_path, "pull", "million", "push", "search")
    write(path, results(line("bconnect", 3.6, PUSH)), [], "2026-01-02")
    text = path.read_text()
    assert [part for part in ("pull", "million", "push", "search") if f"old {part}" in text] == [
        "pull",
        "million",
        "search",
    ]
    assert "push 200: requests" in text
    assert "full 4,017: s CPU" not in text


def test_a_page_without_markers_is_left_alone_and_says_so(tmp_path: Path) -> None:
    path = page(tmp_path, "push")
    before = path.read_text()
    with pytest.raises(ValueError, match="markers"):
        write(path, results(line("bare", 1.0), line("plan", 1.0, PUSH)), [], "2026-01-01")
    assert path.read_text() == before


def test_the_real_page_has_a_place_for_every_part() -> None:
    text = (ROOT / PAGE).read_text()
    for part in (*PARTS, "million"):
        assert [text.count(marker) for marker in markers(part)] == [1, 1], part


def test_a_million_clients_are_told_beside_fewer_by_the_client() -> None:
    found = results(
        line("bare", 4.017, FULL),
        line("bconnect", 8.034, FULL),
        line("bconnect", 300, FULL_LARGE),
        line("bare", 2000, FULL_MILLION),
        line("bconnect", 6000, FULL_MILLION),
    )
    told = sections(found)
    assert set(told) == {"pull", "million"}
    (row,) = [each for each in told["million"] if "| bconnect |" in each and "| 1,000,000 |" in each]
    assert [cell.strip() for cell in row.split("|")[4:-1]] == ["6000", "3.00", "2.00", "3.00", "50", "1.00"]
    assert any("Left out: bulk_create, plan, dlt" in each for each in told["million"])
    assert not any("million" in each or "1,000,000" in each for each in told["pull"])


def test_a_search_that_was_ended_says_why_and_shows_no_quality() -> None:
    found = Results()
    found.searches = [Search("Splink", 100_000, 590, 2000, unfinished="not finished in 10 min")]
    (row,) = [each for each in sections(found)["duplicates"] if "Splink" in each]
    assert "| Splink: not finished in 10 min |" in row
    assert "> 590.0" in row


def asked(who: str, *times_ms: float, refused: int = 0) -> Asked:
    return Asked("SQLite", 4017, "list", who, [each / 1000 for each in times_ms], None, refused)


def test_pages_are_told_with_their_ratios_to_the_peers() -> None:
    found = Results(
        pages=[asked("bconnect", 80, 90, 100), asked("stock admin", 30, 30, 30), asked("SQL alone", 1, 1, 1)]
    )
    (row,) = [each for each in sections(found)["search"] if "| bconnect " in each]
    assert [cell.strip() for cell in row.split("|")[5:-1]] == ["3", "90.0", "100.0", "100.0", "–", "3.00", "90.00"]
    assert found.faults == []


def test_a_page_that_was_refused_is_a_fault_and_no_yardstick() -> None:
    found = Results(pages=[asked("bconnect", 400), asked("stock admin", 1, refused=1)])
    assert found.faults == ["stock admin (list, 4,017 on SQLite): 1 of 1 were not answered 200"]
    (row,) = [each for each in sections(found)["search"] if "| bconnect " in each]
    assert row.rstrip("| ").endswith("–")
    assert [each.met for each in pages_table.verdicts(found.pages)] == [True, False]


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
