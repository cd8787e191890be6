"""Faults of the product that a random history found, each as the shortest history that shows it."""

import pytest
from django.db import connection

from bconnect.customers.models import Customer, new_client_id
from bconnect.sync import unmerge
from bconnect.sync.forget import forget
from bconnect.sync.models import Change, Conflict, Merge, Redirect
from bconnect.sync.resolve import Take, resolve
from bconnect.sync.undo import Undone, undo
from tests.integration.merging_rig import active, in_robaws, means, merge_here
from tests.integration.merging_rig import undo as undo_merge
from tests.integration.rig import Rig, client_record, customer, edit_here, snapshot

pytestmark = pytest.mark.django_db

SECTOR = {"type": "TEXT", "group": None, "stringValue": "fruit"}
ROLE = {"type": "SELECT", "group": None, "stringValue": "FORWARDER"}


def rig_with(**members) -> Rig:
    rig = Rig([client_record(1, **members)], patch_forms={"json", "merge"})
    rig.pull("full")
    return rig


def in_conflict(rig: Rig) -> Conflict:
    edit_here("1", website="www.ours.be")
    rig.edit("1", website="www.theirs.be")
    rig.pull()
    return Conflict.objects.get(resolved_at=None)


def test_a_row_with_an_open_conflict_is_not_written_again_by_every_pull():
    rig = rig_with()
    in_conflict(rig)
    before = snapshot()
    rig.clock.pass_(600)
    rig.pull("full")
    assert snapshot() == before
    assert Conflict.objects.filter(resolved_at=None).count() == 1


def test_a_role_sent_after_a_read_without_custom_fields_leaves_the_other_custom_fields_alone():
    rig = rig_with(extraFields={"Role": ROLE, "Sector": SECTOR})
    edit_here("1", role="BROKER")
    rig.faults("no-extra-fields@GET,/api/v2/clients/1")
    rig.push()
    rig.faults()
    rig.push()
    held = rig.remote("1")["extraFields"]
    assert held["Role"]["stringValue"] == "BROKER"
    assert held["Sector"] == SECTOR


def test_a_client_without_a_role_gets_one_by_json_patch():
    rig = Rig([client_record(1, extraFields={"Sector": SECTOR})], patch_forms={"json"})
    rig.pull("full")
    edit_here("1", role="BROKER")
    assert rig.push().pushed == 1
    assert rig.remote("1")["extraFields"]["Role"]["stringValue"] == "BROKER"
    assert rig.remote("1")["extraFields"]["Sector"] == SECTOR


def test_an_answer_without_a_body_is_not_taken_for_the_value_being_kept():
    rig = Rig([client_record(1)], patch_forms={"plain"})
    rig.pull("full")
    edit_here("1", city="Gent")
    rig.faults("no-body@PATCH:1")  # what hides behind it is a 415
    rig.push()
    rig.faults()
    rig.push()
    assert rig.remote("1")["address"]["city"] == "Gent"
    assert not customer("1").is_pending


@pytest.mark.django_db(transaction=True)
def test_a_conflict_decided_while_a_push_reads_the_row_is_not_overlooked():
    rig = rig_with()
    conflict = in_conflict(rig)
    edit_here("1", city="Gent")  # something to send, so that the push looks at the row
    decided: list[str] = []
    requests_before = rig.tenant.stats.requests

    def decide(execute, sql, params, many, context):
        """The person decides for Robaws' value, at the last moment before the push looks for open conflicts."""
        reads_conflicts = 'FROM "sync_conflicts"' in sql and not connection.in_atomic_block
        if reads_conflicts and rig.tenant.stats.requests > requests_before and not decided:
            decided.append(sql)
            resolve(conflict.pk, Take.THEIRS, None, tenant=rig.mapping, who="test", now=rig.clock.now())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(decide):
        rig.push()
    assert rig.remote("1")["website"] == "www.theirs.be"


def test_a_partial_record_does_not_end_a_conflict():
    rig = rig_with()
    edit_here("1", role="BROKER")
    rig.edit("1", extraFields={"Role": {"stringValue": "POV"}})
    rig.pull()
    rig.edit("1", extraFields={"Role": {"stringValue": "OEM"}})
    edit_here("1", role="POV")
    rig.faults("no-extra-fields@GET,/api/v2/clients/1")
    rig.pull("one", "1")
    rig.faults()
    rig.pull()
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.ours, conflict.theirs, customer("1").role) == ("POV", "OEM", "POV")


