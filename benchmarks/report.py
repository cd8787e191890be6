"""The figures as text: tables for the terminal and for Markdown alike, and their place in the docs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.burst import table as burst_table
from benchmarks.cases import LATENCY, ORDER
from benchmarks.duplicates import table as searches_table
from benchmarks.results import Result, Results
from benchmarks.targets import verdicts

BEGIN, END = "<!-- results: begin, written by `python -m benchmarks --write` -->", "<!-- results: end -->"
_COLUMNS = ("case", "who", "CPU s", "peak MiB", "wall s", "requests", "CPU ÷ bare", "CPU ÷ dlt", "CPU ÷ plan", "runs")


def render(results: Results, facts: Sequence[str], date: str) -> str:
    """Everything that was measured, as Markdown."""
    lines = [f"Taken on {date}:", "", *(f"- {fact}" for fact in facts), ""]
    if results.lines:
        lines += table(_COLUMNS, [_line(results, line) for line in _ordered(results)])
    if results.floor_s is not None:
        lines += ["", f'Floor of the case "{LATENCY}": {results.floor_s:.2f} s wall time.']
    if results.bursts:
        lines += ["", "A burst of webhook calls:", "", *table(burst_table.COLUMNS, burst_table.rows(results.bursts))]
    if results.searches:
        searched = table(searches_table.COLUMNS, searches_table.rows(results.searches))
        lines += ["", "The search for duplicates among invented customers:", "", *searched]
    lines += ["", *(f"- not counted: {fault}" for fault in results.faults)]
    lines += [""] if results.faults else []
    lines += table(("target for bconnect", "at most", "here", "met"), list(_verdict_cells(results)))
    return "\n".join(lines)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table with aligned columns: text left (the first two), figures right."""
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    ruler = ["-" * width if index < 2 else "-" * (width - 1) + ":" for index, width in enumerate(widths)]
    return [_row(cells, widths) for cells in (heads, ruler, *rows)]


def write(page: Path, text: str) -> None:
    """Put `text` between the page's markers; everything else on the page stays."""
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name} has lost its markers: put the lines {BEGIN} and {END} back")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = enumerate(zip(cells, widths, strict=True))
    aligned = (cell.ljust(width) if index < 2 else cell.rjust(width) for index, (cell, width) in pairs)
    return f"| {' | '.join(aligned)} |"


def _ordered(results: Results) -> list[Result]:
    return sorted(results.lines.values(), key=lambda line: ORDER.index(line.case))


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


def _verdict_cells(results: Results) -> Iterator[Sequence[str]]:
    words = {True: "yes", False: "NO", None: "not measured"}
    found = (
        *verdicts(results),
        *burst_table.verdicts(results.bursts),
        *searches_table.verdicts(results.searches),
    )
    for verdict in found:
        here = "–" if verdict.here is None else f"{verdict.here:.3g}"
        yield verdict.what, verdict.allowed, here, words[verdict.met]
