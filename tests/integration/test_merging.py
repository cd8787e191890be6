"""Several customers become one: here at once, in Robaws step by step, and back again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bconnect.customers.duplicates import decisions
from bconnect.customers.duplicates.models import NotDuplicate
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync import merging, unmerge
from bconnect.sync.apply import Applier
from bconnect.sync.incoming import Origin
from bconnect.sync.lease import Lease
from bconnect.sync.merge_plan import CannotMergeError
from bconnect.sync.merge_steps import Around, go_on, look_again
from bconnect.sync.models import Change, Conflict, Merge, MergedCustomer, Redirect
from bconnect.sync.reconcile import Policy
from bconnect.sync.resolve import Take, resolve
from robaws.errors import RobawsError
from robaws.simulator import Request, Response
from tests.integration.rig import Rig, client_record, customer, edit_here, snapshot

pytestmark = pytest.mark.django_db

DEACTIVATE, DELETE, KEEP = Merge.InRobaws.DEACTIVATE, Merge.InRobaws.DELETE, Merge.InRobaws.KEEP


def active(number: int, **members: Any) -> dict[str, Any]:
    """Of a tenant that shows whether a client is active."""
    return client_record(number, isActive=True, **members)


@pytest.fixture
def rig() -> Rig:
    rig = Rig(
        [
            active(1, name="Noordzee Transport BV", tel=None),
            active(2, name="Noordzee Transport", tel="+32 3 206 45 67", website="www.noordzee.be"),
            active(3, name="Noordzee Transp.", vatNumber="BE0403019261"),
            active(4, name="Somebody else"),
        ]
    )
    rig.pull("full")
    for client_id in ("1", "2", "2", "3"):
        Intake.objects.create(robaws_client_id=client_id, customer_name="Noordzee")
    return rig


@contextmanager
def means(rig: Rig, **options: Any) -> Iterator[Around]:
    with rig.client() as client, Lease() as lease:
        yield Around(client, rig.mapping, lease, Policy(rig.policy), "me", rig.clock.now, "test", **options)


def merge_here(rig: Rig, *others: str, into: str = "1", in_robaws: Any = DEACTIVATE, **options: Any) -> Merge:
    return merging.merge(into, others, in_robaws=in_robaws, who="me", now=rig.clock.now(), **options)


def in_robaws(rig: Rig, record: Merge, **options: Any) -> Merge:
    with means(rig, **options) as around:
        return go_on(record, around)


def undo(rig: Rig, record: Merge) -> unmerge.Undone:
    with means(rig) as around:
        look_again(record, around)
        undone = unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
        assert unmerge.push_restored(undone, around) == []
    return undone


def steps(record: Merge) -> list[str]:
    return list(record.merged.order_by("robaws_client_id").values_list("step", flat=True))


def values(client_id: str, *columns: str) -> dict[str, Any]:
    return dict(Customer.objects.filter(robaws_client_id=client_id).values(*columns).get())


# --- here ---------------------------------------------------------------------------------------------------


def test_the_survivor_keeps_its_values_and_takes_over_what_it_lacks(rig):
    merge_here(rig, "2", "3")
    survivor = customer("1")
    assert survivor.name == "Noordzee Transport BV"
    assert survivor.phone == "+3232064567"
    assert survivor.website == "www.noordzee.be"
    assert survivor.vat_number == "BE0403019261"
    assert not Customer.objects.filter(robaws_client_id__in=("2", "3")).exists()


def test_a_field_can_be_taken_from_any_of_them(rig):
    merge_here(rig, "2", "3", taken={"name": "3", "email": "2"})
    assert values("1", "name", "email") == {"name": "Noordzee Transp.", "email": "info@client2.be"}


def test_an_address_is_never_put_together_from_two(rig):
    edit_here("1", street=None, street_number=None, address=None, city=None, postal_code=None)
    edit_here("2", city=None, street="Havenlaan", street_number="1", address="Havenlaan 1")
    edit_here("3", city="Gent", postal_code="9000")
    merge_here(rig, "2", "3")
    assert values("1", "street", "city", "postal_code") in (
        {"street": "Havenlaan", "city": None, "postal_code": "2000"},
        {"street": "Kerkstraat", "city": "Gent", "postal_code": "9000"},
    )


def test_a_placeholder_is_no_name(rig):
    edit_here("1", name="Unknown")
    merge_here(rig, "2")
    assert customer("1").name == "Noordzee Transport"


def test_intakes_and_history_move_with_it(rig):
    edit_here("2", city="Gent")
    rig.push()
    merge_here(rig, "2", "3")
    assert Intake.objects.filter(robaws_client_id="1").count() == 4
    assert Change.objects.filter(customer=customer("1"), field="city", new="Gent").exists()


def test_what_the_survivor_took_over_is_in_its_history(rig):
    merge_here(rig, "3")
    change = Change.objects.get(source="merged")
    assert (change.field, change.new, change.actor) == ("vat_number", "BE0403019261", "me")


@pytest.mark.parametrize(
    ("into", "others", "word"),
    [
        ("9", ["1"], "no customer 9"),
        ("1", ["9"], "no customer 9"),
        ("1", ["1"], "needs a second customer"),
    ],
)
def test_what_cannot_be_merged_is_refused(rig, into, others, word):
    before = snapshot()
    with pytest.raises(CannotMergeError, match=word):
        merge_here(rig, *others, into=into)
    assert snapshot() == before


def test_a_customer_that_robaws_does_not_know_is_no_survivor_of_one_it_knows(rig):
    new = Customer.objects.create(name="Noordzee")
    with pytest.raises(CannotMergeError, match="does not know"):
        merge_here(rig, "2", into=new.robaws_client_id)


def test_one_that_was_merged_already_is_named_with_its_survivor(rig):
    merge_here(rig, "2")
    with pytest.raises(CannotMergeError, match=r"2 \(merged into 1\)"):
        merge_here(rig, "2", into="3")


def test_nothing_is_merged_on_old_knowledge(rig):
    token = merging.preview("1", ["2"]).token
    edit_here("2", city="Gent")
    with pytest.raises(CannotMergeError, match="changed meanwhile"):
        merge_here(rig, "2", token=token)
    assert customer("2").city == "Gent"


def test_the_suggested_survivor_is_the_one_with_most_intakes(rig):
    assert merging.suggested(["1", "2", "3"]) == "2"


def test_the_suggested_survivor_is_known_to_robaws(rig):
    new = Customer.objects.create(name="Noordzee", email="a@b.be", phone="+3232064567", city="Gent", role="POV")
    assert merging.suggested([new.robaws_client_id, "4"]) == "4"


# --- coming back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["incremental", "full"])
def test_no_pull_brings_a_merged_client_back(rig, kind):
    merge_here(rig, "2", "3")
    rig.edit("2", name="Noordzee again")
    tally = rig.pull(kind)
    assert tally.skipped >= 1
    assert Customer.objects.count() == 2


def test_a_webhook_for_a_merged_client_changes_nothing(rig):
    applier = Applier(rig.mapping, Policy(), now=rig.clock.now)
    merge_here(rig, "2")
    before = snapshot()
    rig.edit("2", name="Late news")
    applier.apply([rig.remote("2")], Origin.EVENT)
    assert snapshot() == before


def test_a_batch_that_was_under_way_does_not_bring_it_back(rig):
    """The applier looked for deleted ones before the merge was committed, and writes after it."""
    applier = Applier(rig.mapping, Policy(), now=rig.clock.now)
    rig.edit("2", name="Late news")
    news = applier._prepared(applier._news(decoded(rig, "2")), [], (), None)
    merge_here(rig, "2")
    tally = applier._write(news, [], Origin.EVENT, lambda tally: None)
    assert tally.skipped == 1
    assert not Customer.objects.filter(robaws_client_id="2").exists()


def decoded(rig: Rig, client_id: str) -> Any:
    from bconnect.sync.incoming import decode, salt

    return decode([rig.remote(client_id)], salt(rig.mapping))[0]


def test_a_chain_of_merges_leads_to_its_end(rig):
    merge_here(rig, "3", into="2")
    merge_here(rig, "2", into="1")
    ends = set(Redirect.objects.values_list("robaws_client_id", "customer__robaws_client_id"))
    assert ends == {("3", "1"), ("2", "1")}


# --- in Robaws ----------------------------------------------------------------------------------------------


def test_the_survivor_is_confirmed_before_the_others_are_deactivated(rig):
    record = in_robaws(rig, merge_here(rig, "2", "3"))
    assert record.state == Merge.State.DONE
    assert rig.remote("1")["vatNumber"] == "BE0403019261"
    assert [rig.remote(each)["isActive"] for each in ("2", "3")] == [False, False]
    assert not customer("1").is_pending


def test_the_others_are_deleted_where_that_was_chosen(rig):
    record = in_robaws(rig, merge_here(rig, "2", in_robaws=DELETE))
    assert record.state == Merge.State.DONE
    assert set(rig.tenant.clients) == {"1", "3", "4"}


def test_the_others_are_left_alone_where_that_was_chosen(rig):
    record = in_robaws(rig, merge_here(rig, "2", in_robaws=KEEP))
    assert record.state == Merge.State.DONE
    assert rig.remote("2")["isActive"] is True


def test_nothing_happens_to_the_others_while_the_survivor_cannot_be_pushed(rig):
    record = merge_here(rig, "3")
    rig.answer_instead("PATCH", "/api/v2/clients/1", 422)
    record = in_robaws(rig, record)
    assert record.state == Merge.State.HELD
    assert "could not be pushed" in record.error
    assert "Correct vat_number of client 1 here, and the merge goes on by itself" in record.error
    assert rig.remote("3")["isActive"] is True
    rig.answer_as_before()
    edit_here("1", vat_number="BE0400378485")
    assert in_robaws(rig, record).state == Merge.State.DONE
    assert rig.remote("3")["isActive"] is False


def test_what_stopped_a_step_is_written_down_and_it_goes_on_later(rig):
    record = merge_here(rig, "4")
    rig.answer_instead("GET", "/api/v2/clients/1", 401)
    with pytest.raises(RobawsError):
        in_robaws(rig, record)
    record.refresh_from_db()
    assert (record.state, record.attempts, record.confirmed_at) == (Merge.State.OPEN, 1, None)
    assert record.error
    assert record.tried_at is not None
    rig.answer_as_before()
    record = in_robaws(rig, record)
    assert (record.state, record.attempts, record.error) == (Merge.State.DONE, 2, "")
    assert record.merged.get().attempts == 1


def test_a_change_of_the_survivor_in_robaws_meanwhile_is_kept(rig):
    record = merge_here(rig, "3")
    rig.edit("1", email="new@client1.be")
    assert in_robaws(rig, record).state == Merge.State.DONE
    assert customer("1").email == rig.remote("1")["email"] == "new@client1.be"


def test_a_conflict_over_the_survivor_holds_the_merge_until_it_is_decided(rig):
    record = merge_here(rig, "3")
    rig.edit("1", vatNumber="BE0400378485")
    record = in_robaws(rig, record)
    assert record.state == Merge.State.HELD
    assert "vat_number is in conflict" in record.error
    assert rig.remote("3")["isActive"] is True
    resolve(Conflict.objects.get().pk, Take.OURS, None, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert in_robaws(rig, record).state == Merge.State.DONE
    assert rig.remote("1")["vatNumber"] == "BE0403019261"


def test_an_edit_of_another_in_robaws_holds_its_step_until_somebody_says_go_on(rig):
    record = merge_here(rig, "2", "3")
    rig.edit("2", tel="+32 3 206 45 99")
    record = in_robaws(rig, record)
    assert record.state == Merge.State.HELD
    assert steps(record) == ["held", "deactivated"]
    assert "phone changed in Robaws" in record.merged.get(robaws_client_id="2").error
    assert in_robaws(rig, record, anyway=True).state == Merge.State.DONE


def test_where_robaws_has_no_such_flag_the_others_are_left_and_that_is_said():
    rig = Rig([client_record(1, name="Noordzee"), client_record(2, name="Noordzee")])
    rig.pull("full")
    record = in_robaws(rig, merge_here(rig, "2"))
    assert record.state == Merge.State.DONE
    merged = record.merged.get()
    assert merged.step == "left"
    assert "can't be deactivated" in merged.error
    merging.choose(record, DELETE)
    assert in_robaws(rig, record).state == Merge.State.DONE
    assert set(rig.tenant.clients) == {"1"}


def test_what_cannot_be_deactivated_is_known_before_the_merge(rig):
    assert merging.preview("1", ["2", "3"]).stay_active == ()
    silent = Rig([client_record(8, name="Noordzee"), client_record(9, name="Noordzee")])
    silent.pull("full")
    Customer.objects.create(robaws_client_id="NEW_1", name="Noordzee")
    assert merging.preview("8", ["9", "NEW_1"]).stay_active == ("9",)


def test_a_client_that_is_gone_already_is_no_obstacle(rig):
    record = merge_here(rig, "2")
    rig.tenant.remove("2")
    assert in_robaws(rig, record).state == Merge.State.DONE
    assert steps(record) == ["gone"]


def test_a_customer_that_only_stood_here_has_no_step_in_robaws(rig):
    new = Customer.objects.create(name="Noordzee", mobile="+32475123456")
    record = in_robaws(rig, merge_here(rig, new.robaws_client_id))
    assert (record.state, steps(record)) == (Merge.State.DONE, ["none"])
    assert rig.remote("1")["gsm"] == "+32475123456"


# --- cut off and done again ---------------------------------------------------------------------------------


REQUESTS = 8
"""The survivor is read and sent; both others are read, sent, and read again."""


def test_no_request_is_left_out_of_those_it_is_killed_at(rig):
    record = merge_here(rig, "2", "3")
    assert not killed_at(rig, REQUESTS + 1, lambda: in_robaws(rig, record), after=False)


class Killed(BaseException):
    """The process dies."""


def killed_at(rig: Rig, request: int, work: Callable[[], Any], *, after: bool) -> bool:
    """Whether there was such a request to be killed at."""
    handle, count = rig.robaws.handle, 0

    def counted(asked: Request) -> Response:
        nonlocal count
        count += 1
        if count == request and not after:
            raise Killed
        response = handle(asked)
        if count == request:
            raise Killed
        return response

    rig.robaws.handle = counted  # type: ignore[method-assign]
    try:
        work()
    except Killed:
        return True
    finally:
        rig.robaws.handle = handle  # type: ignore[method-assign]
    return False


@pytest.mark.parametrize("after", [False, True], ids=["before it arrives", "after it was done"])
@pytest.mark.parametrize("choice", [DEACTIVATE, DELETE])
@pytest.mark.parametrize("request_number", range(1, REQUESTS + 1))
def test_killed_at_any_request_and_run_again_it_ends_the_same(rig, choice, request_number, after):
    record = merge_here(rig, "2", "3", in_robaws=choice)
    killed_at(rig, request_number, lambda: in_robaws(rig, record), after=after)
    record = in_robaws(rig, record)
    assert record.state == Merge.State.DONE
    assert rig.remote("1")["vatNumber"] == "BE0403019261"
    left = {each for each, client in rig.tenant.clients.items() if client.get("isActive") is not False}
    assert left == {"1", "4"}
    writes = rig.writes()
    assert in_robaws(rig, record).state == Merge.State.DONE
    rig.pull("full")
    rig.push()
    assert rig.writes() == writes
    assert Customer.objects.count() == 2


@pytest.mark.parametrize("after", [False, True], ids=["before it arrives", "after it was done"])
@pytest.mark.parametrize("choice", [DEACTIVATE, DELETE])
@pytest.mark.parametrize("request_number", range(1, REQUESTS + 1))
def test_killed_at_any_request_it_can_be_undone(rig, choice, request_number, after):
    record = merge_here(rig, "2", "3", in_robaws=choice)
    killed_at(rig, request_number, lambda: in_robaws(rig, record), after=after)
    undo(rig, record)
    rig.pull("full")
    rig.push()
    assert_as_before(rig)


def assert_as_before(rig: Rig) -> None:
    """Four customers with their own values, intakes and ids, all active on both sides, and nothing pending."""
    rows = {row.name: row for row in Customer.objects.all()}
    assert set(rows) == {"Noordzee Transport BV", "Noordzee Transport", "Noordzee Transp.", "Somebody else"}
    assert rows["Noordzee Transport BV"].vat_number is None
    assert rows["Noordzee Transp."].vat_number == "BE0403019261"
    assert rows["Noordzee Transport"].phone == "+3232064567"
    assert all(row.is_active and not row.is_pending for row in rows.values())
    intakes = {name: Intake.objects.filter(robaws_client_id=row.robaws_client_id).count() for name, row in rows.items()}
    assert intakes["Noordzee Transport"] == 2
    assert intakes["Noordzee Transp."] == intakes["Noordzee Transport BV"] == 1
    for name, row in rows.items():
        there = rig.remote(row.robaws_client_id)
        assert there["name"] == name
        assert there.get("isActive") is not False
        assert (there.get("vatNumber") or None) == row.vat_number
    assert len(rig.tenant.clients) == 4


# --- undo ---------------------------------------------------------------------------------------------------


def test_undone_before_anything_reached_robaws_all_rows_are_as_they_were(rig):
    edit_here("2", city="Gent")
    ignored = ("fingerprint", "updated_at")
    before = [{k: v for k, v in row.items() if k not in ignored} for row in snapshot()]
    record = merge_here(rig, "2", "3")
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert [{k: v for k, v in row.items() if k not in ignored} for row in snapshot()] == before
    assert not Redirect.objects.exists()


def test_undone_after_deactivation_they_are_active_again_on_both_sides(rig):
    record = in_robaws(rig, merge_here(rig, "2", "3"))
    undone = undo(rig, record)
    assert undone.left == []
    assert_as_before(rig)


def test_undone_after_deletion_they_are_made_anew_and_what_is_lost_is_said(rig):
    record = in_robaws(rig, merge_here(rig, "2", "3", in_robaws=DELETE))
    undone = undo(rig, record)
    assert any("its old id, its documents" in line for line in undone.left)
    assert_as_before(rig)
    assert not {"2", "3"} & set(rig.tenant.clients)


def test_an_edit_made_since_stays_and_is_named(rig):
    record = in_robaws(rig, merge_here(rig, "2", "3"))
    edit_here("1", phone="+3232064568")
    undone = undo(rig, record)
    assert any(line.startswith("phone of the survivor was changed since") for line in undone.left)
    assert customer("1").phone == "+3232064568"


def test_an_intake_made_since_stays_with_the_survivor(rig):
    record = merge_here(rig, "2")
    Intake.objects.create(robaws_client_id="1", customer_name="new")
    undo(rig, record)
    assert Intake.objects.filter(robaws_client_id="1").count() == 2


def test_history_goes_back_to_its_owner(rig):
    edit_here("2", city="Gent")
    rig.push()
    undo(rig, merge_here(rig, "2"))
    assert Change.objects.get(field="city").customer == customer("2")


def test_an_open_conflict_of_a_merged_customer_comes_back_with_it(rig):
    edit_here("2", city="Gent")
    rig.edit("2", address={"city": "Brugge"})
    rig.pull()
    record = merge_here(rig, "2")
    assert not Conflict.objects.exists()
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    conflict = Conflict.objects.get()
    assert (conflict.customer, conflict.ours, conflict.theirs) == (customer("2"), "Gent", "Brugge")


def test_a_change_made_in_robaws_while_it_was_merged_is_taken_in_by_the_undo(rig):
    record = merge_here(rig, "2")
    rig.edit("2", tel="+32 3 206 45 99")
    rig.pull()
    undo(rig, record)
    assert customer("2").phone == "+3232064599"


def test_a_chain_is_undone_from_its_end(rig):
    first = merge_here(rig, "3", into="2")
    second = merge_here(rig, "2", into="1")
    with pytest.raises(unmerge.CannotUndoError, match=r"undo merge .* first"):
        undo(rig, first)
    undo(rig, second)
    undo(rig, first)
    rig.push()
    assert_as_before(rig)


def test_a_merge_is_undone_once(rig):
    record = merge_here(rig, "2")
    undo(rig, record)
    with pytest.raises(unmerge.CannotUndoError, match="already"):
        undo(rig, record)
    with pytest.raises(unmerge.CannotUndoError, match="no customer 2 was merged"):
        unmerge.find("2")


def test_an_undone_pair_can_be_merged_again(rig):
    undo(rig, in_robaws(rig, merge_here(rig, "2")))
    assert in_robaws(rig, merge_here(rig, "2")).state == Merge.State.DONE
    assert MergedCustomer.objects.filter(step="deactivated").count() == 2


def test_what_was_said_not_to_be_the_same_holds_for_the_survivor_too(rig):
    numbers = {each: customer(each).pk for each in ("1", "2", "3", "4")}
    decisions.are_different([numbers["2"], numbers["4"]], who="me", now=rig.clock.now())
    before = set(NotDuplicate.objects.values_list("one_id", "other_id"))
    record = merge_here(rig, "2", "3")
    assert (numbers["1"], numbers["4"]) in NotDuplicate.objects.values_list("one_id", "other_id")
    undo(rig, record)
    assert set(NotDuplicate.objects.values_list("one_id", "other_id")) == before
