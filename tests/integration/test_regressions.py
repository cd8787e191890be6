"""Faults of the product that a random history found, each as the shortest history that shows it."""

import pytest
from django.db import connection

from bconnect.customers.models import Customer
from bconnect.sync.forget import forget
from bconnect.sync.models import Change, Conflict
from bconnect.sync.resolve import Take, resolve
from tests.integration.regressions_rig import ROLE, rig_with
from tests.integration.rig import Rig, client_record, customer, edit_here, snapshot

pytestmark = pytest.mark.django_db

SECTOR = {"type": "TEXT", "group": None, "stringValue": "fruit"}


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
