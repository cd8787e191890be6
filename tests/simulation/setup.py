"""One case: how this tenant is, and the history that is played on it; and how often each move comes."""

from dataclasses import dataclass, field, replace
from random import Random

PEOPLE = {
    "edit_here": 10,
    "sql_here": 3,
    "spell_here": 3,
    "clear_here": 2,
    "edit_there": 10,
    "bulk_there": 5,
    "spell_there": 3,
    "clear_there": 2,
    "unsynced_there": 2,
    "make_here": 3,
    "twin_here": 1,
    "make_there": 2,
    "delete_there": 2,
    "restore_there": 2,
    "intake": 2,
    "resolve": 6,
    "clash": 10,
    "forget_here": 1,
}
MERGING = {"merge_here": 9}
STEPS = {"go_on_with_merges": 9, "undo_merge": 5, "merge_and_go_on": 4, "merge_and_undo": 9}
STEPS |= {"merge_and_undo_run": 4}
"""Customers that are merged, what follows in Robaws, and what takes it back."""
RUNS = {
    "full": 6,
    "incremental": 14,
    "limited": 2,
    "one": 4,
    "pull_odd": 1,
    "push": 14,
    "push_limited": 1,
    "push_one": 3,
    "push_spelt": 2,
    "push_cut": 2,
    "push_typed": 2,
    "push_crossed": 4,
    "push_lost": 2,
    "push_hidden": 1,
    "delete_both": 0.7,
    "undo_run": 2,
    "undo_address": 1.5,
}
SECOND = {"second_run": 2}
"""Another process tries to run while one is at work."""
OVERTAKEN = {"overtaken": 8}
"""One is asleep for so long that another one takes over. (A person's own undo or deletion needs no lease.)"""
UNGUARDED = ("delete_both", "go_on_with_merges", "merge_and_go_on")
"""These read a client and then delete or deactivate it: what changes there in between, nothing could see."""
WEATHER = {"wait": 4, "weather": 8, "calm": 6, "quota": 2}
DISPUTES = {"clash": 25, "one": 20, "resolve": 3}
"""How often these come where single reads are partial: a conflict is what a partial read could end wrongly."""
REGRETS = {"merge_and_undo": 40, "undo_run": 15}
"""How often these come where people often take back what was done."""
ACCIDENTS = {"delete_there": 25, "full": 25}
"""How often these come where few at once are too many."""
MAIL = {"deliver": 9, "inbox": 7, "lose_mail": 1}
"""Webhook calls that come, or never will, and the worker that applies them."""
MISHAPS = {"inbox_cut": 3}
"""A worker that dies while it applies them, or cannot ask Robaws about one."""
WORKER = "inbox"
AWAY = ("edit_there", "spell_there", "clear_there", "unsynced_there", "make_there", "delete_there", "restore_there")
AWAY += ("clash", "bulk_there")
"""What happens in Robaws."""

DIES, BREAKS, STOPS = "dies", "meets a broken database", "is stopped"
"""How a run may end too early: at once; by an error of the database, or by Ctrl-C, after which it can still tidy up."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step. `crash_at` is the operation at which a run ends too early, `crash` how; below zero it is the n-th
    time that it writes rows.

    `slips` happen in the middle of a run: at the n-th moment at which it holds no lock, or, where n is below
    zero, just before its n-th write request.
    """

    kind: str
    seed: int
    slips: tuple[tuple[int, "Move"], ...] = ()
    crash_at: int | None = None
    crash: str = DIES

    @property
    def chance(self) -> Random:
        return Random(self.seed)

    def __str__(self) -> str:
        crash = "" if self.crash_at is None else f" {self.crash} at {self.crash_at}"
        slips = "".join(f" | at {at}: {move}" for at, move in self.slips)
        return f"{self.kind}({self.seed}){crash}{slips}"


@dataclass(frozen=True, slots=True)
class Setup:
    """The tenant. `address` and `country` say which columns people here use for them (see `accounts.py`).

    `is_partial`: until both sides rest, half of the single reads come without custom fields.
    `guarded`: few at once are too many to be deactivated, or sent.
    `hot` decides on which few fields and customers most of the writing is done: only so both sides often meet.
    """

    clients: int
    forms: tuple[str, ...]
    lag_s: float
    policy: str
    address: str
    country: str
    knows_active: bool
    by_guid: bool
    page_cap: int | None
    allow_twins: bool
    is_partial: bool
    hot: int
    webhooks: bool = False
    guid_webhooks: bool = False
    merges: bool = False
    guarded: bool = False

    @property
    def regrets(self) -> bool:
        return self.merges and self.hot % 3 == 0

    @property
    def guards_writes(self) -> bool:
        """Whether this tenant takes JSON Patch: without its tests nothing guards a field between read and write."""
        return "json" in self.forms


@dataclass(frozen=True, slots=True)
class Case:
    seed: int
    setup: Setup
    moves: tuple[Move, ...] = field(default=())

    def with_moves(self, moves: tuple[Move, ...]) -> "Case":
        return replace(self, moves=moves)

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}", f"  {self.setup}", *(f"  {move}" for move in self.moves)])
