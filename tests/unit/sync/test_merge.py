"""The merge, cell by cell and as a whole: what it decides, and what it can never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bconnect.customers.fields import COLUMNS, COUNTRY, Place, same
from bconnect.sync.mapping import Tenant
from bconnect.sync.merge import Verdict, judge, merge
from bconnect.sync.reconcile import Policy, full_base, reconcile
from robaws.records import ABSENT

B, L, R = "base", "local", "remote"


def equal(one: object, other: object) -> bool:
    return one == other


@pytest.mark.parametrize(
    ("base", "local", "remote", "verdict"),
    [
        # local = base
        (B, B, B, Verdict.UNCHANGED),
        (B, B, ABSENT, Verdict.UNCHANGED),
        (B, B, R, Verdict.TAKE),
        (B, B, None, Verdict.TAKE),
        (None, None, R, Verdict.TAKE),
        (None, None, None, Verdict.UNCHANGED),
        (None, None, ABSENT, Verdict.UNCHANGED),
        # only we changed it
        (B, L, B, Verdict.KEEP),
        (B, L, ABSENT, Verdict.KEEP),
        (B, None, B, Verdict.KEEP),
        (B, None, ABSENT, Verdict.KEEP),
        (None, L, None, Verdict.KEEP),
        (None, L, ABSENT, Verdict.KEEP),
        # both changed it
        (B, L, L, Verdict.AGREED),
        (B, None, None, Verdict.AGREED),
        (None, L, L, Verdict.AGREED),
        (B, L, R, Verdict.CONFLICT),
        (B, None, R, Verdict.CONFLICT),
        (B, L, None, Verdict.CONFLICT),
        (None, L, R, Verdict.CONFLICT),
        # flags
        (True, True, False, Verdict.TAKE),
        (True, False, True, Verdict.KEEP),
        (True, False, False, Verdict.AGREED),
    ],
)
def test_every_cell(base, local, remote, verdict):
    assert judge(base, local, remote, equal) is verdict


VALUES = st.sampled_from([None, "a", "b", "c", "d"])


@given(VALUES, VALUES, VALUES)
def test_swapping_the_sides_swaps_the_result(base, local, remote):
    mirrored = {Verdict.TAKE: Verdict.KEEP, Verdict.KEEP: Verdict.TAKE}
    verdict = judge(base, local, remote, equal)
    assert judge(base, remote, local, equal) is mirrored.get(verdict, verdict)


@given(VALUES, VALUES)
def test_an_absent_remote_reads_like_the_base(base, local):
    assert judge(base, local, ABSENT, equal) is judge(base, local, base, equal)


def test_a_field_missing_from_the_record_is_absent():
    (decision,) = merge({"x": B}, {"x": L}, {}, ("x",), lambda field, one, other: one == other)
    assert (decision.verdict, decision.remote) == (Verdict.KEEP, ABSENT)


# --- applied to a row -------------------------------------------------------------------------------

TENANT = Tenant("Role", "", "BE")
TEXTS = st.one_of(
    st.none(), st.sampled_from(["Gent", "Brugge", "03 206 45 67", "+3232064567", "BE 0403.019.261", "België", "FR", ""])
)
ROWS = st.fixed_dictionaries(
    {column: TEXTS for column in COLUMNS if column != "is_active"} | {"is_active": st.booleans()}
)


def shown_as_one(remote):
    """A record shows a country's name and its code, or neither: see `test_a_country_is_shown_whole`."""
    is_shown = all(remote[column] is not ABSENT for column in COUNTRY)
    return remote if is_shown else remote | dict.fromkeys(COUNTRY, ABSENT)


REMOTES = st.fixed_dictionaries(
    {column: st.one_of(st.just(ABSENT), TEXTS) for column in COLUMNS if column != "is_active"}
    | {"is_active": st.one_of(st.just(ABSENT), st.booleans())}
).map(shown_as_one)
POLICIES = st.sampled_from([Policy(), Policy("robaws"), Policy("bconnect"), Policy("manual", {"city": "robaws"})])


def place(row):
    return Place(row["country_code"], TENANT.default_country)


@given(ROWS, ROWS, REMOTES, POLICIES)
def test_merging_again_changes_nothing(base, local, remote, policy):
    row = {**local, "base": base}
    once = reconcile(row, remote, TENANT, policy, {})
    in_conflict = {decision.field: decision.remote for decision in once.conflicts}
    again = reconcile({**once.local, "base": once.base}, remote, TENANT, policy, in_conflict)
    # A country that was taken may let a phone number be read better: only the meaning has to stay.
    for column in COLUMNS:
        assert same(column, again.local[column], once.local[column], place(once.local))
        assert same(column, again.base[column], once.base[column], place(once.local))
    assert not again.taken


@given(ROWS, ROWS, REMOTES)
def test_no_value_that_only_one_side_holds_disappears(base, local, remote):
    row = {**local, "base": base}
    result = reconcile(row, remote, TENANT, Policy(), {})
    conflicts = {decision.field: decision for decision in result.conflicts}
    for column in COLUMNS:
        ours_is_new = not same(column, local[column], base[column], place(row))
        theirs_is_new = remote[column] is not ABSENT and not same(column, remote[column], base[column], place(row))
        if ours_is_new:
            assert same(column, result.local[column], local[column], place(row)), "our edit is still here"
        if theirs_is_new and not waits_with_its_other_half(column, result):
            kept = conflicts[column].remote if column in conflicts else result.base[column]
            assert same(column, kept, remote[column], place(row)), "theirs is here, or in a conflict"


def waits_with_its_other_half(column, result):
    """Their half of a country of which ours is in conflict: nothing is agreed on it, so it is seen again later."""
    if column not in COUNTRY:
        return False
    (decision,) = (each for each in result.decisions if each.field == column)
    (other,) = {*COUNTRY} - {column}
    is_left = decision.verdict is Verdict.UNCHANGED and result.local[column] == result.base[column] == decision.base
    return is_left and other in {each.field for each in result.conflicts}


@given(ROWS, ROWS, REMOTES, st.dictionaries(st.sampled_from(COLUMNS[:-1]), TEXTS))
def test_a_conflict_tells_what_robaws_holds(base, local, remote, open_conflicts):
    result = reconcile({**local, "base": base}, remote, TENANT, Policy(), open_conflicts)
    assert all(decision.remote is not ABSENT for decision in result.conflicts)


@given(ROWS, ROWS, REMOTES)
def test_what_is_pending_afterwards_is_what_we_changed_and_they_have_not(base, local, remote):
    row = {**local, "base": base}
    result = reconcile(row, remote, TENANT, Policy(), {})
    for decision in result.decisions:
        is_pending = not same(decision.field, result.local[decision.field], result.base[decision.field], place(row))
        assert is_pending == (decision.verdict in (Verdict.KEEP, Verdict.CONFLICT))


def test_without_a_base_nothing_was_agreed_and_everybody_is_active():
    assert full_base(None) == dict.fromkeys(COLUMNS) | {"is_active": True}
