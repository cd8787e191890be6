"""Records that can't be taken in, a Robaws that fails or lags behind, and runs cut short: a pull loses nothing."""

import pytest

from bconnect.customers.models import Customer
from bconnect.sync.models import QuarantinedRecord, SyncRun
from robaws.simulator import SimulatedRobaws, Tenant
from tests.integration.rig import Rig, client_record, customer

pytestmark = pytest.mark.django_db


# --- bad records -------------------------------------------------------------------------------------


def test_a_bad_record_harms_only_itself_and_is_tried_again():
    rig = Rig([client_record(1), client_record(2, name="  "), client_record(3)])
    tally = rig.pull("full")
    assert (tally.created, tally.errors) == (2, 1)
    assert [str(failure) for failure in tally.failures] == ["2: its name is empty"]
    assert QuarantinedRecord.objects.get().data["id"] == "2"
    assert rig.pull().errors == 1, "the next run tries it again"
    rig.edit("2", name="Mended")
    assert rig.pull().errors == 0
    assert customer("2").name == "Mended"
    assert not QuarantinedRecord.objects.exists()


def test_odd_items_in_a_page_are_set_aside():
    rig = Rig(client_record(n) for n in range(1, 31))
    rig.faults("odd-null", "odd-text", "odd-no-id", "odd-name-number", "odd-role-list")
    run, tally = rig.run("full")
    assert tally.created >= 25
    assert tally.errors >= 1
    assert run.status == SyncRun.Status.PARTIAL


@pytest.mark.parametrize(
    "members",
    [
        {"name": "x" * 20_000},
        {"name": "".join(chr(0x4E00 + n % 20_000) for n in range(5_000))},
        {"email": "\x00odd\x00"},
        {"tel": ["a", "list"]},
        {"address": "Kerkstraat 1, 2000 Antwerpen"},
        {"address": None},
        {"address": ["list"]},
        {"vatNumber": {"a": 1}},
        {"currency": "EURO OR SO", "language": "Dutch and more", "clientType": 7},
        {"extraFields": {"Role": {"stringValue": ["FORWARDER", "BROKER"]}}},
        {"extraFields": []},
        {"extraFields": None},
        {"updatedAt": "yesterday"},
        {"notes": "\u0000" + "y" * 100_000},
    ],
)
def test_strange_values_never_fail_a_row(members):
    rig = Rig([client_record(1, **members), client_record(2)])
    tally = rig.pull("full")
    assert (tally.created, tally.errors) == (2, 0), tally.failures


@pytest.mark.parametrize("half", [rb"Jan \ud83d", b"Jan \xe9"])
def test_half_a_character_in_one_name_costs_nobody_else(half):
    rig = Rig([client_record(1), client_record(2, name="Jan #"), client_record(3)])
    rig.spell(b"Jan #", half)
    assert (rig.pull("full").created, customer("2").name) == (3, "Jan \ufffd")
    rig.edit("3", name="Piet")
    rig.edit("2", city="Gent")
    assert rig.pull().errors == 0
    assert customer("3").name == "Piet"
    assert not customer("2").is_pending


# --- bad weather -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", ["500@0.2", "429@0.1", "reset@0.2", "cut@0.2", "broken-json@0.2", "html@0.1", "hang@0.1"]
)
def test_passing_faults_are_outlived(fault):
    rig = Rig(client_record(n) for n in range(1, 401))
    rig.faults(fault, seed=3)
    assert rig.pull("full").created == 400


@pytest.mark.parametrize("fault", ["no-totals", "no-total-items", "cap-size=50", "ids-as-numbers", "bare-list"])
def test_odd_habits_of_a_tenant_are_taken_in_stride(fault):
    rig = Rig(client_record(n) for n in range(1, 251))
    rig.faults(fault)
    run, tally = rig.run("full")
    assert (tally.created, run.status) == (250, SyncRun.Status.DONE)


def test_a_run_cut_short_goes_on_where_it_stopped():
    rig = Rig(client_record(n) for n in range(1, 1001))
    with pytest.raises(KeyboardInterrupt):
        rig.pull("full", interrupt_after=4)
    stored = Customer.objects.count()
    assert 0 < stored < 1000
    run, tally = rig.run("full")
    assert Customer.objects.count() == 1000
    assert tally.created == 1000 - stored
    assert run.created == 1000
    assert SyncRun.objects.count() == 1


def test_what_a_late_replica_hid_from_the_first_part_of_a_run_is_seen_by_its_second():
    rig = Rig([client_record(n) for n in range(1, 401)], replica_lag_s=600)
    rig.clock.pass_(5)
    rig.edit("400", name="Hidden from the first part")
    rig.clock.pass_(1)
    rig.edit("1", name="Seen by the second")
    rig.clock.pass_(120)
    with pytest.raises(KeyboardInterrupt):
        rig.pull("full", interrupt_after=3)
    assert customer("400").name == "Client 400"
    rig.clock.pass_(720)
    rig.pull("full")
    assert customer("1").name == "Seen by the second"
    rig.pull()
    assert customer("400").name == "Hidden from the first part"


def test_a_lagging_replica_does_not_bring_a_gone_client_back():
    rig = Rig([client_record(n) for n in range(1, 41)])
    rig.pull("full")
    rig.tenant.remove("5")
    rig.clock.pass_(60)
    rig.pull("full")
    rig.robaws = SimulatedRobaws(Tenant([client_record(n) for n in range(1, 41)], clock=rig.clock))
    rig.answer_instead("GET", "/api/v2/clients/5", 404)
    tally = rig.pull("full")
    assert tally.skipped == 1
    assert not customer("5").is_active


def test_a_live_read_does_not_move_the_watermark_past_what_the_replica_hides():
    rig = Rig([client_record(1), client_record(2, name=""), client_record(3)], replica_lag_s=600)
    rig.pull("full")
    rig.clock.pass_(1200)
    rig.edit("1", name="Hidden by the replica")
    rig.edit("2", name="Mended")
    assert rig.pull().created == 1, "the quarantined client is read live"
    rig.clock.pass_(1200)
    rig.pull()
    assert customer("1").name == "Hidden by the replica"


def test_a_quarantined_client_that_is_gone_is_forgotten():
    rig = Rig([client_record(1), client_record(2, name="")])
    rig.pull("full")
    rig.tenant.remove("2")
    assert rig.pull().errors == 0
    assert not QuarantinedRecord.objects.exists()
