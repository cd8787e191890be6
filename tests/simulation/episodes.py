"""How many histories end: with a few moves that matter together, and nothing after them that would mend by chance
what they did."""

from collections.abc import Callable
from random import Random

from tests.simulation.setup import BREAKS, DIES, STOPS, Move, Setup

SHARE = 0.4
Moves = tuple[Move, ...]


def episode(chance: Random, setup: Setup) -> Moves:
    """The last moves of a history; none, mostly."""
    drawn = chance.choice([each for each, fits in EPISODES if fits(setup)])(chance)
    return drawn if chance.random() < SHARE else ()


def _page_lost(chance: Random) -> Moves:
    """A full pull ends while it writes a page, and the next one goes on where it was."""
    how = chance.choice((DIES, BREAKS, STOPS))
    return _plain(chance, "bulk_there"), _cut(chance, "full", how, -chance.randint(1, 3)), _plain(chance, "full")


def _changes_cut(chance: Random) -> Moves:
    """An incremental pull is stopped before it has read all pages of what changed."""
    return _plain(chance, "bulk_there"), _cut(chance, "incremental", STOPS, -chance.randint(2, 3))


def _gone_and_back(chance: Random) -> Moves:
    """A client is seen to be gone, and somebody in Robaws takes its deletion back."""
    return tuple(_plain(chance, kind) for kind in ("delete_there", "full", "restore_there"))


def _event_failed(chance: Random) -> Moves:
    """Nobody else pulls the client whose event could not be applied."""
    return (_plain(chance, "inbox_cut"),)


def _plain(chance: Random, kind: str) -> Move:
    return Move(kind, chance.getrandbits(32))


def _cut(chance: Random, kind: str, how: str, at: int) -> Move:
    return Move(kind, chance.getrandbits(32), (), at, how)


def _always(setup: Setup) -> bool:
    return True


def _has_pages(setup: Setup) -> bool:
    return setup.page_cap is not None and setup.clients > setup.page_cap


def _has_webhooks(setup: Setup) -> bool:
    return setup.webhooks


EPISODES: tuple[tuple[Callable[[Random], Moves], Callable[[Setup], bool]], ...] = (
    (_page_lost, _has_pages),
    (_changes_cut, _has_pages),
    (_gone_and_back, _always),
    (_event_failed, _has_webhooks),
)
