"""Cases spread over processes, each with a database of its own. Answers come in the order of the questions."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context, util
from typing import Any

from tests.simulation.database import opened

Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


@contextmanager
def spread(database: str, jobs: int) -> Iterator[Map]:
    """What is mapped runs in so many processes; in this one where that is one."""
    if jobs == 1:
        with opened(database):
            yield map
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _open, (database,)) as executor:
        yield executor.map


def _open(database: str) -> None:
    stack = ExitStack()
    stack.enter_context(opened(database))
    util.Finalize(None, stack.close, exitpriority=1)
