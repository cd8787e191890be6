"""What the doctor says: one line each, with a cure where one is needed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    """It works, or waits; somebody should look."""
    FAIL = "fail"
    """Something does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`about` names what was looked at, `cure` what to do (empty where all is well)."""

    about: str
    level: Level
    text: str
    cure: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"about": self.about, "level": self.level.value, "text": self.text, "cure": self.cure}


def ok(about: str, text: str) -> Finding:
    return Finding(about, Level.OK, text)


def warn(about: str, text: str, cure: str) -> Finding:
    return Finding(about, Level.WARN, text, cure)


def fail(about: str, text: str, cure: str) -> Finding:
    return Finding(about, Level.FAIL, text, cure)


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Warnings are no illness."""
    return all(each.level is not Level.FAIL for each in findings)


def as_json(findings: Iterable[Finding]) -> dict[str, Any]:
    found = list(findings)
    return {"healthy": is_healthy(found), "findings": [each.as_json() for each in found]}
