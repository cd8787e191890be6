"""The set of ids is a set like any other, whatever the ids look like, and small where they are running numbers."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from robaws.id_set import IdSet

ids = st.one_of(
    st.integers(0, 3000).map(str),
    st.integers(0, 10**22).map(str),
    st.sampled_from(["", "0", "00", "07", "-1", "+7", "7 ", "1_0", "٧", "²", "a7", "9" * 5000]),
    st.text(max_size=4),
)


@given(st.lists(st.tuples(st.booleans(), ids)), st.lists(ids))
def test_it_holds_what_a_set_would(steps: list[tuple[bool, str]], asked: list[str]) -> None:
    ours, plain = IdSet(), set[str]()
    for is_added, each in steps:
        if is_added:
            assert ours.add_new(each) is (each not in plain)
            plain.add(each)
        else:
            ours.discard(each)
            plain.discard(each)
    assert ours == plain
    assert sorted(ours) == sorted(plain)
    assert len(ours) == len(plain)
    assert bool(ours) == bool(plain)
    assert [each in ours for each in asked] == [each in plain for each in asked]
    assert set(asked) - ours == set(asked) - plain


def test_it_holds_no_absent_id() -> None:
    assert None not in IdSet(["7", "x"])


def test_a_hundred_thousand_running_numbers_take_less_than_a_tenth_of_a_megabyte() -> None:
    found = IdSet(str(number) for number in range(1_000_000, 1_100_000))
    groups = found._groups
    assert len(found) == 100_000
    assert sys.getsizeof(groups) + sum(map(sys.getsizeof, groups.values())) < 100_000
