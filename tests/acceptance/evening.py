"""What must be true when a day is over: no edit lost, nobody doubled, nothing left that moves."""

from tests.acceptance.databases import CUSTOMERS
from tests.acceptance.day import BOTH, OURS, THEIRS, Day

CONFLICTS = "sync_conflicts"


def judge(day: Day) -> None:
    no_edit_is_lost(day)
    nobody_is_lost_or_doubled(day)
    the_removed_are_inactive(day)
    accepted_means_applied(day)
    limits_were_kept(day)
    nothing_moves_any_more(day)


def no_edit_is_lost(day: Day) -> None:
    for (client_id, field), value in day.here.items():
        if field == OURS:
            assert day.rig.database.customer(client_id, field) == (value,), _story(day, client_id, field)
            assert day.rig.remote.client(client_id)["address"]["city"] == value, _story(day, client_id, field)
    for (client_id, field), value in day.there.items():
        if field == THEIRS:
            assert day.rig.remote.client(client_id)["name"] == value, _story(day, client_id, field)
            assert day.rig.database.customer(client_id, field) == (value,), _story(day, client_id, field)
    for client_id in {each for each, field in day.here.keys() | day.there.keys() if field == BOTH}:
        _a_clash_is_kept_or_settled(day, client_id)


def _story(day: Day, client_id: str, field: str) -> str:
    """What is known of a field that is not as it should be."""
    row = day.rig.database.query(
        f"SELECT id, {field}, base, is_pending, remote_updated_at, last_pushed_to_robaws_at, metadata FROM {CUSTOMERS} "
        "WHERE robaws_client_id = %s", client_id,
    )  # fmt: skip
    changes = day.rig.database.query(
        "SELECT old, new, source, run_id, at FROM customer_changes WHERE customer_id = %s AND field = %s ORDER BY id",
        row[0][0], field,
    )  # fmt: skip
    last = day.here.get((client_id, field)), day.there.get((client_id, field))
    return f"client {client_id}.{field}: written last {last}\n{row}\n{day.rig.remote.client(client_id)}\n" + "\n".join(
        map(str, changes)
    )


def _a_clash_is_kept_or_settled(day: Day, client_id: str) -> None:
    """Both sides wrote it: they agree on what one of them wrote last, or both values are kept."""
    (here,) = day.rig.database.customer(client_id, BOTH)
    there = day.rig.remote.client(client_id)["address"]["postalCode"]
    last = (day.here.get((client_id, BOTH), here), day.there.get((client_id, BOTH), there))
    if here == there:
        assert here in last, f"client {client_id}: {here!r} was not the last of either side, {last}"
        return
    assert (here, there) == last
    kept = f"SELECT ours, theirs FROM {CONFLICTS} c JOIN {CUSTOMERS} r ON r.id = c.customer_id "
    kept += "WHERE r.robaws_client_id = %s AND field = %s AND resolved_at IS NULL"
    found = day.rig.database.query(kept, client_id, BOTH)
    assert len(found) == 1, f"client {client_id}: {here!r} here and {there!r} there, and nobody is told"


def nobody_is_lost_or_doubled(day: Day) -> None:
    names: dict[str, list[str]] = {}
    for client_id in day.rig.remote.ids():
        names.setdefault(day.rig.remote.client(client_id)["name"], []).append(client_id)
    rows = dict(day.rig.database.query(f"SELECT robaws_client_id, name FROM {CUSTOMERS}"))
    for name, city in day.made_here.items():
        assert len(names.get(name, [])) == 1, f"{name} was made once here and is {names.get(name)} in Robaws"
        (client_id,) = names[name]
        assert [each for each, known in rows.items() if known == name] == [client_id]
        assert day.rig.remote.client(client_id)["address"]["city"] == city
    for name, client_id in day.made_there.items():
        assert rows.get(client_id) == name
    for client_id, name in day.rig.database.query("SELECT robaws_client_id, customer_name FROM intakes"):
        assert rows.get(client_id) == name, f"the intake of {name} refers to {client_id}"


def the_removed_are_inactive(day: Day) -> None:
    for client_id in day.removed & day.rig.database.ids():
        assert not day.rig.database.customer(client_id, "is_active")[0]


def accepted_means_applied(day: Day) -> None:
    statuses = dict(day.rig.database.query("SELECT status, count(*) FROM robaws_webhook_logs GROUP BY status"))
    assert statuses.keys() <= {"processed", "ignored"}, statuses
    assert statuses.get("processed", 0) > 0, "no webhook came"


def limits_were_kept(day: Day) -> None:
    assert day.rig.remote.stats()["too_many"] == 0


def nothing_moves_any_more(day: Day) -> None:
    before, writes = day.rig.database.rows(), day.rig.remote.stats()["writes"]
    day.rig.pull("--full")
    day.rig.run("--push", "--yes-all", "--json")
    assert day.rig.database.rows() == before
    assert day.rig.remote.stats()["writes"] == writes
