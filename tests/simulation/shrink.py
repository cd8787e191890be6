"""A failing case made small: leave out what it fails without."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.simulation.setup import Case, Move

Moves = tuple[Move, ...]


def shrunk(case: Case, fails: Callable[[Case], bool], tries: int = 400) -> Case:
    """The smallest case found that still fails, in at most so many plays."""
    left = tries
    smaller = True
    while smaller and left > 0:
        smaller = False
        for moves in _simpler(case.moves):
            left -= 1
            candidate = case.with_moves(moves)
            if fails(candidate):
                case, smaller = candidate, True
                break
            if left <= 0:
                break
    return case


def _simpler(moves: Moves) -> Iterator[Moves]:
    size = len(moves) // 2
    while size >= 1:
        for start in range(0, len(moves), size):
            yield moves[:start] + moves[start + size :]
        size //= 2
    for place, move in enumerate(moves):
        for plainer in _plainer(move):
            yield (*moves[:place], plainer, *moves[place + 1 :])


def _plainer(move: Move) -> Iterator[Move]:
    if move.crash_at is not None:
        yield replace(move, crash_at=None)
    for place in range(len(move.slips)):
        yield replace(move, slips=move.slips[:place] + move.slips[place + 1 :])
