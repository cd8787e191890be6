"""A case from its seed: the tenant's habits, and the moves. Everything else that happens is drawn from these."""

from random import Random

from tests.simulation.episodes import episode
from tests.simulation.setup import (
    ACCIDENTS,
    AWAY,
    BREAKS,
    DIES,
    DISPUTES,
    MAIL,
    MERGING,
    MISHAPS,
    OVERTAKEN,
    PEOPLE,
    REGRETS,
    RUNS,
    SECOND,
    STEPS,
    STOPS,
    UNGUARDED,
    WEATHER,
    WORKER,
    Case,
    Move,
    Setup,
)

GUARDED_SHARE = 0.2
WRITING_SHARE = 0.3
COUNTRY_STYLES = ("code", "name", "national")


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
    return Case(seed, setup, first + moves + episode(chance, setup))


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
    at = -chance.randint(1, 4) if chance.random() < WRITING_SHARE else at
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
    return run in RUNS and run not in ("delete_both", "undo_run", "undo_address")


def _moment(chance: Random, run: str) -> int:
    if run.startswith("push") and chance.random() < 0.5:
        return -chance.choice((1, 1, 2, 3))
    return chance.choice((chance.randint(1, 8), chance.randint(1, 30)))
