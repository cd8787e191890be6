"""What a run counts, and the failures it lists."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Failure:
    """One record that could not be taken in or sent, by id (where it has one), with the reason."""

    client_id: str | None
    reason: str

    def __str__(self) -> str:
        return f"{self.client_id or 'record without an id'}: {self.reason}"


@dataclass(slots=True)
class Tally:
    """fetched = created + updated + unchanged + skipped + errors, but for errors about a client that could not be read.

    `updated`: a synced field took another value. `skipped`: older than what is known. `conflicts`: fields in
    conflict on the records seen.
    """

    fetched: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    conflicts: int = 0
    missing: int = 0
    errors: int = 0
    pushed: int = 0
    failures: list[Failure] = field(default_factory=list)

    COUNTS: ClassVar = (
        "fetched",
        "created",
        "updated",
        "unchanged",
        "skipped",
        "conflicts",
        "missing",
        "errors",
        "pushed",
    )

    def add(self, other: "Tally") -> None:
        for name in self.COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failures.extend(other.failures)

    def fail(self, client_id: str | None, reason: str) -> None:
        self.errors += 1
        self.failures.append(Failure(client_id, reason))
