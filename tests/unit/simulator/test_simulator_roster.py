"""The store of clients against a plain dictionary, and the replica against the past."""

from hypothesis import given
from hypothesis import strategies as st
from simulated_caller import Clock, record

from robaws.simulator import Mode, Tenant
from robaws.simulator.roster import Entry, Roster

NUMBERS = st.integers(1, 12)
CHANGES = st.lists(st.tuples(st.booleans(), NUMBERS, st.text(max_size=3)), max_size=40)


@given(st.lists(NUMBERS, unique=True), CHANGES)
def test_a_roster_is_a_dictionary_in_the_order_of_ids(numbers: list[int], changes: list[tuple[bool, int, str]]) -> None:
    roster = Roster(Entry(record(number)) for number in numbers)
    model = {number: record(number) for number in numbers}
    for is_drop, number, name in changes:
        if is_drop:
            roster.drop(number)
            model.pop(number, None)
        else:
            roster.put(Entry(record(number, name=name)))
            model[number] = record(number, name=name)
    assert [entry.record for entry in roster] == [model[number] for number in sorted(model)]
    assert (len(roster), roster.highest) == (len(model), max(model, default=0))


@given(st.lists(st.tuples(st.sampled_from("ard"), st.integers(0, 10**6), st.floats(0, 20)), max_size=30))
def test_the_replica_is_the_live_state_of_so_many_seconds_ago(steps: list[tuple[str, int, float]]) -> None:
    clock = Clock()
    tenant = Tenant([record(number) for number in range(1, 5)], clock=clock, replica_lag_s=10)
    history = [(clock.now, dict(tenant.clients))]
    for step, choice, pause_s in steps:
        ids = list(tenant.clients)
        if step == "a" or not ids:
            tenant.add({"name": "Added"})
        elif step == "r":
            tenant.edit(ids[choice % len(ids)], {"name": f"Name {choice}"})
        else:
            tenant.remove(ids[choice % len(ids)])
        history.append((clock.now, dict(tenant.clients)))
        clock.advance(pause_s)
        past = [state for moment, state in history if moment + 10 <= clock.now] or [history[0][1]]
        shown = {str(entry.number): entry.record for entry in tenant.selection(Mode.REPLICA).roster}
        assert shown == past[-1]


def test_a_shown_client_is_encoded_once_and_follows_a_change() -> None:
    tenant = Tenant([record(1)])
    roster = tenant.selection(Mode.LIVE).roster
    before = roster.ordered[0]
    assert before.shown(frozenset({"extraFields"})) is before.body
    assert before.shown(frozenset()) is before.shown(frozenset())
    tenant.edit("1", {"name": "Changed"})
    assert b"Changed" in roster.ordered[0].shown(frozenset())
    assert b"Changed" not in before.body


def test_contacts_are_shown_only_where_they_are_included() -> None:
    entry = Entry(record(1, contacts=[{"id": "7"}]))
    assert b"contacts" not in entry.shown(frozenset({"extraFields"}))
    assert b'"contacts":[{"id":"7"}]' in entry.shown(frozenset({"contacts"}))
