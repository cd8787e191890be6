"""How well duplicates are found: on the tenant's clients, on invented worlds with traps, under any corruption."""

import json
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from benchmarks.duplicates.corrupt import copy_of
from benchmarks.duplicates.generate import generate, pairs_of, true_pairs
from hypothesis import given, settings
from hypothesis import strategies as st

from bconnect.customers.duplicates.evidence import Tier, compare
from bconnect.customers.duplicates.features import Features, features
from bconnect.customers.duplicates.finder import pairs_among
from bconnect.customers.duplicates.grouping import Group, group
from bconnect.customers.duplicates.names import fold
from bconnect.sync.mapping import Tenant, UnusableRecordError, project
from robaws.records import ABSENT
from robaws.simulator import bundled_clients

TRUTH = json.loads((Path(__file__).parents[2] / "data/clients_4017.truth.json").read_text())


def grouped(everybody: dict[int, Features]) -> list[Group]:
    pairs, blocks = pairs_among(list(everybody.values()), Tier.LIKELY)
    return group(
        pairs, lambda one, other: compare(everybody[one], everybody[other], blocks.holders), lambda one, other: False
    )


def found(groups: list[Group], tier: Tier | None = None) -> set[tuple[int, int]]:
    return set(pairs_of(each.members for each in groups if tier in (None, each.tier)))


def precision(found: set[Any], true: set[Any]) -> float:
    return len(found & true) / len(found)


@pytest.fixture(scope="module")
def tenants() -> list[Group]:
    tenant, everybody = Tenant("Role", "", "BE"), {}
    for record in bundled_clients():
        number = int(record["id"])
        try:
            read = project(record, tenant)
        except UnusableRecordError:
            continue
        values: dict[str, Any] = {column: None if value is ABSENT else value for column, value in read.values.items()}
        everybody[number] = features(number, values | {"issues": read.issues, "alternates": read.alternates})
    return grouped(everybody)


def of_truth(name: str) -> set[tuple[int, int]]:
    return set(pairs_of([int(each) for each in members] for members in TRUTH[name]))


def test_the_tenants_duplicates_are_found(tenants):
    true, pairs = of_truth("duplicate_groups"), found(tenants)
    assert 2 * len(true & pairs) / (len(true) + len(pairs)) >= 0.97


@pytest.mark.parametrize("name", ["placeholder_groups", "lookalikes"])
def test_placeholders_and_lookalikes_are_not_grouped(tenants, name):
    assert not found(tenants) & of_truth(name)


@pytest.mark.parametrize("seed", range(11, 17))
def test_the_tiers_keep_their_word_in_a_world_of_traps(seed):
    """8,000 customers with branches, sisters, accountants, switchboards, families, namesakes, look-alikes."""
    world = generate(8000, seed)
    groups = grouped({row["id"]: features(row["id"], row) for row in world.rows})
    true = true_pairs(world)
    assert precision(found(groups, Tier.NEAR_CERTAIN), true) >= 0.99
    assert precision(found(groups, Tier.LIKELY), true) >= 0.95
    pairs = found(groups)
    assert len(pairs & true) / len(true) >= 0.92


PERSON = {
    "name": "Nancy Deckers",
    "email": "nancy.deckers@telenet.be",
    "mobile": "+32471206493",
    "phone": "+3237720001",
    "street": "Stationsstraat",
    "street_number": "399",
    "city": "Beveren",
    "postal_code": "9120",
    "country_code": "BE",
    "vat_number": None,
    "website": None,
    "is_firm": False,
}
FIRM = {
    **PERSON,
    "name": "Noordzee Transport BV",
    "email": "nancy@noordzee.be",
    "vat_number": "BE0403019261",
    "website": "www.noordzee.be",
    "is_firm": True,
}


@given(st.sampled_from([PERSON, FIRM]), st.integers(0, 2**32))
@settings(max_examples=400, deadline=None)
def test_a_copy_that_keeps_enough_is_found(row, seed):
    """Whatever happened to the rest: the name can be read, it is in the same place, two ways to reach it are kept."""
    copy = copy_of(row, Random(seed))
    copy["city"], copy["postal_code"] = row["city"], row["postal_code"]
    copy["email"], copy["mobile"] = row["email"], row["mobile"]
    assert compare(features(1, row), features(2, copy), lambda key: 1).score >= Tier.LIKELY


@given(st.sampled_from([PERSON, FIRM]), st.integers(0, 2**32), st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_it_does_not_matter_who_is_compared_with_whom(row, one_seed, other_seed):
    one, other = (features(n, copy_of(row, Random(seed))) for n, seed in ((1, one_seed), (2, other_seed)))
    forth, back = compare(one, other, lambda key: 1), compare(other, one, lambda key: 1)
    assert (forth.score, set(forth.reasons)) == (back.score, set(back.reasons))


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_compared(one, other):
    rows = [{"name": text, "city": text, "street": text, "email": text, "website": text} for text in (one, other)]
    left, right = features(1, rows[0]), features(2, rows[1])
    assert 0 <= compare(left, right, lambda key: 1).score <= 100
    assert fold(fold(one)) == fold(one)


def test_all_pairs_of_a_small_world_that_are_near_certain_share_a_match_key():
    """Blocking loses next to nothing: hardly a pair scores high that is never compared."""
    world = generate(1200, 3)
    everybody = {row["id"]: features(row["id"], row) for row in world.rows}
    pairs, blocks = pairs_among(list(everybody.values()), Tier.NEAR_CERTAIN)
    all_pairs = {
        (one, other)
        for one, other in combinations(sorted(everybody), 2)
        if compare(everybody[one], everybody[other], blocks.holders).score >= Tier.NEAR_CERTAIN
    }
    assert all_pairs == {(pair.one, pair.other) for pair in pairs}


@pytest.mark.parametrize("at_least", list(Tier))
def test_whoever_asks_for_high_scores_only_is_told_the_same_of_those(at_least):
    """The glance that drops a pair never drops one that would have made it, however common what it shares."""
    world = generate(2500, 4)
    everybody = {row["id"]: features(row["id"], row) for row in world.rows}
    for pair in pairs_among(list(everybody.values()), 1)[0]:
        one, other = everybody[pair.one], everybody[pair.other]
        for names in (1, 3, 60):
            whole = compare(one, other, lambda key, names=names: names)
            found = compare(one, other, lambda key, names=names: names, at_least)
            assert found == whole if whole.score >= at_least else found.score < at_least
