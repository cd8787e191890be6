"""Groups are made without chaining unlike customers together."""

from bconnect.customers.duplicates.evidence import Evidence
from bconnect.customers.duplicates.grouping import Pair, group


def pair(one: int, other: int, score: int, *reasons: str) -> Pair:
    return Pair(one, other, score, reasons or ("same name",))


def groups(pairs: list[Pair], unknown: Evidence, apart: set[tuple[int, int]] = frozenset()) -> list[tuple[int, ...]]:  # type: ignore[assignment]
    found = group(pairs, lambda one, other: unknown, lambda one, other: (min(one, other), max(one, other)) in apart)
    return [each.members for each in found]


UNLIKE, PARTED, WEAK = Evidence(10, ()), Evidence(70, (), parts=True), Evidence(60, ())


def test_a_chain_of_unlike_customers_is_cut_at_its_weakest_pair():
    assert groups([pair(1, 2, 95), pair(2, 3, 85)], UNLIKE) == [(1, 2)]


def test_two_that_cannot_be_one_are_in_no_group_whatever_lies_between():
    assert groups([pair(1, 2, 95), pair(2, 3, 90)], PARTED) == [(1, 2)]


def test_a_weaker_pair_inside_a_group_does_no_harm():
    assert groups([pair(1, 2, 95), pair(2, 3, 85)], WEAK) == [(1, 2, 3)]


def test_what_somebody_parted_stays_apart():
    assert groups([pair(1, 2, 99)], WEAK, {(1, 2)}) == []
    assert groups([pair(1, 2, 99), pair(2, 3, 98), pair(1, 3, 97)], WEAK, {(1, 3)}) == [(1, 2)]


def test_a_group_is_as_sure_as_its_weakest_pair_and_says_what_all_share():
    found = group(
        [pair(1, 2, 99, "same VAT number", "same name"), pair(2, 3, 85, "same name", "same phone")],
        lambda one, other: WEAK,
        lambda one, other: False,
    )[0]
    assert (found.score, found.reasons) == (85, ("same name",))


def test_the_order_of_the_pairs_does_not_matter():
    pairs = [pair(1, 2, 90), pair(3, 4, 90), pair(2, 3, 85), pair(4, 5, 96)]
    assert groups(pairs, WEAK) == groups(pairs[::-1], WEAK)
