"""The pull as a whole, against a tenant in memory, on both databases."""

import pytest

from bconnect.customers.models import Customer
from bconnect.sync.absence import TooManyMissingError
from bconnect.sync.models import Change, Conflict, SyncRun
from tests.integration.rig import Rig, client_record, customer, snapshot

pytestmark = pytest.mark.django_db


def test_a_full_pull_brings_every_client():
    rig = Rig(client_record(n) for n in range(1, 251))
    tally = rig.pull("full")
    assert (tally.fetched, tally.created, tally.errors) == (250, 250, 0)
    assert Customer.objects.count() == 250
    assert customer("7").role == "FORWARDER"
    assert customer("7").street == "Kerkstraat"
    assert customer("7").street_number == "7"
    assert customer("7").country_code == "BE"


def test_an_unchanged_full_pull_writes_no_customer_row():
    rig = Rig(client_record(n) for n in range(1, 251))
    rig.pull("full")
    before = snapshot()
    rig.clock.pass_(3600)
    tally = rig.pull("full")
    assert (tally.fetched, tally.unchanged) == (250, 250)
    assert snapshot() == before


def test_a_pulled_row_is_never_pending():
    rig = Rig(client_record(n, tel="03/206 45 67", vatNumber="BE 0403.019.261") for n in range(1, 4))
    rig.pull("full")
    assert not Customer.objects.filter(is_pending=True).exists()


def test_the_first_incremental_pull_is_a_full_one():
    rig = Rig([client_record(1)])
    run, _ = rig.run("incremental")
    assert run.kind == SyncRun.Kind.FULL


def test_ten_changes_cost_one_request_and_are_all_taken():
    rig = Rig(client_record(n) for n in range(1, 251))
    rig.pull("full")
    rig.clock.pass_(3600)
    for n in range(1, 11):
        rig.edit(str(n), name=f"Renamed {n}")
    tally = rig.pull()
    assert (tally.fetched, tally.updated, rig.requests) == (10, 10, 1)
    assert customer("3").name == "Renamed 3"


def test_a_change_that_falls_into_the_overlap_is_taken_once():
    rig = Rig([client_record(1)])
    rig.pull("full")
    rig.edit("1", name="New")
    assert rig.pull().updated == 1
    assert rig.pull().updated == 0


def test_limit_takes_exactly_that_many():
    for limit, expected in ((1, 1), (10, 10), (150, 150), (300, 250)):
        Customer.objects.all().delete()
        rig = Rig(client_record(n) for n in range(1, 251))
        assert rig.pull("limited", limit, full=True).fetched == expected
        assert Customer.objects.count() == expected


def test_a_limited_pull_moves_no_watermark_and_concludes_nothing_from_absence():
    rig = Rig(client_record(n) for n in range(1, 31))
    rig.pull("full")
    rig.tenant.remove("30")
    run, _ = rig.run("limited", 5, full=True)
    assert run.watermark is None
    assert customer("30").is_active


def test_one_client_is_read_live_and_alone():
    rig = Rig((client_record(1), client_record(2)), replica_lag_s=600)
    rig.pull("full")
    rig.edit("1", name="One")
    rig.edit("2", name="Two")
    tally = rig.pull("one", "1")
    assert (tally.fetched, tally.updated, rig.requests) == (1, 1, 1)
    assert (customer("1").name, customer("2").name) == ("One", "Client 2")


def test_one_client_that_is_not_there_is_an_error_and_changes_nothing():
    rig = Rig([client_record(1), client_record(2)])
    rig.pull("full")
    rig.tenant.remove("2")
    tally = rig.pull("one", "2")
    assert (tally.fetched, tally.errors) == (0, 1)
    assert customer("2").is_active


# --- what an edit here and an edit there come to -----------------------------------------------------


def test_a_local_edit_survives_every_pull():
    rig = Rig([client_record(1)])
    rig.pull("full")
    Customer.objects.filter(robaws_client_id="1").update(phone="+3232064567")
    rig.edit("1", name="New name")
    rig.pull("full")
    assert (customer("1").phone, customer("1").name) == ("+3232064567", "New name")
    assert customer("1").is_pending


def test_the_same_field_changed_on_both_sides_is_a_conflict_that_keeps_both():
    rig = Rig([client_record(1)])
    rig.pull("full")
    Customer.objects.filter(robaws_client_id="1").update(city="Gent")
    rig.edit("1", address={"city": "Brugge"})
    tally = rig.pull()
    conflict = Conflict.objects.get()
    assert tally.conflicts == 1
    assert (conflict.field, conflict.base, conflict.ours, conflict.theirs) == (
        "city",
        "Antwerpen",
        "Gent",
        "Brugge",
    )
    assert customer("1").city == "Gent"
    assert customer("1").metadata["address"]["city"] == "Brugge"


