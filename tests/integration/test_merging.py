"""Several customers become one: here at once, and in Robaws step by step."""

from typing import Any

import pytest

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.sync import merging
from bconnect.sync.apply import Applier
from bconnect.sync.incoming import Origin
from bconnect.sync.merge_plan import CannotMergeError
from bconnect.sync.models import Change, Conflict, Merge, Redirect
from bconnect.sync.reconcile import Policy
from bconnect.sync.resolve import Take, resolve
from robaws.errors import RobawsError
from tests.integration.merging_rig import DELETE, KEEP, in_robaws, merge_here, noordzee, steps, values
from tests.integration.rig import Rig, client_record, customer, edit_here, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig() -> Rig:
    return noordzee()


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
