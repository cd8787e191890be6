"""A country code that nobody can read is no empty one: it clears nothing in Robaws, and somebody is told."""

import pytest

from bconnect.customers.models import Customer
from bconnect.sync.models import Conflict
from bconnect.sync.resolve import Take, resolve
from tests.integration.regressions_rig import rig_with
from tests.integration.rig import customer, edit_here

pytestmark = pytest.mark.django_db

NO_SUCH_CODE = "no country has the code ZZ: write one that exists"
BELGIUM = {"city": "Gent", "country": "Belgium", "countryCode": "BE"}
SHAPES = [BELGIUM, {"city": "Gent", "country": "België"}, {"city": "Gent", "country": "BE"}]


@pytest.mark.parametrize("address", SHAPES, ids=["name and code", "name", "code"])
def test_a_code_that_nobody_can_read_is_not_sent_and_clears_nothing(address):
    rig = rig_with(address=address)
    edit_here("1", country_code="ZZ", city="Aalst")
    for _ in range(2):
        tally = rig.push()
        assert [each.reason for each in tally.failures] == [NO_SUCH_CODE]
        assert rig.remote("1")["address"] == address | {"city": "Aalst"}
        rig.pull("full")
        assert (customer("1").country_code, customer("1").is_pending) == ("ZZ", True)
    edit_here("1", country_code="FR")
    rig.push()
    assert "FR" in (customer("1").country_code, rig.remote("1")["address"].get("countryCode"))
    assert not customer("1").is_pending


def test_a_country_does_not_go_without_a_code_that_nobody_can_read():
    rig = rig_with(address=BELGIUM)
    edit_here("1", country="France", country_code="ZZ")
    rig.push()
    assert rig.remote("1")["address"] == BELGIUM


def test_a_code_that_nobody_can_read_is_not_what_robaws_means_by_none():
    rig = rig_with(address=BELGIUM)
    edit_here("1", country_code="ZZ")
    rig.edit("1", address={"country": None, "countryCode": None})
    rig.pull()
    assert Conflict.objects.get(resolved_at=None).field == "country_code"
    assert customer("1").country_code == "ZZ"


def test_where_a_country_is_decided_on_a_code_that_nobody_can_read_takes_no_name_along():
    rig = rig_with(address=BELGIUM)
    edit_here("1", country_code="FR")
    rig.edit("1", address={"countryCode": "NL"})
    rig.push()
    conflict = Conflict.objects.get(resolved_at=None)
    resolve(conflict.pk, Take.VALUE, "ZZ", tenant=rig.mapping, who="me", now=rig.clock.now())
    before = rig.remote("1")
    assert [each.reason for each in rig.push().failures] == [NO_SUCH_CODE]
    assert rig.remote("1") == before
    assert customer("1").country == "Belgium"


def test_a_customer_whose_code_nobody_can_read_is_not_created():
    rig = rig_with()
    Customer.objects.create(name="Nieuw NV", country="Belgium", country_code="ZZ")
    tally = rig.push()
    assert [each.reason for each in tally.failures] == [NO_SUCH_CODE]
    assert rig.writes() == 0