def test_a_conflict_whose_sides_meet_again_closes_itself():
    rig = Rig([client_record(1)])
    rig.pull("full")
    Customer.objects.filter(robaws_client_id="1").update(city="Gent")
    rig.edit("1", address={"city": "Brugge"})
    rig.pull()
    rig.edit("1", address={"city": "Gent"})
    rig.pull()
    assert not Conflict.objects.filter(resolved_at=None).exists()
    assert not customer("1").is_pending


def test_a_conflict_ends_when_our_edit_is_taken_back():
    rig = Rig([client_record(1)])
    rig.pull("full")
    Customer.objects.filter(robaws_client_id="1").update(city="Gent")
    rig.edit("1", address={"city": "Brugge"})
    rig.pull()
    Customer.objects.filter(robaws_client_id="1").update(city="Antwerpen")
    rig.pull("full")
    assert customer("1").city == "Brugge"
    assert not Conflict.objects.filter(resolved_at=None).exists()


def test_policies_decide_conflicts_without_a_person():
    for policy, city, pending in (("robaws", "Brugge", False), ("bconnect", "Gent", True)):
        Customer.objects.all().delete()
        rig = Rig([client_record(1)])
        rig.policy = policy
        rig.pull("full")
        Customer.objects.filter(robaws_client_id="1").update(city="Gent")
        rig.edit("1", address={"city": "Brugge"})
        rig.pull("full")
        assert (customer("1").city, customer("1").is_pending) == (city, pending)
        assert not Conflict.objects.exists()


def test_another_spelling_is_no_change():
    rig = Rig([client_record(1, tel="03/206.45.67", vatNumber="BE 0403.019.261")])
    rig.pull("full")
    rig.edit("1", tel="+32 3 206 45 67", vatNumber="BE0403019261", address={"country": "Belgium"})
    tally = rig.pull()
    assert (tally.updated, tally.unchanged) == (0, 1)
    Customer.objects.filter(robaws_client_id="1").update(phone="03 206 45 67")
    rig.edit("1", tel="0032 3 206 45 67")
    assert rig.pull().conflicts == 0
    assert customer("1").phone == "+3232064567"


def test_absent_says_nothing_and_null_clears():
    rig = Rig([client_record(1, tel="03/206.45.67")])
    rig.pull("full")
    rig.tenant.edit("1", {"tel": None})
    rig.clock.pass_(1)
    rig.pull()
    assert customer("1").phone is None
    assert customer("1").email == "info@client1.be"


def test_what_a_pull_changed_is_remembered():
    rig = Rig([client_record(1)])
    rig.pull("full")
    rig.edit("1", name="New")
    run, _ = rig.run("incremental")
    change = Change.objects.get()
    assert (change.field, change.old, change.new, change.run_id) == ("name", "Client 1", "New", run.pk)


def test_a_replica_that_lags_behind_never_beats_newer_knowledge():
    rig = Rig([client_record(1)], replica_lag_s=600)
    rig.pull("full")
    rig.edit("1", name="New")
    rig.pull("one", "1")
    tally = rig.pull("full")
    assert (tally.skipped, customer("1").name) == (1, "New")


# --- who is gone -------------------------------------------------------------------------------------


def test_a_gone_client_is_marked_inactive_and_kept():
    rig = Rig(client_record(n) for n in range(1, 41))
    rig.pull("full")
    rig.tenant.remove("5")
    rig.clock.pass_(60)
    tally = rig.pull("full")
    assert tally.missing == 1
    assert not customer("5").is_active
    assert customer("5").gone_at is not None
    assert not customer("5").is_pending
    assert rig.pull("full").missing == 0


def test_only_robaws_own_404_makes_a_client_gone():
    rig = Rig([client_record(n) for n in range(1, 41)], replica_lag_s=600)
    rig.pull("full")
    rig.tenant.add(client_record(99))
    rig.pull("one", "99")
    rig.clock.pass_(60)
    assert rig.pull("full").missing == 0
    assert customer("99").is_active


def test_a_client_that_comes_back_is_active_again():
    rig = Rig(client_record(n) for n in range(1, 41))
    rig.pull("full")
    rig.tenant.remove("5")
    rig.clock.pass_(60)
    rig.pull("full")
    rig.tenant.add(client_record(5))
    run, tally = rig.run("full")
    assert (tally.updated, tally.skipped, tally.unchanged, tally.fetched) == (1, 0, 39, 40)
    assert (run.updated, run.skipped, run.unchanged, run.fetched) == (1, 0, 39, 40)
    assert customer("5").is_active
    assert customer("5").gone_at is None


def test_more_than_five_percent_gone_stops_the_run_before_anything_is_written():
    rig = Rig(client_record(n) for n in range(1, 201))
    rig.pull("full")
    for n in range(1, 31):
        rig.tenant.remove(str(n))
    rig.edit("200", name="Changed too")
    before = snapshot()
    with pytest.raises(TooManyMissingError):
        rig.pull("full")
    assert snapshot() == before
    assert rig.pull("full", allow_mass_deactivation=True).missing == 30
