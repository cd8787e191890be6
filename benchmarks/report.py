"""The figures as text: tables for the terminal and for Markdown alike, and their places in the docs.

Each part has a place of its own on the page, with its own date and machine, so that one can be measured alone.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from benchmarks import growth
from benchmarks.burst import table as burst_table
from benchmarks.cases import FULL_MILLION, LATENCY, MILLION, ORDER, PULLS, PUSHES, UNCHANGED_MILLION
from benchmarks.contenders import ALL
from benchmarks.duplicates import table as duplicates_table
from benchmarks.pages import table as pages_table
from benchmarks.results import Result, Results
from benchmarks.targets import Verdict, verdicts

_MILLION = (FULL_MILLION, UNCHANGED_MILLION)
_USUAL = tuple(case for case in PULLS if case not in _MILLION)
_COLUMNS = ("case", "who", "CPU s", "peak MiB", "wall s", "requests", "CPU ÷ bare", "CPU ÷ dlt", "CPU ÷ plan", "runs")


def sections(results: Results) -> dict[str, list[str]]:
    """What was measured, by part, as lines of Markdown; a part that was not measured is not in it."""
    makers: dict[str, Callable[[Results], list[str]]] = {
        "pull": _pull,
        "million": _million,
        "push": _push,
        "webhooks": _webhooks,
        "search": _search,
        "duplicates": _duplicates,
    }
    made = {name: make(results) for name, make in makers.items()}
    return {name: lines for name, lines in made.items() if lines}


def render(results: Results, facts: Sequence[str], date: str) -> str:
    """Everything that was measured, as Markdown."""
    lines = _taken(facts, date)
    for name, told in sections(results).items():
        lines += [f"### {name}", "", *told, ""]
    return "\n".join(lines)


def write(page: Path, results: Results, facts: Sequence[str], date: str) -> None:
    """Put each part that was measured between its markers; everything else on the page stays."""
    text = page.read_text()
    for name, told in sections(results).items():
        begin, end = markers(name)
        before, found, rest = text.partition(begin)
        _, found_too, after = rest.partition(end)
        if not found or not found_too:
            raise ValueError(f"{page.name} has lost its markers: put the lines {begin} and {end} back")
        text = before + "\n".join([begin, *_taken(facts, date), *told, end]) + after
    page.write_text(text)


def markers(part: str) -> tuple[str, str]:
    """The lines around a part's results."""
    begin = f"<!-- results of {part}: begin, written by `python -m benchmarks --write` -->"
    return begin, f"<!-- results of {part}: end -->"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table with aligned columns: text left (the first two), figures right."""
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    ruler = ["-" * width if index < 2 else "-" * (width - 1) + ":" for index, width in enumerate(widths)]
    return [_row(cells, widths) for cells in (heads, ruler, *rows)]


def _taken(facts: Sequence[str], date: str) -> list[str]:
    return [f"Taken on {date}:", "", *(f"- {fact}" for fact in facts), ""]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = enumerate(zip(cells, widths, strict=True))
    aligned = (cell.ljust(width) if index < 2 else cell.rjust(width) for index, (cell, width) in pairs)
    return f"| {' | '.join(aligned)} |"


# --- the parts ----------------------------------------------------------------------------------------


def _pull(results: Results) -> list[str]:
    lines = _cases(results, _USUAL)
    if lines and results.floor_s is not None:
        lines += ["", f'Floor of the case "{LATENCY}": {results.floor_s:.2f} s wall time.']
    return lines and [*lines, *_targets(verdicts(results, _USUAL))]


def _million(results: Results) -> list[str]:
    lines = _cases(results, _MILLION)
    slow = ", ".join(contender.name for contender in ALL if contender.quick_up_to[0] < MILLION)
    said = f"Left out: {slow}. By their figures at 100,000 clients they would take from five minutes to hours a pull."
    grown = table(growth.COLUMNS, growth.rows(results))
    return lines and [*lines, "", said, "", *grown, *_targets(verdicts(results, _MILLION))]


def _push(results: Results) -> list[str]:
    lines = _cases(results, PUSHES)
    return lines and [*lines, *_targets(verdicts(results, PUSHES))]


def _webhooks(results: Results) -> list[str]:
    if not results.bursts:
        return []
    lines = table(burst_table.COLUMNS, burst_table.rows(results.bursts))
    return [*lines, *_targets(burst_table.verdicts(results.bursts))]


def _search(results: Results) -> list[str]:
    if not results.pages:
        return []
    lines = table(pages_table.COLUMNS, pages_table.rows(results.pages))
    return [*lines, *_targets(pages_table.verdicts(results.pages))]


def _duplicates(results: Results) -> list[str]:
    if not results.searches:
        return []
    lines = table(duplicates_table.COLUMNS, duplicates_table.rows(results.searches))
    return [*lines, *_targets(duplicates_table.verdicts(results.searches))]


def _cases(results: Results, cases: Collection[str]) -> list[str]:
    """The table of these cases, and what spoiled some of it."""
    found = results.only(cases)
    if not found.lines:
        return []
    ordered = sorted(found.lines.values(), key=lambda line: ORDER.index(line.case))
    lines = table(_COLUMNS, [_line(found, line) for line in ordered])
    faults = [f"- not counted: {fault}" for fault in found.faults]
    return [*lines, "", *faults] if faults else lines


def _targets(found: Iterable[Verdict]) -> list[str]:
    words = {True: "yes", False: "NO", None: "not measured"}
    rows = [
        (each.what, each.allowed, "–" if each.here is None else f"{each.here:.3g}", words[each.met]) for each in found
    ]
    return ["", *table(("target for bconnect", "at most", "here", "met"), rows)] if rows else []


def _line(results: Results, line: Result) -> Sequence[str]:
    if line.fault:
        return (line.case, line.contender, *["–"] * 7, str(line.runs))
    more = "> " if line.timed_out else ""
    return (
        line.case,
        line.contender,
        f"{more}{line.cpu_s:.2f}",
        f"{line.peak_mib:.0f}",
        f"{more}{line.wall_s:.2f}",
        str(line.requests) + (f" ({line.refused} × 429)" if line.refused else ""),
        _ratio(results, line, "bare"),
        _ratio(results, line, "dlt"),
        _ratio(results, line, "plan"),
        str(line.runs),
    )


def _ratio(results: Results, line: Result, peer: str) -> str:
    other = results.get(line.case, peer)
    if other is None:
        return "–"
    return f"{'> ' if line.timed_out else ''}{line.cpu_s / other.cpu_s:.2f}"
