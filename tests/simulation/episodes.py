"""How many histories end: with a few moves that matter together, and nothing after them that would mend by chance
what they did."""

from collections.abc import Callable
from random import Random

from tests.simulation.setup import BREAKS, DIES, STOPS, Move, Setup

SHARE = 0.6
Moves = tuple[Move, ...]


def episode(chance: Random, setup: Setup) -> Moves:
    """The last moves of a history; none, mostly."""
    fitting = [(draw, weight) for draw, weight, fits in EPISODES if fits(setup)]
    draws, weights = zip(*fitting, strict=True)
    drawn = chance.choices(draws, weights)[0](chance)
    return drawn if chance.random() < SHARE else ()


def _page_lost(chance: Random) -> Moves:
    """A full pull ends while it writes a page, and the next one goes on where it was."""
    how = chance.choice((DIES, BREAKS, STOPS))
    cut = _cut(chance, "full", how, -chance.choice((2, 2, 3)))
    return _plain(chance, "calm"), _plain(chance, "bulk_there"), _plain(chance, "wait"), cut, _plain(chance, "full")


def _changes_cut(chance: Random) -> Moves:
    """An incremental pull is stopped before it has read all pages of what changed."""
    cut = _cut(chance, "incremental", STOPS, -chance.choice((2, 2, 3)))
    return _plain(chance, "calm"), _plain(chance, "bulk_there"), _plain(chance, "wait"), cut


def _only_the_first(chance: Random) -> Moves:
    """A limited pull reads some of what changed."""
    return tuple(_plain(chance, kind) for kind in ("calm", "bulk_there", "wait", "limited"))


def _refused(chance: Random) -> Moves:
    """A pull can't use some of what changed, and its watermark passes by it."""
    return tuple(_plain(chance, kind) for kind in ("calm", "bulk_there", "wait", "pull_odd"))


def _half_read(chance: Random) -> Moves:
    """Who is in conflict is looked at again, and Robaws leaves the field out."""
    return tuple(_plain(chance, kind) for kind in ("calm", "clash", "full", "one", "one"))


def _gone_and_back(chance: Random) -> Moves:
    """A client is seen to be gone, and somebody in Robaws takes its deletion back."""
    return tuple(_plain(chance, kind) for kind in ("delete_there", "full", "restore_there"))


def _crossed(chance: Random) -> Moves:
    """Somebody changes in Robaws what is just being sent."""
    return tuple(_plain(chance, kind) for kind in ("calm", "full", "push_crossed"))


def _event_failed(chance: Random) -> Moves:
    """Nobody else pulls the client whose event could not be applied."""
    return (_plain(chance, "inbox_cut"),)


def _answer_lost(chance: Random) -> Moves:
    """What is on its way is known again by the next look at Robaws, and by nothing else; also after another push."""
    return tuple(_plain(chance, kind) for kind in chance.choice((("push_lost",), ("push_lost", "push"))))


def _many_edits(chance: Random) -> Moves:
    """More customers are edited than may be sent at once."""
    return tuple(_plain(chance, kind) for kind in ("calm", *("edit_here",) * 5, "push"))


def _merge_regretted(chance: Random) -> Moves:
    """Duplicates are merged, and that is taken back, perhaps though nobody knows what became of its steps; or the run
    is that had brought what was taken over."""
    kind = chance.choice(("merge_and_undo", "merge_and_undo", "merge_and_undo_run"))
    return _plain(chance, "calm"), _plain(chance, kind)


def _deleted_unseen(chance: Random) -> Moves:
    """A customer is to be deleted on both sides, and Robaws holds what nobody here has seen."""
    return tuple(_plain(chance, kind) for kind in ("calm", "bulk_there", "delete_both"))


def _creation_taken_back(chance: Random) -> Moves:
    """A customer is made in Robaws, and the run that did so is taken back."""
    return tuple(_plain(chance, kind) for kind in ("calm", "make_here", "push", "undo_run"))


def _cut_off_merged(chance: Random) -> Moves:
    """Nobody heard what became of a creation, and somebody merges the customer into the client that it may be."""
    change = chance.choice((("edit_there",), ("edit_here",), ()))
    kind = chance.choice(("merge_here", "merge_and_go_on", "merge_and_undo"))
    return tuple(_plain(chance, each) for each in ("push_cut", "full", *change, kind))


def _plain(chance: Random, kind: str) -> Move:
    return Move(kind, chance.getrandbits(32))


def _cut(chance: Random, kind: str, how: str, at: int) -> Move:
    return Move(kind, chance.getrandbits(32), (), at, how)


def _always(setup: Setup) -> bool:
    return True


def _has_pages_only(setup: Setup) -> bool:
    """Where webhooks tell of all that changes, a pull may miss it."""
    return setup.page_cap is not None and setup.clients > setup.page_cap and not setup.webhooks


def _has_webhooks(setup: Setup) -> bool:
    return setup.webhooks


def _pulls_only(setup: Setup) -> bool:
    return not setup.webhooks


def _is_partial(setup: Setup) -> bool:
    return setup.is_partial and setup.policy == "manual"


def _guards_writes(setup: Setup) -> bool:
    return setup.guards_writes


def _is_guarded(setup: Setup) -> bool:
    return setup.guarded and setup.clients > 1


def _merges(setup: Setup) -> bool:
    return setup.merges


EPISODES: tuple[tuple[Callable[[Random], Moves], float, Callable[[Setup], bool]], ...] = (
    (_page_lost, 3, _has_pages_only),
    (_changes_cut, 2, _has_pages_only),
    (_only_the_first, 1, _has_pages_only),
    (_refused, 3, _pulls_only),
    (_half_read, 5, _is_partial),
    (_gone_and_back, 1, _always),
    (_answer_lost, 1, _always),
    (_crossed, 2, _guards_writes),
    (_event_failed, 2, _has_webhooks),
    (_many_edits, 2, _is_guarded),
    (_merge_regretted, 2, _merges),
    (_creation_taken_back, 0.7, _always),
    (_deleted_unseen, 1, _always),
    (_cut_off_merged, 1, _merges),
)
