"""Which jobs are there? The table stands in the settings; the bodies are named, since they live further left."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from bconnect.jobs.times import When


@dataclass(frozen=True, slots=True)
class Job:
    """One scheduled job: dotted paths of its steps, done one after the other.

    A step is a function from a `Slice` to an `Outcome`. `when` is None where it is switched off. Where the job
    that it yields to is due at the same look, this one is left out.
    """

    name: str
    when: When | None
    steps: tuple[str, ...]
    yields_to: str = ""


def jobs() -> Iterable[Job]:
    table: tuple[Job, ...] = settings.BCONNECT_JOBS
    return table


def job(name: str) -> Job | None:
    """None for a job that a former version had put in the queue."""
    return next((each for each in jobs() if each.name == name), None)
