"""Full runs that were cut short: one that goes on knows what happened to the pages it had read before."""

import pytest

from bconnect.customers.models import Customer
from bconnect.sync.models import QuarantinedRecord, SyncRun, SyncRunPage
from tests.integration.push_rig import rest
from tests.integration.rig import Rig, client_record, customer

pytestmark = pytest.mark.django_db

CLIENTS = 1_000  # ten pages


def cut_short(*, after: int = 4) -> Rig:
    """A tenant whose clients were all pulled, and a further full run that has read its last pages only."""
    rig = Rig(client_record(n) for n in range(1, CLIENTS + 1))
    rig.pull("full")
    rig.clock.pass_(60)
    interrupt(rig, after=after)
    return rig


def interrupt(rig: Rig, *, after: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        rig.pull("full", interrupt_after=after)
    assert SyncRun.objects.latest("id").bookmark
    rig.clock.pass_(1)


def test_what_happened_while_a_run_stood_still_is_found_when_it_goes_on():
    rig = cut_short()
    rig.tenant.remove("999")
    rig.tenant.remove("998")
    rig.edit("996", name="Renamed meanwhile")
    run, tally = rig.run("full")
    assert (tally.missing, run.status) == (2, SyncRun.Status.DONE)
    assert not customer("999").is_active
    assert customer("996").name == "Renamed meanwhile"
    rest(rig)


def test_deletions_are_found_though_as_many_clients_were_created():
    rig = cut_short()
    rig.tenant.remove("999")
    rig.tenant.add(client_record(1_001, updatedAt=rig.clock.now().isoformat()))
    tally = rig.pull("full")
    assert (tally.missing, tally.created) == (1, 1)
    assert not customer("999").is_active
    rest(rig)


def test_one_that_came_and_went_while_a_run_stood_still_is_found():
    rig = cut_short()
    rig.tenant.add(client_record(1_001))
    rig.pull("one", "1001")
    rig.tenant.remove("1001")
    rig.clock.pass_(60)
    assert rig.pull("full").missing == 1
    assert not customer("1001").is_active


def test_one_that_is_put_back_with_its_old_stamp_while_a_run_stood_still_is_found():
    rig = Rig(client_record(n) for n in range(1, CLIENTS + 1))
    rig.tenant.remove("999")
    interrupt(rig, after=4)
    rig.tenant.add(client_record(999))
    assert rig.remote("999")["updatedAt"] < "2025"
    rig.pull("full")
    assert customer("999").is_active
    rest(rig)


def test_without_totals_a_run_that_goes_on_looks_again_who_is_there():
    rig = Rig(client_record(n) for n in range(1, CLIENTS + 1))
    rig.faults("no-totals")
    rig.pull("full")
    rig.clock.pass_(60)
    interrupt(rig, after=8)
    rig.tenant.remove("999")
    assert rig.pull("full").missing == 1
    rest(rig)


def test_the_second_look_may_be_cut_short_too():
    rig = cut_short()
    rig.tenant.remove("999")
    interrupt(rig, after=11)  # six pages more, the tail, and then the first of all pages anew
    assert 0 < SyncRunPage.objects.count() < 10
    rig.tenant.remove("998")
    run, tally = rig.run("full")
    assert (tally.missing, run.status) == (2, SyncRun.Status.DONE)
    assert not SyncRunPage.objects.exists()
    rest(rig)


def test_a_first_run_that_was_cut_short_finds_whom_it_took_in_and_who_is_gone():
    rig = Rig(client_record(n) for n in range(1, CLIENTS + 1))
    interrupt(rig, after=4)
    rig.tenant.remove("999")
    rig.clock.pass_(60)
    run, tally = rig.run("full")
    assert (tally.missing, run.fetched, Customer.objects.filter(is_active=True).count()) == (1, CLIENTS, CLIENTS - 1)
    rest(rig)


def test_where_nobody_is_gone_going_on_costs_two_requests_more():
    rig = Rig(client_record(n) for n in range(1, CLIENTS + 1))
    rig.pull("full")
    whole = rig.requests
    rig.clock.pass_(60)
    interrupt(rig, after=4)
    read = rig.requests
    run, _ = rig.run("full")
    assert rig.requests == whole - read + 2, "what was changed, and how many there are"
    assert run.fetched == CLIENTS


def test_a_record_in_quarantine_that_is_gone_meanwhile_is_forgotten():
    rig = Rig([*(client_record(n) for n in range(1, CLIENTS)), client_record(CLIENTS, name="")])
    interrupt(rig, after=4)
    assert QuarantinedRecord.objects.exists()
    rig.tenant.remove(str(CLIENTS))
    assert rig.pull("full").missing == 0
    assert not QuarantinedRecord.objects.exists()
    rest(rig)
