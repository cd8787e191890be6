"""Keeping up: customers that are new or changed since the last look are compared, and only those.

Who changed is seen by comparing the values themselves, so an edit counts however it was made.
"""

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bconnect.customers.duplicates import bulk, groups, index, rows
from bconnect.customers.duplicates.aside import Aside
from bconnect.customers.duplicates.evidence import Tier, compare
from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.finder import each_pair, pair, pairs_among
from bconnect.customers.duplicates.keylist import KeyList
from bconnect.customers.duplicates.models import LastLook
from bconnect.customers.duplicates.quality_days import note_day

AT_ONCE, _READ_AT_ONCE = 500, 5000
ANEW_FROM, ANEW_SHARE = 2000, 0.1
"""When more than so many, and more than this share of all, have changed, all is worked out anew: that is faster."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many customers were looked at, and whether that were all there are."""

    looked_at: int
    anew: bool = False


def refresh(now: datetime, *, anew: bool = False, progress: Callable[[], None] = lambda: None) -> Refreshed:
    """Bring keys, pairs, groups and quality up to date. `progress` is called between slices and may raise."""
    changed, gone = rows.changed(), rows.vanished()
    if anew or (len(changed) >= ANEW_FROM and len(changed) > index.known_count() * ANEW_SHARE):
        return Refreshed(_all(now), anew=True)
    # The same order each time, so that a run that is stopped goes on where it was.
    slices = [gone[start : start + AT_ONCE] for start in range(0, len(gone), AT_ONCE)]
    for some in slices:
        _some([], some, now)
        progress()
    for start in range(0, len(changed), AT_ONCE):
        _some(changed[start : start + AT_ONCE], [], now)
        progress()
    with transaction.atomic():
        note_day(now)
    return Refreshed(len(changed) + len(gone))


def follow(changed: Collection[int], gone: Collection[int], now: datetime) -> None:
    """Bring just these up to date, without looking for others: right after something was done with them."""
    _some(changed, gone, now)


def _lock(now: datetime) -> None:
    """One at a time. On SQLite every transaction of ours begins with the write lock anyway."""
    LastLook.objects.bulk_create([LastLook()], ignore_conflicts=True)
    look = LastLook.objects.select_for_update().get()
    look.at = now
    look.save(update_fields=["at"])


def _all(now: datetime) -> int:
    """Read and compare first, then write: whoever edits meanwhile waits for the writing only, and is seen next time."""
    everybody: list[Features] = []
    all_keys = KeyList()
    with _no_cycles(), Aside() as profiles:
        for some in bulk.chunks(rows.look(), _READ_AT_ONCE):
            profiles.put([index.profile_row(each) for each in some])
            for each in some:
                all_keys.add(len(everybody), each.keys)
                everybody.append(each.features)
        all_keys.sort()
        pairs, blocks = pairs_among(everybody, Tier.POSSIBLE, all_keys)
        with transaction.atomic():
            _lock(now)
            index.remember_all(everybody, all_keys, profiles)
            groups.replace_all(pairs, everybody, blocks.holders, now)
            note_day(now)
    return len(everybody)


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Millions of small values without a cycle among them: looking for some takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _some(changed: Collection[int], gone: Collection[int], now: datetime) -> None:
    """These customers, and every pair whose evidence they are part of: a value that more have is worth less."""
    with transaction.atomic():
        _lock(now)
        looked = list(rows.look(changed))
        touched = index.remember(looked, gone)
        blocks = index.blocks(touched)
        candidates = {both for block in blocks.candidates() for both in each_pair(sorted(block))}
        features = rows.features_of({each for both in candidates for each in both})
        blocks = index.with_keys_of(blocks, features.values())
        found = []
        for one, other in candidates:
            if one in features and other in features:
                evidence = compare(features[one], features[other], blocks.holders, Tier.POSSIBLE)
                if evidence.score >= Tier.POSSIBLE:
                    found.append(pair(one, other, evidence))
        affected = groups.replace_some(found, candidates, {*changed, *gone})
        groups.regroup(affected, now)
