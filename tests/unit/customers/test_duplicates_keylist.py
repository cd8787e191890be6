"""Keys in arrays, rows in a nameless file: what goes in comes out, in order."""

from hypothesis import given
from hypothesis import strategies as st

from bconnect.customers.duplicates.aside import Aside
from bconnect.customers.duplicates.keylist import KeyList

KEYS = st.integers(0, 2**63 - 1)
FEW = st.sampled_from([0, 1, 2**58 - 1, 2**58, 2**62, 2**63 - 1])


@given(st.lists(st.lists(st.one_of(KEYS, FEW), max_size=6, unique=True), max_size=20))
def test_whoever_shares_a_key_stands_side_by_side(keys_of_each):
    everybody = KeyList(keys_of_each)
    everybody.sort()
    assert list(everybody) == sorted((key, row) for row, keys in enumerate(keys_of_each) for key in keys)
    rows: dict[int, list[int]] = {}
    for row, keys in enumerate(keys_of_each):
        for key in keys:
            rows.setdefault(key, []).append(row)
    assert {key: list(found) for key, found in everybody.shared()} == {k: v for k, v in rows.items() if len(v) > 1}


def test_what_is_put_aside_comes_back_as_often_as_it_is_asked_for():
    many = [(number, "x" * 5000, "", 1) for number in range(2000)]  # more than stays in memory
    lists = [[(1, "é\x1f中", "", 5)], [], many]
    with Aside() as aside:
        for rows in lists:
            aside.put(rows)
        for _ in range(2):
            assert list(aside) == [row for rows in lists for row in rows]
