"""Faults that a random history found in the columns of one address, some of which a run's undo had written."""

import pytest

from bconnect.customers.models import Customer
from bconnect.sync.models import Change, Conflict
from bconnect.sync.resolve import Take, resolve
from bconnect.sync.undo import undo
from tests.integration.rig import Rig, customer, edit_here, pulled

pytestmark = pytest.mark.django_db

LINE = ("street", "street_number", "address")


def line_of(client_id: str) -> tuple[str | None, ...]:
    return Customer.objects.values_list(*LINE).get(robaws_client_id=client_id)


@pytest.fixture
def rig() -> Rig:
    """Robaws has moved client 1 from Kerkstraat 3 to Meir 5; that was taken back here and is not sent yet. Since then
    somebody here has typed the new number."""
    rig = pulled({"id": "1", "name": "One", "address": {"addressLine1": "Kerkstraat 3", "country": "Belgium"}})
    rig.edit("1", address={"addressLine1": "Meir 5", "country": "Belgium"})
    rig.pull()
    undo(Change.objects.latest("id").run, tenant=rig.mapping, who="me", now=rig.clock.now())
    assert line_of("1") == ("Kerkstraat", "3", "Kerkstraat 3")
    edit_here("1", street_number="5")
    return rig


def test_a_number_typed_over_one_that_an_undo_put_back_is_sent(rig):
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Kerkstraat 5"


@pytest.mark.parametrize("kind", ["incremental", "full"])
def test_a_number_typed_over_one_that_an_undo_put_back_stays_where_ours_wins(rig, kind):
    rig.policy = "bconnect"
    rig.edit("1", address={"addressLine1": "Nieuwstraat 5", "country": "Belgium"})
    rig.pull(kind)
    assert line_of("1") == ("Kerkstraat", "5", "Kerkstraat 5")
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Kerkstraat 5"


def test_a_number_typed_over_one_that_an_undo_put_back_is_what_the_conflict_shows(rig):
    rig.edit("1", address={"addressLine1": "Nieuwstraat 5", "country": "Belgium"})
    rig.pull()
    conflict = customer("1").conflicts.get(field="address")
    assert (customer("1").address, conflict.theirs) == ("Kerkstraat 5", "Nieuwstraat 5")


def test_a_number_that_is_typed_while_the_address_is_sent_stays_where_ours_wins(rig):
    edit_here("1", street_number="3")

    def meanwhile() -> None:
        edit_here("1", street_number="5")
        rig.edit("1", address={"addressLine1": "Nieuwstraat 5", "country": "Belgium"})

    rig.policy = "bconnect"
    rig.after_patch(meanwhile)
    rig.push()
    rig.push()
    assert line_of("1") == ("Kerkstraat", "5", "Kerkstraat 5")
    assert rig.remote("1")["address"]["addressLine1"] == "Kerkstraat 5"


def test_a_contradiction_of_robaws_own_is_not_settled_by_what_an_undo_once_wrote():
    """A colleague puts back the code as well, and names another country; a person here takes over what is there."""
    rig = pulled({"id": "1", "name": "One", "address": {"country": "Belgium", "countryCode": "BE"}})
    rig.edit("1", address={"country": "France", "countryCode": "FR"})
    rig.pull()
    undo(Change.objects.latest("id").run, tenant=rig.mapping, who="me", now=rig.clock.now())
    rig.edit("1", address={"country": "Germany", "countryCode": "BE"})
    rig.pull()
    resolve(Conflict.objects.get().pk, Take.THEIRS, None, tenant=rig.mapping, who="me", now=rig.clock.now())
    edit_here("1", email="info@one.be")
    rig.push()
    assert (customer("1").country, customer("1").country_code) == ("Germany", "BE")
    assert rig.remote("1")["address"] == {"country": "Germany", "countryCode": "BE"}
    assert rig.remote("1")["email"] == "info@one.be"


def test_a_country_that_is_taken_back_takes_along_the_code_that_followed_it():
    """Its push got no further than that."""
    address = {"addressLine1": "Kerkstraat 3", "country": "Belgium", "countryCode": "BE"}
    rig = pulled({"id": "1", "name": "One", "address": address})
    rig.edit("1", address={**address, "addressLine1": "Meir 5"})
    rig.pull()
    undo(Change.objects.latest("id").run, tenant=rig.mapping, who="me", now=rig.clock.now())
    edit_here("1", country="Netherlands")
    rig.faults("404@PATCH,x1")
    rig.push()
    assert customer("1").country_code == "NL"
    edit_here("1", country="Belgium")
    rig.faults()
    rig.push()
    assert (customer("1").country_code, customer("1").is_pending) == ("BE", False)
    assert rig.remote("1")["address"] == address


def test_what_followed_stands_in_the_history_and_goes_back_with_what_was_sent(rig):
    rig.push()
    followed = Change.objects.get(source=Change.Source.FOLLOWED)
    assert (followed.field, followed.old, followed.new) == ("address", "Kerkstraat 3", "Kerkstraat 5")
    assert not undo(followed.run, tenant=rig.mapping, who="me", now=rig.clock.now()).left
    assert line_of("1") == ("Meir", "5", "Meir 5")
    rig.push()
    assert rig.remote("1")["address"]["addressLine1"] == "Meir 5"
