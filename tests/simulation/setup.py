"""One case: how this tenant is, and the history that is played on it. Both come from the seed alone."""

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
"""Customers that are merged, what follows in Robaws, and what takes it back."""
RUNS = {
    "full": 6,
    "incremental": 14,
    "limited": 2,
    "one": 4,
    "push": 14,
    "push_limited": 1,
    "push_one": 3,
    "push_spelt": 1.5,
    "push_cut": 2,
    "push_typed": 2,
    "push_crossed": 2,
    "delete_both": 0.7,
    "undo_run": 2,
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

GUARDED_SHARE = 0.2
COUNTRY_STYLES = ("code", "name", "national")


@dataclass(frozen=True, slots=True)
class Move:
    """One step. `crash_at` is the operation at which a run ends too early, `crash` how.

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


def case_of(seed: int) -> Case:
    chance = Random(seed)
    setup = Setup(
        clients=chance.randint(1, 7),
        forms=chance.choice(
            (("json", "merge"), ("json", "merge"), ("json",), ("merge",), ("plain",), ("json", "plain"))
        ),
        lag_s=chance.choice((0.0, 0.0, 5.0, 45.0, 600.0)),
        policy=chance.choice(("manual",) * 8 + ("robaws", "bconnect")),
        address=chance.choice(("parts", "lines")),
        country=chance.choice(COUNTRY_STYLES),
        knows_active=chance.random() < 0.5,
        by_guid=chance.random() < 0.3,
        page_cap=chance.choice((None, 2, 3)),
        allow_twins=chance.random() < 0.5,
        is_partial=chance.random() < 0.15,
        hot=chance.getrandbits(16),
        webhooks=chance.random() < 0.45,
        guid_webhooks=chance.random() < 0.4,
        merges=chance.random() < 0.4,
        guarded=chance.random() < GUARDED_SHARE,
    )
    first = () if chance.random() < 0.1 else (Move("full", chance.getrandbits(32), (), *_crash(chance, 0.5)),)
    moves = tuple(_move(chance, setup) for _ in range(chance.randint(5, 24)))
    return Case(seed, setup, first + moves)


def _move(chance: Random, setup: Setup) -> Move:
    kinds = _people(setup) | RUNS | WEATHER | (STEPS if setup.merges else {}) | (DISPUTES if setup.is_partial else {})
    kinds |= MISHAPS if setup.webhooks else {}
    kinds |= (REGRETS if setup.regrets else {}) | (ACCIDENTS if setup.guarded else {})
    kind = chance.choices(tuple(kinds), tuple(kinds.values()))[0]
    seed = chance.getrandbits(32)
    if kind not in (*RUNS, *STEPS, WORKER):
        return Move(kind, seed)
    return Move(kind, seed, _slips(chance, kind, setup), *_crash(chance, 0.2))


def _people(setup: Setup) -> dict[str, float]:
    return PEOPLE | (MERGING if setup.merges else {}) | (MAIL if setup.webhooks else {})


def _crash(chance: Random, share: float) -> tuple[int | None, str]:
    if chance.random() >= share:
        return None, DIES
    at = chance.choice((chance.randint(1, 25), chance.randint(20, 70), chance.randint(1, 120)))
    return at, chance.choice((DIES, DIES, BREAKS, STOPS))


def _slips(chance: Random, run: str, setup: Setup) -> tuple[tuple[int, Move], ...]:
    if chance.random() < 0.55:
        return ()
    writes = run.startswith("push") or run in ("undo_merge", "merge_and_undo")
    unguarded = run in UNGUARDED or (writes and not setup.guards_writes)
    meanwhile = _people(setup) | (SECOND if run != WORKER else {}) | (OVERTAKEN if _is_leased(run) else {})
    kinds = {kind: weight for kind, weight in meanwhile.items() if not (unguarded and kind in AWAY)}
    count = chance.choice((1, 1, 1, 2, 3))
    picked = chance.choices(tuple(kinds), tuple(kinds.values()), k=count)
    moments = sorted(_moment(chance, run) for _ in range(count))
    return tuple((at, Move(kind, chance.getrandbits(32))) for at, kind in zip(moments, picked, strict=True))


def _is_leased(run: str) -> bool:
    return run in RUNS and run not in ("delete_both", "undo_run")


def _moment(chance: Random, run: str) -> int:
    if run.startswith("push") and chance.random() < 0.5:
        return -chance.choice((1, 1, 2, 3))
    return chance.choice((chance.randint(1, 8), chance.randint(1, 30)))