def test_a_role_is_not_sent_where_robaws_did_not_show_the_one_it_has():
    rig = Rig([client_record(1)], patch_forms={"plain"})
    rig.pull("full")
    edit_here("1", role="BROKER", city="Gent")
    rig.edit("1", extraFields={"Role": {"stringValue": "POV"}})
    rig.faults("no-extra-fields@GET,/api/v2/clients/1")
    rig.push()
    assert rig.remote("1")["extraFields"]["Role"]["stringValue"] == "POV"
    assert rig.remote("1")["address"]["city"] == "Gent"
    rig.push()
    assert rig.remote("1")["extraFields"]["Role"]["stringValue"] == "POV"
    rig.faults()
    rig.push()
    conflict = Conflict.objects.get(resolved_at=None)
    assert (conflict.field, conflict.ours, conflict.theirs) == ("role", "BROKER", "POV")


def test_a_cut_off_creation_is_not_sent_again_while_new_clients_can_not_all_be_read():
    rig = rig_with()
    Customer.objects.create(robaws_client_id=new_client_id(), name="New customer", email="new@new.be")
    rig.faults("reset-after@POST:1", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    rig.push()
    rig.faults("odd-null=0.99@GET")
    tally = rig.push()
    assert "could be read" in tally.failures[-1].reason
    rig.faults()
    assert rig.push().created == 1
    assert sorted(rig.tenant.clients) == ["1", "2"]
    assert customer("2").name == "New customer"


def cut_off_creation(rig: Rig) -> None:
    """A customer made here whose client was created; the answer got lost, and a pull brought the client in."""
    Customer.objects.create(robaws_client_id=new_client_id(), name="New customer")
    rig.faults("reset-after@POST:1", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    rig.push()
    rig.faults()
    rig.pull("full")


def test_a_creation_that_was_cut_off_is_not_sent_again_though_the_client_was_edited_here_meanwhile():
    rig = rig_with()
    cut_off_creation(rig)
    edit_here("2", name="Renamed here")
    tally = rig.push()
    assert sorted(rig.tenant.clients) == ["1", "2"]
    assert "may have become client 2" in tally.failures[-1].reason


def test_a_creation_that_was_cut_off_is_not_sent_again_though_the_client_was_renamed_in_robaws():
    rig = rig_with()
    cut_off_creation(rig)
    rig.edit("2", name="Renamed there")
    rig.pull("full")
    tally = rig.push()
    assert sorted(rig.tenant.clients) == ["1", "2"]
    assert "may have become client 2" in tally.failures[-1].reason


def never_arrived(rig: Rig, **columns: str) -> Customer:
    """A customer made here whose creation never reached Robaws, where a colleague makes another client just then."""
    new = Customer.objects.create(robaws_client_id=new_client_id(), **columns)
    rig.faults("reset@POST", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    rig.push()
    rig.faults()
    rig.tenant.add({"name": "Somebody else", "address": {"city": "Gent"}})
    rig.pull("full")
    return new


def test_a_creation_that_never_arrived_is_not_held_up_by_a_client_that_was_made_just_then():
    rig = rig_with()
    new = never_arrived(rig, name="New customer", city="Mechelen")
    assert rig.push().created == 1
    new.refresh_from_db()
    assert rig.remote(new.robaws_client_id)["name"] == "New customer"
    assert len(rig.tenant.clients) == 3


def test_where_nothing_can_tell_them_apart_a_person_says_that_it_is_another_client():
    rig = rig_with()
    new = never_arrived(rig, name="New customer")
    assert "--client-id and --allow-twins" in rig.push(allow_twins=True).failures[-1].reason
    assert rig.push(client_id=new.robaws_client_id, allow_twins=True, is_decided=True).created == 1
    assert len(rig.tenant.clients) == 3


def test_an_edit_made_on_the_pulled_copy_outlives_the_copy():
    rig = rig_with()
    cut_off_creation(rig)
    Customer.objects.filter(robaws_client_id="2").update(city="Gent")
    rig.faults("500@PATCH")
    rig.push()
    rig.faults()
    rig.push()
    rig.push()
    assert Customer.objects.count() == 2
    assert customer("2").city == "Gent"
    assert rig.remote("2")["address"]["city"] == "Gent"


def test_a_customer_made_inactive_here_stays_so_when_its_client_is_deleted_and_comes_back():
    rig = Rig([client_record(n, isActive=True) for n in range(1, 31)])
    rig.pull("full")
    edit_here("5", is_active=False)
    rig.tenant.remove("5")
    rig.clock.pass_(60)
    rig.pull("full")
    rig.tenant.add(client_record(5, isActive=True))
    rig.pull("full")
    assert customer("5").gone_at is None
    assert not customer("5").is_active
    rig.push()
    assert rig.remote("5")["isActive"] is False


def test_a_clash_that_shows_when_a_cut_off_creation_is_found_is_kept():
    rig = rig_with()
    Customer.objects.create(robaws_client_id=new_client_id(), name="New customer")
    rig.faults("reset-after@POST:1", *(f"500@GET,#{nth}" for nth in range(2, 7)))
    rig.push()
    rig.faults()
    rig.edit("2", address={"city": "Brugge"})
    Customer.objects.filter(name="New customer").update(city="Gent")
    rig.push()
    rig.push()
    assert rig.remote("2")["address"]["city"] == "Brugge"
    assert customer("2").city == "Gent"
    assert [(each.field, each.ours, each.theirs) for each in Conflict.objects.all()] == [("city", "Gent", "Brugge")]


def test_an_empty_name_is_not_sent_and_harms_nobody_else():
    rig = Rig([client_record(1), client_record(2)])
    rig.pull("full")
    edit_here("1", name="", city="Gent")
    edit_here("2", city="Gent")
    tally = rig.push()
    assert "without a name" in tally.failures[0].reason
    assert [rig.remote(each)["address"]["city"] for each in "12"] == ["Gent", "Gent"]
    assert rig.remote("1")["name"] == "Client 1"


def test_a_customer_deleted_here_while_its_edit_is_on_its_way_stays_deleted():
    rig = Rig([client_record(1), client_record(2)])
    rig.pull("full")
    for each in "12":
        edit_here(each, city="Gent")
    rig.before_patch(lambda: forget(customer("1"), who="test", now=rig.clock.now()))
    assert rig.push().errors == 0
    rig.pull("full")
    assert [each.robaws_client_id for each in Customer.objects.all()] == ["2"]
    assert rig.remote("2")["address"]["city"] == "Gent"


def test_a_customer_deleted_here_while_a_pull_reads_it_does_not_come_back():
    rig = Rig([client_record(1), client_record(2)])
    rig.pull("full")
    rig.edit("1", name="Renamed")
    page = {"items": [rig.remote("1"), rig.remote("2")], "totalItems": 2}
    rig.answer_once_with("GET", "/api/v2/clients", page, lambda: forget(customer("1"), who="test", now=rig.clock.now()))
    rig.pull("full")
    assert [each.robaws_client_id for each in Customer.objects.all()] == ["2"]


@pytest.mark.parametrize("back_by", ["push", "pull"])
def test_our_own_write_whose_answer_got_lost_is_no_conflict_with_a_later_edit(back_by):
    rig = rig_with()
    edit_here("1", city="Gent")
    rig.faults("reset-after@PATCH:1", "500@GET,#2", "500@GET,#3", "500@GET,#4", "500@GET,#5", "500@GET,#6")
    rig.push()
    rig.faults()
    assert rig.remote("1")["address"]["city"] == "Gent"
    edit_here("1", city="Aalst")
    rig.pull() if back_by == "pull" else rig.push()
    rig.push()
    assert rig.remote("1")["address"]["city"] == "Aalst"
    assert not Conflict.objects.exists()
    told = list(Change.objects.filter(field="city").order_by("id").values_list("old", "new", "source"))
    assert told == [("Antwerpen", "Gent", "bconnect"), ("Gent", "Aalst", "bconnect")]


@pytest.mark.parametrize(
    ("edit", "there"),
    [
        # All three agree, in an order of their own: the line goes as it is.
        ({"address": "12 Rue Foch", "street": "Rue Foch", "street_number": "12"}, "12 Rue Foch"),
        ({"address": "Meir 7\nbus 3", "street": "Meir", "street_number": "7"}, "Meir 7"),
        # They don't: street and number decide, and the address follows.
        ({"address": "Meir 1", "street": "Meir", "street_number": "7"}, "Meir 7"),
        ({"address": "Meir 1", "street_number": "7"}, "Kerkstraat 7"),
        ({"address": "Kerkstraat 9", "street_number": "1 bus 2"}, "Kerkstraat 1 bus 2"),
    ],
)
@pytest.mark.parametrize("shape", ["line", "apart"])
def test_an_address_edited_with_its_street_and_number_arrives_and_is_settled(edit, there, shape):
    parts = {"street": "Kerkstraat", "streetNumber": "1"} if shape == "apart" else {"addressLine1": "Kerkstraat 1"}
    rig = rig_with(address={**parts, "city": "Gent", "country": "BE"})
    edit_here("1", **edit)
    tally = rig.push()
    assert (tally.pushed, tally.errors, tally.conflicts) == (1, 0, 0)
    if shape == "line":
        assert rig.remote("1")["address"]["addressLine1"] == there
    assert not Customer.objects.get().is_pending
    before = snapshot()
    rig.clock.pass_(600)
    rig.pull("full")
    assert snapshot() == before
    assert rig.push().pushed == 0


# --- merges and runs taken back -----------------------------------------------------------------------------


def three(**options) -> Rig:
    rig = Rig([active(1), active(2), active(3)], patch_forms={"json", "merge"}, **options)
    rig.pull("full")
    return rig


def test_our_own_write_is_known_again_after_its_customer_was_merged_and_given_back():
    rig = three()
    edit_here("2", city="Gent")
    rig.faults("reset-after@PATCH:1", *[f"500@GET,#{number}" for number in range(2, 9)])
    rig.push()
    rig.faults()
    assert rig.remote("2")["address"]["city"] == "Gent"
    edit_here("2", city="Aalst")
    record = in_robaws(rig, merge_here(rig, "2"))
    assert record.state == Merge.State.DONE
    undo_merge(rig, record)
    rig.pull("full")
    rig.push()
    assert not Conflict.objects.exists()
    assert rig.remote("2")["address"]["city"] == "Aalst"


def test_a_merged_client_that_robaws_shows_without_its_custom_fields_is_not_deleted():
    rig = three()
    record = merge_here(rig, "2", in_robaws=Merge.InRobaws.DELETE)
    rig.edit("2", extraFields={"Role": {**ROLE, "stringValue": "POV"}})
    rig.faults("no-extra-fields@GET,/api/v2/clients/2")
    record = in_robaws(rig, record)
    assert (record.state, record.merged.get().step) == ("open", "waiting")
    rig.faults()
    record = in_robaws(rig, record)
    assert "role changed in Robaws" in record.merged.get().error
    assert "2" in rig.tenant.clients


def test_a_survivor_that_is_merged_on_in_the_middle_of_its_steps_holds_them():
    rig = three()
    record = merge_here(rig, "2")
    rig.answer_once_with("GET", "/api/v2/clients/1", rig.remote("1"), lambda: merge_here(rig, "1", into="3"))
    record = in_robaws(rig, record)
    assert record.state == Merge.State.HELD
    assert "merged or deleted since" in record.error


def test_what_changed_in_robaws_while_a_customer_was_merged_comes_with_the_next_incremental_pull():
    """The process that undid the merge died before it could ask."""
    rig = three()
    record = merge_here(rig, "2")
    for number in (2, 3, 3):
        rig.clock.pass_(4000)
        rig.edit(str(number), email=f"at{rig.clock.seconds:.0f}@client.be")
        rig.pull()
    unmerge.undo(record, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.clock.pass_(4000)
    rig.pull()
    assert customer("2").email == rig.remote("2")["email"]
    rig.pull()
    assert rig.requests == 1


def test_a_client_that_robaws_has_again_is_not_made_anew_by_an_undo():
    rig = three()
    record = in_robaws(rig, merge_here(rig, "2", in_robaws=Merge.InRobaws.DELETE))
    rig.tenant.add(active(2))
    undo_merge(rig, record)
    rig.pull("full")
    rig.push()
    assert set(rig.tenant.clients) == {"1", "2", "3"}
    assert customer("2").is_active


def created_with_a_lost_answer(rig: Rig) -> tuple[Customer, str]:
    """A new customer, and the id of the client it became, which a pull has brought in as another row."""
    known = set(rig.tenant.clients)
    new = Customer.objects.create(name="Nieuw NV", email="a@nieuw.be")
    rig.faults("reset-after@POST,x1", *[f"500@GET,#{number}" for number in range(2, 9)])
    rig.push(allow_twins=True)
    rig.faults()
    rig.clock.pass_(60)
    rig.pull()
    return new, (set(rig.tenant.clients) - known).pop()


def test_what_was_merged_into_a_pulled_copy_follows_it_to_the_row_the_client_is_of():
    rig = three()
    new, copy = created_with_a_lost_answer(rig)
    record = merge_here(rig, "2", into=copy)
    rig.push(allow_twins=True)
    new.refresh_from_db()
    assert new.robaws_client_id == copy
    assert Redirect.objects.get(robaws_client_id="2").customer_id == new.pk
    assert in_robaws(rig, record).state == Merge.State.DONE
    undo_merge(rig, record)
    assert {each.robaws_client_id for each in Customer.objects.all()} == {"1", "2", "3", copy}


@pytest.mark.parametrize("put_away", ["merged", "deleted"])
def test_a_client_whose_pulled_copy_was_put_away_is_not_created_again(put_away):
    rig = three()
    new, copy = created_with_a_lost_answer(rig)
    if put_away == "merged":
        merge_here(rig, copy, into="2")
    else:
        forget(customer(copy), who="me", now=rig.clock.now())
    tally = rig.push(allow_twins=True)
    assert f"it may have become client {copy}" in tally.failures[0].reason
    assert len(rig.tenant.clients) == 4
    if put_away == "merged":
        with means(rig) as around:
            unmerge.undo(Merge.objects.get(), tenant=rig.mapping, who="me", now=rig.clock.now())
            assert around
        rig.pull("full")
        assert rig.push(allow_twins=True).errors == 0
        new.refresh_from_db()
        assert new.robaws_client_id == copy


def undo_last_run(rig: Rig) -> Undone:
    run = Change.objects.exclude(run=None).latest("id").run
    return undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())


def test_a_push_that_made_a_client_is_not_undone_by_emptying_the_customer():
    rig = three()
    new = Customer.objects.create(name="Nieuw NV", email="a@nieuw.be")
    rig.push()
    undone = undo_last_run(rig)
    assert not undone.changes
    assert {each.reason for each in undone.left} == {"the run made this client"}
    new.refresh_from_db()
    assert new.email == "a@nieuw.be"


@pytest.mark.parametrize("since", ["edited", "in conflict"])
def test_an_address_is_put_back_as_a_whole_or_not_at_all(since):
    rig = rig_with()
    if since == "in conflict":
        edit_here("1", address="Meir 12")
    rig.edit("1", address={"addressLine1": "Nieuwstraat 5", "city": "Gent"})
    rig.pull()
    if since == "edited":
        edit_here("1", street_number="7")
    undone = undo_last_run(rig)
    assert not [each.field for each in undone.changes]
    assert (customer("1").street, customer("1").city) == ("Nieuwstraat", "Gent")


def test_a_run_that_changed_one_that_was_merged_since_is_not_taken_back_on_the_survivor():
    rig = three()
    edit_here("1", city="Gent")
    rig.push()
    rig.edit("2", address={"city": "Gent"})
    rig.pull()
    run = Change.objects.latest("id").run
    merge_here(rig, "2")
    undone = undo(run, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert [each.reason for each in undone.left] == ["its customer was merged into this one since"]
    assert customer("1").city == "Gent"


def test_a_customer_that_was_deleted_since_is_no_obstacle_to_taking_a_run_back():
    rig = three()
    for number in ("1", "2"):
        rig.edit(number, email=f"new@client{number}.be")
    rig.pull()
    run = Change.objects.latest("id").run
    forget(customer("1"), who="me", now=rig.clock.now())
    assert len(undo(run, tenant=rig.mapping, who="me", now=rig.clock.now()).changes) == 1
