"""How good the data is and how that moves, for the dashboard."""

from dataclasses import dataclass
from datetime import date

from bconnect.customers.duplicates.models import QualityDay
from bconnect.customers.duplicates.quality import WORDS
from bconnect.panel.words import said

DAYS, PROBLEMS = 30, 5
WIDTH, HEIGHT = 300.0, 60.0


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    words: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Trend:
    """`line` are the points of a polyline in a box of WIDTH by HEIGHT, from 0 at the bottom to 100 at the top."""

    average: float
    change: float
    since: date
    groups: int
    line: str
    problems: list[Problem]


def trend() -> Trend | None:
    """None while nothing was looked at."""
    days = list(QualityDay.objects.order_by("-day")[:DAYS])[::-1]
    if not days:
        return None
    last = days[-1]
    problems = sorted(last.problems.items(), key=lambda each: -each[1])[:PROBLEMS]
    return Trend(
        average=last.average,
        change=round(last.average - days[0].average, 1),
        since=days[0].day,
        groups=last.groups,
        line=" ".join(_points(days)),
        problems=[
            Problem(code, said(WORDS[code]), count, round(100 * count / last.customers)) for code, count in problems
        ],
    )


def _points(days: list[QualityDay]) -> list[str]:
    step = WIDTH / max(1, len(days) - 1)
    heights = [HEIGHT - HEIGHT * each.average / 100 for each in days]
    points = [f"{place * step:.1f},{height:.1f}" for place, height in enumerate(heights)]
    return points if len(points) > 1 else [points[0], f"{WIDTH:.1f},{heights[0]:.1f}"]
