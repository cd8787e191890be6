"""When a fault strikes: rules, and their short textual form for the command line.

`EFFECT[=VALUE][@CONDITION,…]`, where a condition is a probability (`0.02`), a method (`POST`), a method with
how often (`POST:1`), a path with wildcards (`/api/v2/clients/*`), how often (`x3`) or which matching request
(`#5`, from 1). `500@0.02` fails one request in fifty, `reset-after@POST:1` the first creation.
"""

import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from robaws.simulator.messages import Request

_METHOD = re.compile(r"([A-Z]+)(?::(\d+))?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault. `value` is the effect's own parameter: seconds, a size, or the share of clients (0..1)."""

    effect: str
    value: float | None = None
    probability: float = 1.0
    method: str | None = None
    path: str | None = None
    nth: int | None = None
    times: int | None = None

    def matches(self, request: Request) -> bool:
        if self.method is not None and self.method != request.method:
            return False
        return self.path is None or fnmatchcase(request.path, self.path)

    def __str__(self) -> str:
        conditions = (
            str(float(self.probability)) if self.probability < 1 else "",
            self.method or "",
            self.path or "",
            f"#{self.nth}" if self.nth is not None else "",
            f"x{self.times}" if self.times is not None else "",
        )
        value = "" if self.value is None else f"={self.value:g}"
        return f"{self.effect}{value}@{','.join(filter(None, conditions))}".rstrip("@")


def parse_rule(text: str) -> Rule:
    """Raises: ValueError naming the part that is not understood."""
    head, _, conditions = text.partition("@")
    effect, _, value = head.partition("=")
    try:
        rule = Rule(effect, float(value) if value else None)
        for condition in filter(None, conditions.split(",")):
            rule = _with_condition(rule, condition)
    except ValueError as error:
        raise ValueError(f"Fault {text!r} is not understood: {error}") from error
    return rule


def _with_condition(rule: Rule, text: str) -> Rule:
    if method := _METHOD.fullmatch(text):
        times = int(method[2]) if method[2] else rule.times
        return replace(rule, method=method[1], times=times)
    if text.startswith("/"):
        return replace(rule, path=text)
    if text.startswith("#"):
        return replace(rule, nth=int(text[1:]))
    if text.startswith("x"):
        return replace(rule, times=int(text[1:]))
    probability = float(text)
    if not 0 <= probability <= 1:
        raise ValueError(f"the probability {text} is not between 0 and 1")
    return replace(rule, probability=probability)
